"""One answer that was seen in production, whatever kind of log it stood in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.errors import Place
from harness.units import Json

Ending = Literal["whole", "truncated", "refused"]
"""How an answer ended. Whole: the model came to an end, or the log does not say otherwise."""

_ENDINGS: Mapping[str, Ending] = {
    **dict.fromkeys(("max_tokens", "length", "model_context_window_exceeded", "incomplete"), "truncated"),
    **dict.fromkeys(("refusal", "content_filter", "safety", "blocked"), "refused"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a person, or a check in production, said of an answer."""

    is_bad: bool | None
    """None: neither good nor bad, or nobody could say which."""
    comment: str = ""
    corrected: Json = None
    """The answer as it should have been, by a person; None: nobody wrote one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was asked, what came back, and what was thought of it."""

    place: Place
    inputs: Mapping[str, Json] | None = None
    """The values of the prompt's variables, where the log has them."""
    said: tuple[str, ...] = ()
    """What the user said, in order, where it has only the messages."""
    prompt: str = ""
    """Name of the prompt that was asked; empty: the log does not say."""
    reply: str = ""
    stop_reason: str = ""
    """In the words of the log."""
    is_unfinished: bool = False
    """Whether the answer asks for a tool, so that it is no answer yet."""
    confidence: float | None = None
    """How sure the answer was of itself, in [0, 1]."""
    feedback: Feedback | None = None
    error: str = ""
    """What went wrong instead of an answer; empty: nothing did."""
    at: str = ""
    """When, in ISO 8601 and UTC; empty: the log does not say."""
    conversation: str = ""
    """Of which conversation it is a part."""
    model: str = ""
    lost: str = ""
    """What of the question is no text, such as an image; empty: all of it is."""

    @property
    def ending(self) -> Ending:
        return _ENDINGS.get(self.stop_reason.lower(), "whole")
