"""Every key `prompts/judges.yaml` may have, with its meaning."""

from __future__ import annotations

from typing import Final, get_args

from harness.suite.forms.kinds import TEXT, TEXTS, Schema, described, may, need, one_of, shape, whole
from harness.suite.judge import Take, Together
from harness.suite.names import NAME, VERSION

TAKES: tuple[Take, ...] = get_args(Take)
TOGETHER: tuple[Together, ...] = get_args(Together)
MOST_JUDGINGS: Final = 25

RANGE = shape(
    "a scale of numbers",
    {
        "from": need("The number of the worst answer.", {"type": "number"}),
        "to": need("The number of the best answer.", {"type": "number"}),
    },
)
_SCALE: Final[Schema] = {
    "anyOf": [one_of("binary", "preference"), {**TEXTS, "minItems": 2}, described(RANGE)]
}
KNOWN_BAD = shape(
    "known_bad",
    {
        "question": need("What was asked.", TEXT),
        "answer": need("An answer the judge must turn down, whatever it claims of itself.", TEXT),
        "good": may("A right answer to it: the reference, and what a judge of two texts must prefer.", TEXT),
        "criteria": may("The criteria it is held against.", TEXT),
    },
)
_NAME: Final[Schema] = {"type": "string", "pattern": NAME}
JUDGE = shape(
    "a judge",
    {
        "description": may("What it judges, in one line.", TEXT),
        "prompt": need("Name of its prompt: a folder in prompts/.", _NAME),
        "version": need("The version of the prompt: v1, v2, ...", {"type": "string", "pattern": VERSION}),
        "model": need("Short name of a pin in prompts/models.yaml.", _NAME),
        "scale": need(
            "Its verdicts: `binary` (fail, pass), words from the worst to the best, a range of numbers, or "
            "`preference` (first, second, tie).",
            _SCALE,
        ),
        "judgings": may(
            "How often it is asked about one answer; 1 where it is left out.", whole(1, MOST_JUDGINGS)
        ),
        "take": may("What the judgings come to; mean where it is left out.", one_of(*TAKES)),
        "known_bad": may("What its canaries are made of.", described(KNOWN_BAD)),
    },
)
PANEL = shape(
    "a panel",
    {
        "description": may("What it judges, in one line.", TEXT),
        "panel": need("Names of the judges in it.", {"type": "array", "minItems": 2, "items": _NAME}),
        "take": may("What their opinions come to; mean where it is left out.", one_of(*TOGETHER)),
    },
    dict.fromkeys(
        ("prompt", "version", "model", "scale", "judgings", "known_bad"), "each judge of a panel has its own"
    ),
)
JUDGES = shape(
    "judges.yaml",
    {
        "judges": need(
            "Judges and panels by name.",
            {
                "type": "object",
                "propertyNames": {"pattern": NAME},
                "additionalProperties": {"anyOf": [described(JUDGE), described(PANEL)]},
            },
        )
    },
)
