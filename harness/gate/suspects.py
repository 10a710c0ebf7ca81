"""Single cases that may have broken altogether: found by exact tests of their own answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.compare.arrays import Layout, scores_at, view
from harness.compare.asked import average
from harness.compare.change import CaseChange, Change
from harness.compare.comparison import Comparison
from harness.compare.exact import benjamini_hochberg, fell_p
from harness.compare.interval import NOISE
from harness.compare.observation import Observation
from harness.gate.parts import Suspect

TRIAGE = 0.10
"""Share of false suspects that the list for people may hold."""
COLLAPSE = 0.5
"""The smallest drop of a case's mean score that is one; anything less is for the other tests."""
UNLIKELY = 0.2
"""Exact p up to which a drop is worth asking about again. It decides nothing."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """A comparable case whose mean fell. Scores are in [0, 1], of the measured answers; at least one on each side."""

    case_id: str
    baseline: tuple[float, ...]
    candidate: tuple[float, ...]
    must_pass: bool


def suspects_of(layout: Layout, after: int, must_pass: frozenset[str]) -> tuple[Suspect, ...]:
    """The suspects of a live gate, by what was known once the first `after` entries of the order had ended."""
    seen = view(layout, after)
    places: list[int] = seen.place[seen.columns.difference < 0].tolist()
    before = scores_at(layout.baseline, after, places)
    now = scores_at(layout.candidate, after, places)
    fallen = [
        Fallen(
            case_id=layout.cases[place],
            baseline=before[place],
            candidate=now[place],
            must_pass=layout.cases[place] in must_pass,
        )
        for place in places
    ]
    return suspects_among(fallen, of=len(seen.place))


def suspects_between(comparison: Comparison) -> tuple[Suspect, ...]:
    """Those that `for_people` may list where everything is there: the whole of both sides, looked at once.

    A case with too few answers to be listed at all counts with p = 1. That moves no other onto or off the list: of
    N comparable cases F fell, and with p = 1 for the rest none is listed whose p is above TRIAGE F / N.
    """
    comparable = [
        each
        for each in comparison.changes
        if each.difference is not None and each.change not in (Change.NOT_COMPARABLE, Change.QUARANTINED)
    ]
    fell = [each for each in comparable if (each.difference or 0.0) <= -NOISE]
    most = TRIAGE * len(fell) / max(1, len(comparable)) + ROUNDING
    listable = {each.case_id for each in fell if _least_p(each) <= most}
    before = _scores(comparison.baseline.observations, listable)
    now = _scores(comparison.candidate.observations, listable)
    demanded = {o.case_id for o in comparison.candidate.observations if o.must_pass}
    fallen = [
        Fallen(
            case_id=case,
            baseline=tuple(before[case]),
            candidate=tuple(now[case]),
            must_pass=case in demanded,
        )
        for case in sorted(listable)
    ]
    return suspects_among(fallen, of=len(comparable))


def suspects_among(fallen: Sequence[Fallen], *, of: int) -> tuple[Suspect, ...]:
    """Every case that fell, the least likely first, with its p adjusted for all `of` comparable ones.

    p is exact: given all answers of the case, the chance that the candidate's share of them is so low
    (12.7: a bank of 10/10 against 0/1, 0/2, 0/3, 0/5 gives .0909, .0152, .0035, .00033). A case that did not fall
    counts with p = 1.
    """
    known: dict[tuple[tuple[float, ...], tuple[float, ...]], float] = {}
    ps: list[float] = []
    for each in fallen:  # most cases came out like another one
        scores = tuple(sorted(each.baseline)), tuple(sorted(each.candidate))
        if scores not in known:
            known[scores] = fell_p(*scores)
        ps.append(known[scores])
    adjusted = benjamini_hochberg([*ps, *[1.0] * (of - len(fallen))])
    found = [
        Suspect(
            case_id=each.case_id,
            baseline=average(each.baseline),
            baseline_answers=len(each.baseline),
            candidate=average(each.candidate),
            candidate_answers=len(each.candidate),
            p=p,
            p_adjusted=q,
            must_pass=each.must_pass,
        )
        for each, p, q in zip(fallen, ps, adjusted[: len(fallen)], strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.p, each.candidate - each.baseline, each.case_id)))


def for_people(suspects: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """Those that are false suspects in at most one of ten."""
    return tuple(each for each in suspects if each.p_adjusted <= TRIAGE)


def worth_asking(suspects: Sequence[Suspect]) -> tuple[str, ...]:
    """Ids of the cases that collapsed, as far as so few answers can tell."""
    return tuple(each.case_id for each in suspects if _collapsed(each))


def doubtful_must_pass(comparison: Comparison) -> tuple[str, ...]:
    """Ids of must-pass cases that the candidate failed at least once, or never answered; in order of the alphabet."""
    rows = [o for o in comparison.candidate.observations if o.must_pass and o.case_id not in comparison.held]
    failed = {o.case_id for o in rows if fails(o)}
    unanswered = {o.case_id for o in rows} - {o.case_id for o in rows if o.score is not None}
    return tuple(sorted(failed | unanswered))


def fails(answer: Observation) -> bool:
    """Whether an answer was measured and did not reach the threshold of its case."""
    if answer.score is None:
        return False
    return answer.score < 1 if answer.passed is None else not answer.passed


def _collapsed(each: Suspect) -> bool:
    """A large and unlikely drop; or, where there are too few answers for any to be unlikely, one from all to nothing."""
    if each.baseline - each.candidate < COLLAPSE - ROUNDING:
        return False
    return each.p <= UNLIKELY + ROUNDING or (each.baseline == 1 and each.candidate == 0)


def _least_p(case: CaseChange) -> float:
    """The smallest exact p that so many answers can come to."""
    return 1 / math.comb(case.baseline_repeats + case.candidate_repeats, case.candidate_repeats)


def _scores(observations: Sequence[Observation], cases: set[str]) -> Mapping[str, Sequence[float]]:
    """Measured scores of these cases."""
    found: dict[str, list[float]] = {case: [] for case in cases}
    for o in observations:
        if o.score is not None and o.case_id in cases:
            found[o.case_id].append(o.score)
    return found
