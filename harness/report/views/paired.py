"""Grades and steps of both sides, each beside what it is to be held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from harness.report.views.grades import GradeLine
from harness.report.views.steps import StepLine

MOST_ALIGNED = 400
"""Steps of both sides together that are aligned; longer conversations stand side by side as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePair:
    """What one grader said of both answers; None: it did not look at that side."""

    before: GradeLine | None
    after: GradeLine | None

    @property
    def line(self) -> GradeLine:
        """The one that is there; the later one of two."""
        made = self.after or self.before
        if made is None:
            raise ValueError("a pair of nothing")
        return made

    @property
    def is_changed(self) -> bool:
        """Whether the two say something else; evidence may differ."""
        pair = (self.before, self.after)
        return len({None if each is None else (each.said, each.passed) for each in pair}) == 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPair:
    """A step of both conversations; None: that side took none like it."""

    before: StepLine | None
    after: StepLine | None


def grade_pairs(
    before: Sequence[GradeLine], after: Sequence[GradeLine], *, compared: bool
) -> tuple[GradePair, ...]:
    """Every grade of both sides once: those that changed first, then those that are not met.

    `compared` is False where only the second side is there: then nothing has changed.
    """
    waiting: defaultdict[tuple[str, str], list[GradeLine]] = defaultdict(list)
    for line in before:
        waiting[_key(line)].append(line)
    pairs = [_paired(waiting[_key(line)], line) for line in after]
    pairs += [GradePair(before=line, after=None) for lines in waiting.values() for line in lines]
    return tuple(sorted(pairs, key=lambda pair: (not (compared and pair.is_changed), _rank(pair))))


def step_pairs(before: Sequence[StepLine], after: Sequence[StepLine]) -> tuple[StepPair, ...]:
    """Every step of both sides once and in order; those that do the same thing beside each other."""
    if not before or not after or len(before) + len(after) > MOST_ALIGNED:
        return tuple(_side_by_side(before, after))
    return tuple(_aligned(before, after))


def _key(line: GradeLine) -> tuple[str, str]:
    return (line.name, line.grader)  # its place may have moved between two commits


def _paired(waiting: list[GradeLine], line: GradeLine) -> GradePair:
    return GradePair(before=waiting.pop(0) if waiting else None, after=line)


def _rank(pair: GradePair) -> int:
    return {False: 0, None: 1, True: 2}[pair.line.passed]


def _aligned(before: Sequence[StepLine], after: Sequence[StepLine]) -> Iterator[StepPair]:
    left, right = ([line.kind for line in lines] for lines in (before, after))
    if left == right:
        yield from _side_by_side(before, after)
        return
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            yield from _side_by_side(before[a:b], after[c:d])
        else:  # what only looks alike by its place is not put side by side
            yield from (StepPair(before=line, after=None) for line in before[a:b])
            yield from (StepPair(before=None, after=line) for line in after[c:d])


def _side_by_side(before: Sequence[StepLine], after: Sequence[StepLine]) -> Iterator[StepPair]:
    for number in range(max(len(before), len(after))):
        yield StepPair(
            before=before[number] if number < len(before) else None,
            after=after[number] if number < len(after) else None,
        )
