"""What one run, or two that are compared, come to beside their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.compare.collector import uncollected
from harness.compare.observation import Observation
from harness.measure.claims import Claims, ClaimsShift, confidence_of, shift_of
from harness.measure.repeats import Repeated, Said, repeats_of, usual_metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of one run."""

    repeats: Repeated | None
    """None where no case was measured twice."""
    claims: Claims | None
    """None where no answer claims a confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresBetween:
    """Of two runs, everything."""

    before: Measures
    after: Measures
    claims_shift: ClaimsShift | None
    """None where no case has claims on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Of two runs, what both have."""

    repeats: tuple[Repeated | None, Repeated | None]
    """With one k, the smaller of both sides, where both have repeats."""
    claims_shift: ClaimsShift | None
    """None where no case has claims on both sides."""


@uncollected()
def measures_of(
    observations: Sequence[Observation], said: Said | None = None, wanted: Sequence[str] = ()
) -> Measures:
    """What one run comes to; `wanted` are the metrics its suite names."""
    return Measures(
        repeats=repeats_of(observations, said, wanted) if _is_repeated(observations) else None,
        claims=confidence_of(observations),
    )


@uncollected()
def measures_between(before: Sequence[Observation], after: Sequence[Observation]) -> MeasuresBetween:
    """What both sides come to, by the same metrics."""
    moved = moved_between(before, after)
    return MeasuresBetween(
        before=Measures(repeats=moved.repeats[0], claims=confidence_of(before)),
        after=Measures(repeats=moved.repeats[1], claims=confidence_of(after)),
        claims_shift=moved.claims_shift,
    )


@uncollected()
def moved_between(before: Sequence[Observation], after: Sequence[Observation]) -> Moved:
    """What moved from one side to the other, and no more: half of the work of `measures_between`."""
    old, new = ((repeats_of(side) if _is_repeated(side) else None) for side in (before, after))
    if old is not None and new is not None and old.k != new.k:
        names = usual_metrics(min(old.k, new.k))
        old, new = repeats_of(before, wanted=names), repeats_of(after, wanted=names)
    return Moved(repeats=(old, new), claims_shift=shift_of(before, after))


def _is_repeated(observations: Sequence[Observation]) -> bool:
    return len({each.case_id for each in observations}) < len(observations)
