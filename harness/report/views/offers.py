"""What each model that a suite was ever asked of does on the very same cases: the points of quality against cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.compare.asked import Asked, average, by_case, is_same_case
from harness.compare.comparable import graders_differ
from harness.compare.comparison import Comparison
from harness.compare.decided import asked_of
from harness.compare.observation import Side
from harness.compare.quality import score_of
from harness.compare.ratio import latencies_of
from harness.gate.verdict import Status
from harness.record import RunInfo
from harness.report.views.pareto import Offer, Part

_MANY = 1000
"""Answers whose cost is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """The newest run of the same prompt on yet another model."""

    info: RunInfo
    side: Side
    status: Status | None
    """What the gate said of it against what runs now; None: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Every model that can be set beside the others."""

    offers: tuple[Offer, ...]
    """What runs now, the new one, then the others; none where nothing was measured on both."""
    left_out: tuple[str, ...]
    """Runs of further models that cannot: `haiku-5-5: asked other cases`."""


def offered(
    comparison: Comparison, now: RunInfo, new: RunInfo, status: Status, rivals: Sequence[Rival]
) -> Offered:
    """All of them on the cases that both sides of the comparison measured, unchanged and in no quarantine.

    `status`: of the comparison itself. A rival that lacks one of those cases, or has other graders, is left out: a
    mean over other cases is another number.
    """
    before, after = by_case(asked_of(comparison.baseline)), by_case(asked_of(comparison.candidate))
    cases = [
        case
        for case in before.keys() & after.keys()
        if case not in comparison.held
        and before[case].scores
        and after[case].scores
        and is_same_case(before[case], after[case])
    ]
    wanted = {case: after[case] for case in sorted(cases)}
    made = [_offer(before, wanted, now, "now", None), _offer(after, wanted, new, "new", status)]
    left_out: list[str] = []
    for each in rivals:
        why = _unlike(each, wanted, comparison.candidate)
        if why:
            left_out.append(f"{each.info.model}: {why}")
            continue
        made.append(_offer(by_case(asked_of(each.side)), wanted, each.info, "other", each.status))
    return Offered(offers=tuple(each for each in made if each is not None), left_out=tuple(left_out))


def _unlike(rival: Rival, wanted: Mapping[str, Asked], new: Side) -> str:
    if graders_differ(rival.side, new):
        return "graded by other graders"
    asked = by_case(asked_of(rival.side))
    same = all(
        (found := asked.get(case)) is not None and found.scores and is_same_case(found, now)
        for case, now in wanted.items()
    )
    return "" if same else "asked other cases"


def _offer(
    asked: Mapping[str, Asked], wanted: Mapping[str, Asked], info: RunInfo, part: Part, status: Status | None
) -> Offer | None:
    cases = [asked[case] for case in wanted]
    score, latencies = score_of(cases), latencies_of(cases)
    if score is None:
        return None
    return Offer(
        name=info.model,
        part=part,
        score=score,
        cost=_cost(cases),
        p50=None if latencies is None else latencies.p50,
        status=status,
        asked=_day(info.started_at),
    )


def _cost(cases: Sequence[Asked]) -> float | None:
    """Dollars of a thousand answers, each case counting once; None where an answer has no price."""
    costs = [[trial.cost for trial in case.measured] for case in cases]
    known = [[cost for cost in each if cost is not None] for each in costs]
    if any(len(found) < len(each) for found, each in zip(known, costs, strict=True)):
        return None
    return _MANY * average(tuple(average(tuple(each)) for each in known))


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
