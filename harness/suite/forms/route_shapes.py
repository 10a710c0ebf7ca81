"""Every key `prompts/routes.yaml` may have, with its meaning."""

from __future__ import annotations

from typing import Final

from harness.suite.forms.kinds import TEXT, TEXTS, Schema, described, may, need, shape, whole
from harness.suite.names import NAME

_PIN: Final[Schema] = {"type": "string", "pattern": NAME}
SIZE = shape(
    "prompt_tokens",
    {
        "above": may("More tokens than this.", whole(0)),
        "at_most": may("No more tokens than this.", whole(0)),
    },
)
RULE = shape(
    "a rule",
    {
        "tags": may(
            "The case has one of these tags; any case where it is left out.", {**TEXTS, "minItems": 1}
        ),
        "prompt_tokens": may(
            "How large the rendered prompt is: the UTF-8 bytes of its texts / 4; any size where it is left out.",
            {**described(SIZE), "minProperties": 1},
        ),
        "model": need("Short name of the pin that is asked then.", _PIN),
    },
)
ROUTE = shape(
    "a route",
    {
        "description": may("What the route is for, in one line.", TEXT),
        "rules": need(
            "The rules in order: the first that catches a case names its model.",
            {
                "type": "array",
                "minItems": 1,
                "items": {**described(RULE), "minProperties": 2},
            },
        ),
        "otherwise": need("Short name of the pin for every case that no rule catches.", _PIN),
    },
)
ROUTES = shape(
    "routes.yaml",
    {
        "routes": need(
            "Routes by name.",
            {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": described(ROUTE)},
        )
    },
)
