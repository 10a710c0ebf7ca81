"""Single cases that may have broken altogether: found by exact tests of their own answers."""

from __future__ import annotations

from collections.abc import Sequence

from harness.compare.arrays import Layout, scores_at, view
from harness.compare.asked import average
from harness.compare.comparison import Comparison
from harness.compare.exact import benjamini_hochberg, fell_p
from harness.compare.observation import Observation
from harness.gate.parts import Suspect

TRIAGE = 0.10
"""Share of false suspects that the list for people may hold."""
COLLAPSE = 0.5
"""The smallest drop of a case's mean score that is one; anything less is for the other tests."""
UNLIKELY = 0.2
"""Exact p up to which a drop is worth asking about again. It decides nothing."""
ROUNDING = 1e-9


def suspects_of(layout: Layout, after: int, must_pass: frozenset[str]) -> tuple[Suspect, ...]:
    """Every comparable case whose mean fell by then, the least likely first, with its p adjusted for all cases.

    p is exact: given all answers of the case, the chance that the candidate's share of them is so low
    (12.7: a bank of 10/10 against 0/1, 0/2, 0/3, 0/5 gives .0909, .0152, .0035, .00033). A case that did not fall
    counts with p = 1.
    """
    seen = view(layout, after)
    fell: list[int] = seen.place[seen.columns.difference < 0].tolist()
    before = scores_at(layout.baseline, after, fell)
    now = scores_at(layout.candidate, after, fell)
    ps = [fell_p(before[place], now[place]) for place in fell]
    adjusted = benjamini_hochberg([*ps, *[1.0] * (len(seen.place) - len(fell))])
    found = [
        Suspect(
            case_id=layout.cases[place],
            baseline=average(before[place]),
            baseline_answers=len(before[place]),
            candidate=average(now[place]),
            candidate_answers=len(now[place]),
            p=p,
            p_adjusted=q,
            must_pass=layout.cases[place] in must_pass,
        )
        for place, p, q in zip(fell, ps, adjusted[: len(fell)], strict=True)
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
    rows = [o for o in comparison.candidate.observations if o.must_pass]
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
