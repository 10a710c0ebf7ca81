"""Every key a suite may have, with its meaning: the readers and the JSON Schemas for editors both come from here."""

from __future__ import annotations

from typing import Final

from harness.suite.forms.case_shapes import DEFAULTS, MOST_REPEATS
from harness.suite.forms.gate_shapes import GATE
from harness.suite.forms.kinds import Schema, described, may, need, shape, whole
from harness.suite.forms.tool_shapes import LIMITS, SUITE_TOOLS
from harness.suite.names import NAME, VERSION

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
            "How often each case is asked of each variant; 1 where it is left out.", whole(1, MOST_REPEATS)
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
