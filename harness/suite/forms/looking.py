"""The cases of a suite looked at one by one, and let go: what a check has to know of them is little."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from harness.errors import Problem
from harness.suite.case import Case
from harness.suite.expectation import Expectation, all_parts
from harness.suite.expectations.judged import judges_of
from harness.suite.judge import members_of
from harness.suite.prompt import PromptVersion
from harness.suite.template import Filling


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is known of the cases of a suite after a look at each."""

    count: int
    tags: frozenset[str]
    problems: tuple[Problem, ...]
    """What only shows when a case is filled in, and quarantines that are over."""
    judges: frozenset[tuple[str, str]] = frozenset()
    """Every judge that is asked, with the id of its model."""
    asked: tuple[Expectation, ...] = ()
    """The first expectation that asks each expert."""


def look(cases: Iterable[Case], versions: Iterable[PromptVersion], today: date | None) -> Looked:
    """Look at every case: fill it into every version, and see whether its quarantine still holds."""
    fillings = [Filling(version) for version in versions]
    count = 0
    tags: set[str] = set()
    problems: list[Problem] = []
    judges: set[tuple[str, str]] = set()
    asked: dict[str, Expectation] = {}
    for case in cases:
        count += 1
        tags.update(case.tags)
        judges.update((each.name, each.model.id) for each in members_of(judges_of(case.expect).values()))
        for each in all_parts(case.expect):
            if each.expert is not None:
                asked.setdefault(each.expert, each)
        for filling in fillings:
            filling.take(case)
        if today is not None:
            problems += _over(case, today)
    for filling in fillings:
        problems += filling.problems()
    return Looked(
        count=count,
        tags=frozenset(tags),
        problems=tuple(problems),
        judges=frozenset(judges),
        asked=tuple(asked.values()),
    )


def _over(case: Case, today: date) -> tuple[Problem, ...]:
    found = case.quarantine
    if found is None or found.holds_on(today):
        return ()
    what = f"the quarantine of case {case.id!r} is over since {found.until} (owner: {found.owner})"
    return (Problem(found.place, what, "mend the case and remove `quarantine`, or give it another day"),)
