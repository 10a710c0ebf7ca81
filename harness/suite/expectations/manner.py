"""Expectations of how the model answers at all: whether it refuses, and how sure it says it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation, Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Expectation):
    """The model refuses (`expected`) or does not.

    A refusal is the API's `stop_reason: refusal`, or, where `pattern` is given, a text in which that RE2
    pattern is found: a polite "I cannot help with that" is an ordinary answer as far as the API knows.
    """

    grader: ClassVar[str] = "refusal"
    of_text: ClassVar[bool] = False
    expected: bool
    pattern: str | None = None

    @property
    def accepts(self) -> frozenset[Unanswered]:
        """A refusal, where one is wanted."""
        return frozenset({"refusal"}) if self.expected is not self.negated else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence(Expectation):
    """Where the answer states how sure it is of itself, a number in [0, 1]. Recorded, never scored."""

    grader: ClassVar[str] = "confidence"
    scored: ClassVar[bool] = False
    path: str
