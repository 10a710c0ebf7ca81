"""Every key a suite may have, with its meaning: the readers and the JSON Schemas for editors both come from here."""

from __future__ import annotations

from typing import Final

from harness.suite.forms.gate_shapes import GATE
from harness.suite.forms.kinds import (
    EXPECTATIONS,
    FLAG,
    SHARE,
    TEXT,
    TEXTS,
    WEIGHT,
    Schema,
    described,
    may,
    need,
    shape,
    whole,
)
from harness.suite.forms.tool_shapes import CASE_TOOLS, LIMITS, SUITE_TOOLS
from harness.suite.names import CASE_ID, NAME, VARIABLE, VERSION

VARIANT = shape(
    "a variant",
    {
        "version": need("The prompt version: v1, v2, ...", {"type": "string", "pattern": VERSION}),
        "model": may("Short name of a pin in prompts/models.yaml.", {"type": "string", "pattern": NAME}),
        "route": may(
            "Instead of a model: a route in prompts/routes.yaml.", {"type": "string", "pattern": NAME}
        ),
    },
)
_VARIANT: Final[Schema] = {
    **described(VARIANT),
    "oneOf": [{"required": ["model"]}, {"required": ["route"]}],
}
INPUTS: Final[Schema] = {"type": "object", "propertyNames": {"pattern": VARIABLE}}
DEFAULTS = shape(
    "defaults",
    {
        "tags": may("Tags of cases that have none.", TEXTS),
        "inputs": may("Inputs under those of every case.", INPUTS),
        "expect": may("Expectations before those of every case.", EXPECTATIONS),
        "cluster": may("Cluster of cases that name none.", TEXT),
        "weight": may("Weight of cases that have none.", WEIGHT),
        "threshold": may("Threshold of cases that have none.", SHARE),
        "must_pass": may("Whether cases that do not say must never fail.", FLAG),
    },
)
CASE = shape(
    "a case",
    {
        "id": need(
            "Name of the case, unique in the suite and never reused.", {"type": "string", "pattern": CASE_ID}
        ),
        "tags": may("Slices the case belongs to.", TEXTS),
        "cluster": may("Cases that belong together share it; otherwise it is the id.", TEXT),
        "weight": may("Share of the case in the mean, above 0; 1 where it is left out.", WEIGHT),
        "threshold": may("The score from which the case passes, 0 to 1; 1 where it is left out.", SHARE),
        "must_pass": may("Whether it must never fail; false where it is left out.", FLAG),
        "inputs": may("Values of the prompt's variables.", INPUTS),
        "expect": may("What a good answer satisfies.", EXPECTATIONS),
        "tools": may("Results of tools that only this case sees.", CASE_TOOLS),
        "turns": may("What the user says after each answer; the last answer is graded.", TEXTS),
    },
)
CASE_FILE = shape(
    "an entry for a file of cases",
    {"file": need("A .jsonl, .csv or .yaml file of cases, relative to the suite, inside evals/.", TEXT)},
)
SUITE = shape(
    "a suite",
    {
        "suite": need(
            "Name of the suite: the file's name without .yaml.", {"type": "string", "pattern": NAME}
        ),
        "prompt": need("Name of the prompt: a folder in prompts/.", {"type": "string", "pattern": NAME}),
        "baseline": need("What the candidate is compared with.", _VARIANT),
        "candidate": need("What is to be decided on.", _VARIANT),
        "repeats": may(
            "How often each case is asked of each variant; 1 where it is left out.", whole(1, 1000)
        ),
        "budget_usd": may(
            "The most one run may spend, in US dollars.", {"type": "number", "exclusiveMinimum": 0}
        ),
        "gate": may("What the verdict depends on.", described(GATE)),
        "judge": may("Judge of the expectations that name none.", {"type": "string", "pattern": NAME}),
        "tools": may("The tools a model may call, and the fakes that answer.", SUITE_TOOLS),
        "limits": may("How far a conversation may go.", described(LIMITS)),
        "defaults": may("What cases have in common.", described(DEFAULTS)),
        "cases": need(
            "The cases, here or in files.",
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}},
        ),
    },
)
