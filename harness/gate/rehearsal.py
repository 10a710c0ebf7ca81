"""The gate rehearsed: nothing changed, the answers are drawn, and the very code decides that decides for real.

Every answer of a side is drawn once and used by every way of asking, and by other gates too: they all judge the
same change of nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from harness.compare.comparison import compare
from harness.gate.judge import judge
from harness.gate.tapes import Stage, both_of, side_of
from harness.gate.verdict import Status
from harness.suite.policy import Policy

Way = Literal["once"]
"""How a gate asks: everything is there and looked at once, as with recordings and imported results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of one unchanged change."""

    status: Status
    flagged: bool
    """Whether anything looked worse at first: it was asked again, or it blocked."""
    calls: int
    """Fresh answers of both sides; for `once` all there are."""
    difference: float | None
    """Candidate minus baseline in mean score, of what the verdict was reached on; None: nothing was measured."""


def rehearse(on: Stage, way: Way, policy: Policy, *, repeats: int) -> Rehearsed:
    """One verdict on a candidate that is the baseline. `repeats`: of each case and side, where both are asked."""
    match way:
        case "once":
            return _once(on, policy, repeats)
        case other:
            assert_never(other)


def _once(on: Stage, policy: Policy, repeats: int) -> Rehearsed:
    keys = [(case.case_id, repeat) for case in on.cast.cases for repeat in range(1, repeats + 1)]
    sides = [side_of(name, tape.rows(keys)) for name, tape in both_of(on)]
    comparison = compare(sides[0], sides[1], policy)
    verdict = judge(comparison, policy)
    quality = comparison.quality
    return Rehearsed(
        status=verdict.status,
        flagged=verdict.status is Status.REGRESSED,
        calls=2 * len(keys),
        difference=None if quality is None else quality.difference,
    )
