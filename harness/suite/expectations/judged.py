"""Expectations that a judge decides: by criteria, against a reference, or beside another text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation

EXPERT = "judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Expectation):
    """What all of these have. Texts in them are for the judge alone: no request to the model under test holds them."""

    expert: ClassVar[str | None] = EXPERT
    judge: str
    """Name of a judge or a panel in `prompts/judges.yaml`."""
    criteria: str | None = None
    """What a good answer is; None where the judge's prompt says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric(Judged):
    """The judge finds that the answer meets the criteria."""

    grader: ClassVar[str] = "rubric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agrees(Judged):
    """The judge finds that the answer says what the reference says."""

    grader: ClassVar[str] = "agrees"
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefers(Judged):
    """The judge prefers the answer to another text: 1 in both orders, 0 in none, 0.5 where the orders disagree or tie."""

    grader: ClassVar[str] = "prefers"
    over: str
    """The other text."""
