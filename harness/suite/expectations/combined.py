"""Expectations that are made of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation, Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined(Expectation):
    """What all combinations have. A part keeps its own `not`, `at_least`, weight and criterion."""

    of: tuple[Expectation, ...]
    """One or more; none of them is recorded only."""

    @property
    def parts(self) -> tuple[Expectation, ...]:
        return self.of

    @property
    def accepts(self) -> frozenset[Unanswered]:
        """What any part accepts. Every part is still held against the reply by itself."""
        return frozenset[Unanswered]().union(*(each.accepts for each in self.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Combined):
    """Every part is met."""

    grader: ClassVar[str] = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Combined):
    """One part or more is met."""

    grader: ClassVar[str] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeOf(Combined):
    """So many parts are met (`count`), or parts of so much weight (`at_least`, a share).

    With neither it is a matter of degree: the mean of the parts' scores by weight.
    """

    grader: ClassVar[str] = "some_of"
    count: int | None = None
    """From 1 to the number of parts; None beside `at_least`."""
