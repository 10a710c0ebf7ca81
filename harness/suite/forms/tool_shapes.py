"""Every key a tool, its fake and the limits of a conversation may have, with its meaning."""

from __future__ import annotations

from typing import Final

from harness.suite.forms.kinds import (
    ANYTHING,
    TEXT,
    TEXTS,
    Schema,
    described,
    may,
    need,
    one_of,
    shape,
    whole,
)
from harness.suite.names import TOOL
from harness.suite.tool import ToolError

_SCHEMA: Final[Schema] = {"type": "object"}
CANNED = shape(
    "a result",
    {
        "when": may(
            "Answers calls whose arguments hold all of this; every call where it is left out.", _SCHEMA
        ),
        "result": may("What the tool gives: text or any JSON.", ANYTHING),
        "error": may("Or how it fails.", one_of(*ToolError)),
        "message": may("What the model is told of the error; fixed words where it is left out.", TEXT),
    },
)
_RESULTS: Final[Schema] = {"type": "array", "minItems": 1, "items": described(CANNED)}
FAKE = shape(
    "a tool",
    {
        "description": may("What the model reads of it, for prompts that only name it.", TEXT),
        "input": may("JSON Schema of its arguments, for prompts that only name it.", _SCHEMA),
        "results": may("Results made up beforehand; the first that fits answers.", _RESULTS),
        "python": may("Or a function of evals/tools.py that answers.", TEXT),
    },
    {"name": "a tool of a suite is named by its key"},
)
OVERRIDE = shape(
    "a tool of a case",
    {"results": need("The results this case sees in place of the suite's.", _RESULTS)},
    dict.fromkeys(
        ("description", "input", "python"), "a case only has other results; the suite says the rest"
    ),
)
LIMITS = shape(
    "limits",
    {
        "turns": may("The most model calls of one trial; 20 where it is left out.", whole(1, 1000)),
        "tool_calls": may("The most calls of tools; 40 where it is left out.", whole(1, 10_000)),
        "tokens": may(
            "The most tokens of all turns, prompts included; 500,000 where it is left out.", whole(1)
        ),
        "cost_usd": may(
            "The most one trial may cost, in US dollars.", {"type": "number", "exclusiveMinimum": 0}
        ),
        "seconds": may(
            "The most time the model itself may take, without waits; 600 where it is left out.",
            {"type": "number", "exclusiveMinimum": 0},
        ),
        "on_loop": may(
            "Whether a conversation that goes in circles is ended or only flagged; stop where it is left out.",
            one_of("stop", "flag"),
        ),
    },
)
DEFINITION = shape(
    "a tool",
    {
        "name": need("The name the model calls it by.", {"type": "string", "pattern": TOOL}),
        "description": need("What the model reads of it.", TEXT),
        "input": need("JSON Schema of its arguments.", _SCHEMA),
    },
    {
        "input_schema": "it is called `input` here",
        "parameters": "it is called `input` here",
        "results": "results belong to the suite: `tools:` in evals/<suite>.yaml",
        "python": "fakes belong to the suite: `tools:` in evals/<suite>.yaml",
    },
)
NAMES: Final[Schema] = {"pattern": TOOL}
SUITE_TOOLS: Final[Schema] = {
    "type": "object",
    "propertyNames": NAMES,
    "additionalProperties": described(FAKE),
}
CASE_TOOLS: Final[Schema] = {
    "type": "object",
    "propertyNames": NAMES,
    "additionalProperties": described(OVERRIDE),
}
PROMPT_TOOLS: Final[Schema] = {
    "type": "array",
    "items": {"anyOf": [{"type": "string", "pattern": TOOL}, described(DEFINITION)]},
}
TURNS: Final[Schema] = TEXTS
