"""Fresh answers of both sides: as many of each case as were asked for, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from harness.compare.asked import Asked, by_case
from harness.compare.decided import asked_of
from harness.compare.observation import Side

Cases = Mapping[str, Asked]


def fresh(sides: tuple[Side, Side] | None, repeats: Mapping[str, int]) -> tuple[Cases, Cases]:
    """The first answers of each case by repeat, baseline first. What was asked beyond that changes nothing."""
    if sides is None:
        return {}, {}
    before, after = (_first(side, repeats) for side in sides)
    return before, after


def lacking(answers: tuple[Cases, Cases], repeats: Mapping[str, int]) -> dict[str, int]:
    """The cases, with what they need, that one side has too few answers of. A missing one counts as an answer."""
    return {
        case: number
        for case, number in sorted(repeats.items())
        if any(case not in side or len(side[case].trials) < number for side in answers)
    }


def _first(side: Side, repeats: Mapping[str, int]) -> Cases:
    cases = by_case(o for o in asked_of(side) if o.case_id in repeats)
    return {case: Asked(case_id=case, trials=asked.trials[: repeats[case]]) for case, asked in cases.items()}
