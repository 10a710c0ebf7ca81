"""Expectations of how a reply came to its end, and of what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Final

from harness.suite.expectation import Expectation, Unanswered

REASONS: Final[Mapping[str, Unanswered | None]] = MappingProxyType(
    {
        "end_turn": None,
        "stop_sequence": None,
        "max_tokens": "truncated",
        "model_context_window_exceeded": "truncated",
        "tool_use": "unfinished",
        "pause_turn": "unfinished",
        "refusal": "refusal",
    }
)
"""Why a model stops, in the words of the API, and what kind of an unanswered reply that makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Expectation):
    """The model stopped for one of these reasons (`REASONS`). An empty reply meets none."""

    grader: ClassVar[str] = "finish"
    of_text: ClassVar[bool] = False
    any_of: tuple[str, ...]

    @property
    def accepts(self) -> frozenset[Unanswered]:
        """What a wanted reason makes of a reply; nothing where reasons are ruled out."""
        if self.negated:
            return frozenset()
        return frozenset(kind for each in self.any_of if (kind := REASONS[each]) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Expectation):
    """The trial cost at most so much, in US dollars, all its turns and attempts together."""

    grader: ClassVar[str] = "cost"
    of_text: ClassVar[bool] = False
    at_most_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Expectation):
    """The reply took at most so long, in seconds, all turns together, without waits and failed attempts."""

    grader: ClassVar[str] = "latency"
    of_text: ClassVar[bool] = False
    at_most_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens(Expectation):
    """The reply has at most so many tokens, all turns together, as they are billed."""

    grader: ClassVar[str] = "tokens"
    of_text: ClassVar[bool] = False
    max_output: int | None = None
    """Everything generated, thinking included."""
    max_input: int | None = None
    """The whole prompt, what was read from a cache included."""
