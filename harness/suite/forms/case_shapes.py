"""Every key a case may have, and every key of what cases share or come from, with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.suite.forms.kinds import (
    ANYTHING,
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
from harness.suite.forms.tool_shapes import CASE_TOOLS
from harness.suite.names import CASE_ID, VARIABLE
from harness.suite.notation.fields import Key

MOST_REPEATS = 1000
INPUTS: Final[Schema] = {"type": "object", "propertyNames": {"pattern": VARIABLE}}
TEXT_OR_TEXTS: Final[Schema] = {"anyOf": [TEXT, TEXTS]}

ATTACHMENT = shape(
    "an attachment",
    {
        "file": need("A PNG, JPEG, GIF, WebP, PDF or text file below evals/.", TEXT),
        "title": may("What the model is told a document is called; nothing where it is left out.", TEXT),
    },
)
HISTORY = shape(
    "a message of the history",
    {
        "user": may("What the user said.", TEXT),
        "assistant": may("What the model answered.", TEXT),
    },
)
QUARANTINE = shape(
    "a quarantine",
    {
        "owner": need("Who sees to it.", TEXT),
        "until": need("The last day on which it holds.", {"type": "string", "format": "date"}),
        "reason": need("Why the case cannot decide anything now.", TEXT),
    },
)
_ATTACHMENTS: Final[Schema] = {"type": "array", "minItems": 1, "items": described(ATTACHMENT)}
_HISTORY: Final[Schema] = {"type": "array", "minItems": 1, "items": described(HISTORY)}

_SHARED: Mapping[str, Key] = {
    "tags": may("Slices a case belongs to.", TEXTS),
    "cluster": may("Cases that belong together share it; otherwise it is the id.", TEXT),
    "weight": may("Share of a case in the mean, above 0; 1 where it is left out.", WEIGHT),
    "threshold": may("The score from which a case passes, 0 to 1; 1 where it is left out.", SHARE),
    "must_pass": may("Whether a case must never fail; false where it is left out.", FLAG),
    "repeats": may("How often a case is asked, in place of the suite's `repeats`.", whole(1, MOST_REPEATS)),
    "inputs": may("Values of the prompt's variables.", INPUTS),
    "expect": may("What a good answer satisfies, beside what the defaults expect.", EXPECTATIONS),
    "expect_only": may("What a good answer satisfies, in place of what the defaults expect.", EXPECTATIONS),
    "tools": may("Results of tools that only these cases see.", CASE_TOOLS),
    "turns": may("What the user says after each answer; the last answer is graded.", TEXTS),
    "history": may("What was said before the prompt's last user message.", _HISTORY),
    "attachments": may("Files the model is shown with the prompt's last user message.", _ATTACHMENTS),
}
DEFAULTS = shape(
    "defaults",
    {
        "include": may("Files of defaults that lie under these, below evals/.", TEXT_OR_TEXTS),
        **_SHARED,
    },
)
_ID = {"type": "string", "pattern": CASE_ID}
CASE = shape(
    "a case",
    {
        "id": need("Name of the case, unique in the suite and never reused.", _ID),
        **_SHARED,
        "quarantine": may(
            "Until when the case informs and decides nothing, and who sees to it.", described(QUARANTINE)
        ),
    },
)
MATRIX: Final[Schema] = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": VARIABLE},
    "properties": {
        "include": {"description": "Combinations on top.", "type": "array", "items": {"type": "object"}},
        "exclude": {
            "description": "Combinations that are left out.",
            "type": "array",
            "items": {"type": "object"},
        },
    },
    "additionalProperties": {"type": "array", "minItems": 1, "items": ANYTHING},
}
MATRIX_CASE: Final[Schema] = described(
    shape(
        "a case with a matrix",
        {
            **CASE.keys,
            "id": need("Name of each case, with `{axis}` for every axis.", {"type": "string"}),
            "matrix": need("Axes and their values: one case for every combination.", MATRIX),
        },
    )
)
CASE_FILE = shape(
    "an entry for a file of cases",
    {
        "file": may(
            "A .jsonl, .csv, .parquet or .yaml file of cases below evals/, or a pattern such as `triage/*.jsonl`.",
            TEXT,
        ),
        "files": may("Several of them, in this order.", {"type": "array", "minItems": 1, "items": TEXT}),
        "defaults": may(
            "What the cases of these files have in common, over the suite's defaults.", described(DEFAULTS)
        ),
    },
)
INCLUDED_EXPECTATIONS = shape(
    "an entry for a file of expectations",
    {"include": need("A .yaml file with a list of expectations, below evals/.", TEXT)},
)
