"""What one run, or two that are compared, come to beside their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """Of two runs. Repeats are told with one k, the smaller of both sides."""

    before: Measures
    after: Measures
    claims_shift: ClaimsShift | None
    """None where no case has claims on both sides."""


def measures_of(
    observations: Sequence[Observation], said: Said | None = None, wanted: Sequence[str] = ()
) -> Measures:
    """What one run comes to; `wanted` are the metrics its suite names."""
    return Measures(
        repeats=repeats_of(observations, said, wanted) if _is_repeated(observations) else None,
        claims=confidence_of(observations),
    )


def measures_between(before: Sequence[Observation], after: Sequence[Observation]) -> MeasuresBetween:
    """What both sides come to, by the same metrics."""
    old, new = measures_of(before), measures_of(after)
    if old.repeats is not None and new.repeats is not None and old.repeats.k != new.repeats.k:
        names = usual_metrics(min(old.repeats.k, new.repeats.k))
        old, new = measures_of(before, wanted=names), measures_of(after, wanted=names)
    return MeasuresBetween(before=old, after=new, claims_shift=shift_of(before, after))


def _is_repeated(observations: Sequence[Observation]) -> bool:
    return len({each.case_id for each in observations}) < len(observations)
