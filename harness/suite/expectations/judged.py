"""Expectations that a judge decides: by criteria, against a reference, or beside another text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, TypeVar, cast

from harness.suite.expectation import UNSPELLED, Expectation, all_parts
from harness.suite.judge import AnyJudge, Judges

EXPERT = "judge"
E = TypeVar("E", bound=Expectation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Expectation):
    """What all of these have. Texts in them are for the judge alone: no request to the model under test holds them."""

    expert: ClassVar[str | None] = EXPERT
    judge: str
    """Name of a judge or a panel in `prompts/judges.yaml`."""
    by: AnyJudge = field(repr=False, metadata=UNSPELLED)
    """Who that is. No part of the case: another version of it grades the same case otherwise."""
    criteria: str | None = None
    """What a good answer is; None where the judge's prompt says it all."""

    @property
    def rests_on(self) -> Mapping[str, str]:
        return {f"judge:{self.judge}": self.by.identity}


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


def judges_of(expectations: Iterable[Expectation]) -> Judges:
    """The judges and panels that these ask, by name, in order of it."""
    named = {each.judge: each.by for each in all_parts(expectations) if isinstance(each, Judged)}
    return dict(sorted(named.items()))


def rejudged(expectation: E, judges: Judges) -> E:
    """The expectation with these judges in place of those of the same name, in all of its parts."""
    changed: dict[str, Any] = {}
    for each in fields(expectation):
        value: object = getattr(expectation, each.name)
        if isinstance(value, Expectation):
            changed[each.name] = rejudged(value, judges)
        elif isinstance(value, tuple) and value and isinstance(value[0], Expectation):
            changed[each.name] = tuple(
                rejudged(part, judges) for part in cast("tuple[Expectation, ...]", value)
            )
    if isinstance(expectation, Judged) and expectation.judge in judges:
        changed["by"] = judges[expectation.judge]
    return replace(expectation, **changed) if changed else expectation
