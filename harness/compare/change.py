"""What became of each case: for people who look, never for the gate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from harness.compare.asked import Asked, average, is_same_case, sample_variance
from harness.compare.held import Held
from harness.compare.interval import NOISE

CLEAR = 2.0
"""Standard errors of the repeats that a difference must exceed to be more than their noise."""


class Change(StrEnum):
    """What became of one case."""

    IMPROVED = "improved"
    REGRESSED = "regressed"
    SAME = "same"
    UNSURE = "unsure"
    """The means differ, but no more than the repeats of either side do among themselves."""
    BROKE = "broke"
    """The baseline was measured, the candidate was not."""
    MENDED = "mended"
    """The other way round."""
    UNMEASURED = "unmeasured"
    """Neither side was."""
    ADDED = "added"
    REMOVED = "removed"
    NOT_COMPARABLE = "not_comparable"
    """The case itself was changed between the two runs."""
    QUARANTINED = "quarantined"
    """Whatever its answers were: the case is in quarantine, and decides nothing."""


WORST_FIRST = (
    Change.REGRESSED,
    Change.BROKE,
    Change.UNSURE,
    Change.UNMEASURED,
    Change.NOT_COMPARABLE,
    Change.QUARANTINED,
    Change.REMOVED,
    Change.ADDED,
    Change.MENDED,
    Change.SAME,
    Change.IMPROVED,
)
_RANK = {change: rank for rank, change in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One case on both sides: mean scores over its measured repeats (None: no measured repeat)."""

    case_id: str
    tags: tuple[str, ...]
    change: Change
    baseline: float | None
    candidate: float | None
    baseline_repeats: int
    """Measured repeats."""
    candidate_repeats: int
    missing: tuple[str, ...]
    """Why repeats of either side are unmeasured: `candidate: timeout`."""

    @property
    def difference(self) -> float | None:
        """Candidate minus baseline, where both are measured."""
        if self.baseline is None or self.candidate is None:
            return None
        return self.candidate - self.baseline


def changes_of(
    baseline: Mapping[str, Asked], candidate: Mapping[str, Asked], held: Held = MappingProxyType({})
) -> tuple[CaseChange, ...]:
    """Every case of either side exactly once, worst first; those that are `held` are in quarantine."""
    cases = [
        _case_change(case_id, baseline.get(case_id), candidate.get(case_id), is_held=case_id in held)
        for case_id in sorted(dict.fromkeys((*baseline, *candidate)))
    ]
    return tuple(sorted(cases, key=_badness))


def change_of(baseline: tuple[float, ...], candidate: tuple[float, ...]) -> Change:
    """What became of a case asked on both sides, from the scores of its measured repeats.

    A difference of means counts as a change where it exceeds two standard errors of the repeats,
    sqrt(s_A^2/K_A + s_B^2/K_B), and is UNSURE below that: 3/3 to 0/3 regressed, 3/3 to 2/3 may be chance.
    One repeat has no spread that anyone could know, so between single repeats every difference is a change.
    """
    if baseline and candidate:
        return _measured_change(baseline, candidate)
    if baseline:
        return Change.BROKE
    return Change.MENDED if candidate else Change.UNMEASURED


def _measured_change(baseline: tuple[float, ...], candidate: tuple[float, ...]) -> Change:
    if len(baseline) == len(candidate) == 1:
        return _direction(candidate[0] - baseline[0], 0.0)
    difference = average(candidate) - average(baseline)
    noise = math.sqrt(sample_variance(baseline) / len(baseline) + sample_variance(candidate) / len(candidate))
    return _direction(difference, noise)


def _direction(difference: float, noise: float) -> Change:
    if abs(difference) < NOISE:
        return Change.SAME
    if noise > 0 and abs(difference) <= CLEAR * noise + NOISE:
        return Change.UNSURE
    return Change.IMPROVED if difference > 0 else Change.REGRESSED


def _case_change(
    case_id: str, baseline: Asked | None, candidate: Asked | None, *, is_held: bool
) -> CaseChange:
    newest = candidate or baseline
    return CaseChange(
        case_id=case_id,
        tags=newest.tags if newest else (),
        change=Change.QUARANTINED if is_held else _change(baseline, candidate),
        baseline=baseline.score if baseline else None,
        candidate=candidate.score if candidate else None,
        baseline_repeats=len(baseline.scores) if baseline else 0,
        candidate_repeats=len(candidate.scores) if candidate else 0,
        missing=() if _is_whole(baseline, candidate) else _missing(baseline, candidate),
    )


def _change(baseline: Asked | None, candidate: Asked | None) -> Change:
    if baseline is None:
        return Change.ADDED
    if candidate is None:
        return Change.REMOVED
    if not is_same_case(baseline, candidate):
        return Change.NOT_COMPARABLE
    return change_of(baseline.scores, candidate.scores)


def _is_whole(baseline: Asked | None, candidate: Asked | None) -> bool:
    """Whether every repeat of both sides was measured: of most cases, so it is asked first."""
    return (
        baseline is not None
        and candidate is not None
        and len(baseline.scores) == len(baseline.trials)
        and len(candidate.scores) == len(candidate.trials)
    )


def _missing(baseline: Asked | None, candidate: Asked | None) -> tuple[str, ...]:
    return (*_reasons("baseline", baseline), *_reasons("candidate", candidate))


def _reasons(side: str, asked: Asked | None) -> tuple[str, ...]:
    return tuple([f"{side}: {why}" for why in asked.missing]) if asked else ()


def _badness(case: CaseChange) -> tuple[int, float]:
    """Cases that are equally bad stay in order of their ids."""
    return (_RANK[case.change], case.difference or 0.0)
