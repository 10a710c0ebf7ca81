"""Every key a suite may have, with its meaning: the readers and the JSON Schemas for editors both come from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.suite.forms.gate_shapes import GATE
from harness.suite.forms.kinds import (
    ANYTHING,
    EXPECTATIONS,
    FLAG,
    NO_MAPPING,
    PATH,
    SHARE,
    TEXT,
    TEXTS,
    WEIGHT,
    Schema,
    described,
    may,
    need,
    one_of,
    shape,
    whole,
)
from harness.suite.forms.tool_shapes import CASE_TOOLS, LIMITS, SUITE_TOOLS
from harness.suite.names import CASE_ID, NAME, VARIABLE, VERSION
from harness.suite.notation.fields import Shape

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
        "tools": may("The tools a model may call, and the fakes that answer.", SUITE_TOOLS),
        "limits": may("How far a conversation may go.", described(LIMITS)),
        "defaults": may("What cases have in common.", described(DEFAULTS)),
        "cases": need(
            "The cases, here or in files.",
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}},
        ),
    },
)

_ALSO_PATH = may("JSONPath into the answer read as JSON; without it the whole text.", PATH)
_IGNORE_CASE = may("Whether upper and lower case are the same; false where it is left out.", FLAG)
EQUALS = shape(
    "equals",
    {
        "value": need("The value wanted: any JSON.", ANYTHING),
        "path": _ALSO_PATH,
        "ignore_case": _IGNORE_CASE,
        "strip": may("Whether space around the text is ignored; true where it is left out.", FLAG),
    },
)
CONTAINS = shape(
    "contains",
    {
        "all": may("Texts that must all be there.", TEXTS),
        "any": may("Texts of which one must be there.", TEXTS),
        "path": _ALSO_PATH,
        "ignore_case": _IGNORE_CASE,
    },
)
MATCHES = shape(
    "matches",
    {
        "pattern": need("An RE2 pattern, found anywhere.", TEXT),
        "path": _ALSO_PATH,
        "ignore_case": _IGNORE_CASE,
    },
)
NUMBER = shape(
    "number",
    {
        "value": need("The number wanted.", {"type": "number"}),
        "tolerance": may("How far off it may be.", {"type": "number", "minimum": 0}),
        "relative": may("How far off it may be, as a share of the value: 1% or 0.01.", SHARE),
        "path": _ALSO_PATH,
    },
)
JSON_PATH = shape(
    "json_path",
    {
        "path": need("The JSONPath to look at.", PATH),
        "exists": may("Whether it must select anything; true where it is left out.", FLAG),
        "count": may("How many nodes it must select.", whole(0)),
    },
)
JSON = shape(
    "json",
    {
        "schema": need(
            "A JSON Schema, `prompt` for the baseline prompt's own, or a file in schemas/.",
            {"type": ["object", "string"]},
        )
    },
)
LENGTH = shape(
    "length",
    {
        "min_chars": may("At least so many characters.", whole(0)),
        "max_chars": may("At most so many characters.", whole(0)),
        "min_words": may("At least so many words.", whole(0)),
        "max_words": may("At most so many words.", whole(0)),
    },
)
REFUSAL = shape(
    "refusal",
    {
        "expected": need("Whether the model must refuse.", FLAG),
        "pattern": may("An RE2 pattern of polite refusals.", TEXT),
    },
)
CONFIDENCE = shape("confidence", {"path": need("Where the answer says how sure it is.", PATH)})

GRADERS: Final[Mapping[str, tuple[Shape, Schema | None, str]]] = {
    "equals": (EQUALS, NO_MAPPING, "The answer is exactly this."),
    "contains": (CONTAINS, TEXT, "The answer contains this."),
    "matches": (MATCHES, TEXT, "An RE2 pattern is found in the answer."),
    "number": (NUMBER, {"type": "number"}, "The answer's number, within a tolerance."),
    "json_path": (JSON_PATH, None, "What a JSONPath selects."),
    "json": (JSON, None, "The answer is JSON and fits a schema."),
    "length": (LENGTH, None, "Bounds on the answer's length."),
    "refusal": (REFUSAL, one_of("expected", "forbidden"), "Whether the model refuses."),
    "confidence": (CONFIDENCE, None, "Where the answer says how sure it is; recorded, never scored."),
}
"""Grader to: keys of its long form, schema of its short form (None: it has none), meaning."""

_LATER = {
    "rubric": "judges come with a later version",
    "judge": "judges come with a later version",
}
GRADER = shape(
    "an expectation",
    {
        name: may(doc, described(of) if short is None else {"anyOf": [short, described(of)]})
        for name, (of, short, doc) in GRADERS.items()
    },
    _LATER,
)
EXPECTATION = shape(
    "an expectation",
    {
        **GRADER.keys,
        "not": may("One grader, turned round.", {"$ref": "#/$defs/grader"}),
        "weight": may("Its share in the score of the case, above 0; 1 where it is left out.", WEIGHT),
    },
    _LATER,
)
