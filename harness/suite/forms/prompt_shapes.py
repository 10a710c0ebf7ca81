"""Every key a prompt version and a model pin may have, with its meaning."""

from __future__ import annotations

from typing import Final, get_args

from harness.suite.forms.kinds import (
    FLAG,
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
from harness.suite.forms.tool_shapes import PROMPT_TOOLS
from harness.suite.names import NAME
from harness.suite.notation.fields import Key
from harness.suite.prompt import CacheTime, Effort, Role, Side, Thinking

ROLES: tuple[Role, ...] = get_args(Role)
EFFORTS: tuple[Effort, ...] = get_args(Effort)
THINKING: tuple[Thinking, ...] = get_args(Thinking)
CACHE_TIMES: tuple[CacheTime, ...] = get_args(CacheTime)
SIDES: tuple[Side, ...] = get_args(Side)

_SAMPLING = "the API has no sampling parameters any more; repeats and intervals handle the variance"
_REFUSED = {
    **dict.fromkeys(("temperature", "top_p", "top_k"), _SAMPLING),
    "seed": "the API has no seed; repeats and intervals handle the variance",
    "budget_tokens": "current models take no thinking budget; say how much with `effort`",
    "model": "a prompt is asked of any model; the suite names it",
}
CACHE: Final[Schema] = {"enum": [True, *CACHE_TIMES]}
_CACHE_DOC = (
    "Whether the provider keeps the prompt up to here for prompts that begin alike: 5m, 1h, or true for 5m."
)
MESSAGE = shape(
    "a message",
    {
        **{role: may(f"Template of a message of the {role}.", TEXT) for role in ROLES},
        "cache": may(_CACHE_DOC, CACHE),
        "attachments": may(
            "Where the attachments of a case stand, before or after the text; "
            "before the text of the user's last message where no message says it.",
            one_of(*SIDES),
        ),
    },
)
SYSTEM = shape(
    "the system prompt",
    {
        "text": need("Template of the system prompt.", TEXT),
        "cache": may(_CACHE_DOC, CACHE),
    },
)
OUTPUT = shape("output", {"json_schema": need("JSON Schema the answer is forced into.", {"type": "object"})})
PROMPT = shape(
    "a prompt version",
    {
        "description": may("What the prompt is for, in one line.", TEXT),
        "max_tokens": need("The most tokens of one answer, thinking included.", whole(1)),
        "effort": need(
            "How hard the model tries; `default` leaves it to the model.", one_of(*EFFORTS, "default")
        ),
        "thinking": need(
            "Whether the model thinks; `default` leaves it to the model.", one_of(*THINKING, "default")
        ),
        "system": may(
            "Template of the system prompt, or `{text: ..., cache: 1h}`.",
            {"anyOf": [TEXT, described(SYSTEM)]},
        ),
        "messages": need(
            "The conversation: one `role: template` each.",
            {
                "type": "array",
                "minItems": 1,
                "items": {**described(MESSAGE), "minProperties": 1, "maxProperties": 1},
            },
        ),
        "output": may("Structured output.", described(OUTPUT)),
        "stop_sequences": may("Texts that end the answer.", TEXTS),
        "tools": may(
            "Tools the model may call: definitions, or names of tools that the suite defines.", PROMPT_TOOLS
        ),
    },
    _REFUSED,
)

DAY: Final[Schema] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_USD: Final[Schema] = {"type": "number", "minimum": 0}
PRICE = shape(
    "a price",
    {
        "valid_from": need("The first day of these prices.", DAY),
        "above_prompt_tokens": may(
            "The tier: prompts of more tokens than this; 0 where it is left out.", whole(0)
        ),
        "input": need("US dollars per million input tokens.", _USD),
        "output": need("US dollars per million output tokens.", _USD),
        "cache_write_5m": need("US dollars per million tokens cached for five minutes.", _USD),
        "cache_write_1h": need("US dollars per million tokens cached for an hour.", _USD),
        "cache_read": need("US dollars per million tokens read from the cache.", _USD),
        "source": need("Where the prices come from.", TEXT),
        "checked_on": need("The day somebody last compared them with the source.", DAY),
    },
)
_RATE = whole(1, 10**12)
RATE_LIMITS = shape(
    "rate_limits",
    {
        "requests_per_minute": may("Requests the account may send in a minute.", _RATE),
        "input_tokens_per_minute": may("Uncached input tokens in a minute.", _RATE),
        "output_tokens_per_minute": may("Output tokens in a minute.", _RATE),
    },
)
MODEL = shape(
    "a model",
    {
        "id": need("The exact id that is sent, and that must come back.", TEXT),
        "lifecycle": need("Where the model is in its life.", one_of("active", "deprecated", "retired")),
        "released": Key(doc="The day it was released, or null.", schema=DAY, nullable=True),
        "retires_on": Key(
            doc="The day it goes away, or null where none is announced.", schema=DAY, nullable=True
        ),
        "context_tokens": need("The most tokens of prompt and answer together.", whole(1)),
        "max_output_tokens": need("The most tokens of one answer.", whole(1)),
        "thinking": need("Types of thinking it accepts.", {"type": "array", "items": one_of(*THINKING)}),
        "efforts": need(
            "Efforts it accepts; empty where it has none.", {"type": "array", "items": one_of(*EFFORTS)}
        ),
        "disabled_thinking_efforts": may(
            "Efforts at which thinking may be disabled; all of them where it is left out.",
            {"type": "array", "items": one_of(*EFFORTS)},
        ),
        "structured_output": need("Whether it can be forced into a JSON Schema.", FLAG),
        "prefill": need("Whether a conversation may end with a message of the assistant.", FLAG),
        "prices": need("Price rows; empty: no price is known.", {"type": "array", "items": described(PRICE)}),
        "rate_limits": may(
            "What the account may send; response headers override it.", described(RATE_LIMITS)
        ),
    },
)
MODELS = shape(
    "models.yaml",
    {
        "models": need(
            "Pins by short name.",
            {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": described(MODEL)},
        )
    },
)
LOCK = shape(
    "prompts.lock",
    {"prompts": need("Digest by version, by prompt.", {"type": "object"})},
)
