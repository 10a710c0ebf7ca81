"""Prompt versions: released templates with everything that shapes the request but the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from harness.errors import Place
from harness.suite.tool import PromptTool
from harness.units import Json, Tokens

Role = Literal["user", "assistant", "system"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
Thinking = Literal["adaptive", "disabled", "between_tools"]
CacheTime = Literal["5m", "1h"]
"""How long the provider keeps a part of a prompt that is sent again."""
Side = Literal["before", "after"]
"""Where attachments stand beside the text of a message."""
MOST_CACHE_MARKS = 4
"""As many as the API takes in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """One message of the conversation, as a template."""

    role: Role
    template: str
    place: Place
    cache: CacheTime | None = None
    """How long the prompt up to the end of this message is cached; None: it is not."""
    attachments: Side | None = None
    """Where the attachments of a case stand in this message; None: it is not this one that has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """One released version of one prompt. A version and its digest belong together for good."""

    name: str
    version: str
    description: str
    system: str | None
    messages: tuple[MessageTemplate, ...]
    max_tokens: Tokens
    effort: Effort | None
    """None where the file says `effort: default`; then a change of model may change the effort with it."""
    thinking: Thinking | None
    """None where the file says `thinking: default`."""
    output_schema: Mapping[str, Json] | None
    """JSON Schema for structured output, sent to the API."""
    stop_sequences: tuple[str, ...]
    tools: tuple[PromptTool, ...] = ()
    """What the model may call."""
    system_cache: CacheTime | None = None
    """How long tools and system text are cached; None: they are not."""
    variables: frozenset[str]
    """Names the templates use: every case must give exactly these."""
    digest: str
    """SHA-256 (hex) over everything above but the description."""
    place: Place
    uses: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """Where each variable stands first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A prompt with a case's inputs in it: what will be sent."""

    system: str | None
    messages: tuple[tuple[Role, str], ...]


def last_user(messages: Sequence[MessageTemplate]) -> int:
    """Where the prompt's last message of the user stands: what was said before a case goes before it."""
    return max(number for number, each in enumerate(messages) if each.role == "user")
