"""Confidence that answers claim of themselves, held against whether they were right.

- Brier score: mean of (claim - right)^2 (Brier 1950), and its parts (`bins.parts_of`).
- Calibration error: how far claims lie from what is right, bin by bin (`bins.error_of`).
- AUROC: chance that a right answer claims more than a wrong one (`auroc.area_of`).

Claims are telemetry: they never enter a verdict (STATISTICS 12.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.compare.interval import Value
from harness.compare.observation import Observation
from harness.measure.auroc import Area, area_of
from harness.measure.bins import Bin, CalibrationError, Claim, Parts, bins_of, curve_of, error_of, parts_of
from harness.measure.estimate import Estimate, Influences, Shift, share_of, shift_between, signed_of
from harness.measure.repeats import has_passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """How far the confidence that the answers of one side claim can be trusted."""

    answers: int
    """Measured ones that claim a confidence."""
    silent: int
    """Measured ones that claim none."""
    claimed: Estimate
    """Mean claim."""
    right: Estimate
    """Share of right answers among them."""
    overconfidence: Estimate
    """Claimed less right, in [-1, 1]: above 0 they claim too much."""
    brier: Estimate
    parts: Parts
    error: Estimate
    """Expected calibration error, what noise adds taken off."""
    error_plain: float
    """The same with nothing taken off."""
    auroc: Estimate | None
    """None where all answers are right, or all wrong."""
    bins: tuple[Bin, ...]
    """The reliability curve, by claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsShift:
    """The same cases on both sides: how far each number moved."""

    cases: int
    claimed: Shift
    right: Shift
    overconfidence: Shift
    brier: Shift
    error: Shift
    auroc: Shift | None
    """None where the answers of a side are all right, or all wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The claims of one side, and every number of them with what each cluster moves it by."""

    claims: Sequence[Claim]
    claimed: Sequence[Value]
    right: Sequence[Value]
    gaps: Sequence[Value]
    squares: Sequence[Value]
    error: CalibrationError
    area: Area | None


def claims_of(observations: Iterable[Observation]) -> tuple[Claim, ...]:
    """The measured answers that claim a confidence, in order of case and repeat."""
    claimed = [each for each in observations if each.answer_confidence is not None]
    found = sorted(claimed, key=lambda each: (each.case_id, each.repeat))
    return tuple(
        Claim(
            case_id=each.case_id,
            cluster=each.cluster,
            claimed=each.answer_confidence,
            right=has_passed(each),
            weight=each.weight,
        )
        for each in found
        if each.score is not None and each.answer_confidence is not None
    )


def confidence_of(observations: Sequence[Observation]) -> Claims | None:
    """What the claims of one side are worth; None where no measured answer claims anything."""
    claims = claims_of(observations)
    if not claims:
        return None
    side, bins = _side(claims), bins_of(claims)
    return Claims(
        answers=len(claims),
        silent=sum(each.score is not None for each in observations) - len(claims),
        claimed=share_of(side.claimed),
        right=share_of(side.right),
        overconfidence=signed_of(side.gaps),
        brier=share_of(side.squares),
        parts=parts_of(bins),
        error=side.error.error,
        error_plain=side.error.plain,
        auroc=None if side.area is None else side.area.estimate,
        bins=curve_of(bins),
    )


def shift_of(before: Sequence[Observation], after: Sequence[Observation]) -> ClaimsShift | None:
    """How the claims moved, over cases that both sides asked alike and claimed something of; None where none is."""
    old, new = claims_of(before), claims_of(after)
    if not old or not new:
        return None
    old, new = claims_of(_alike(before, after)), claims_of(_alike(after, before))
    shared = {each.case_id for each in old} & {each.case_id for each in new}
    if not shared:
        return None
    one, other = (_side([each for each in side if each.case_id in shared]) for side in (old, new))
    clusters = len({each.cluster for each in other.claims})
    aurocs = None
    if one.area is not None and other.area is not None:
        together = one.area.influences.correlation(other.area.influences)
        aurocs = shift_between(one.area.estimate, other.area.estimate, together, clusters)
    return ClaimsShift(
        cases=len(shared),
        claimed=_moved(one.claimed, other.claimed, share_of(one.claimed), share_of(other.claimed)),
        right=_moved(one.right, other.right, share_of(one.right), share_of(other.right)),
        overconfidence=_moved(one.gaps, other.gaps, signed_of(one.gaps), signed_of(other.gaps)),
        brier=_moved(one.squares, other.squares, share_of(one.squares), share_of(other.squares)),
        error=_moved(one.error.signs, other.error.signs, one.error.error, other.error.error),
        auroc=aurocs,
    )


def _moved(one: Sequence[Value], other: Sequence[Value], before: Estimate, after: Estimate) -> Shift:
    first, second = Influences.of_mean(one), Influences.of_mean(other)
    return shift_between(before, after, first.correlation(second), second.df + 1)


def _side(claims: Sequence[Claim]) -> _Side:
    return _Side(
        claims=claims,
        claimed=[each.as_value(each.claimed) for each in claims],
        right=[each.as_value(float(each.right)) for each in claims],
        gaps=[each.as_value(each.gap) for each in claims],
        squares=[each.as_value(each.gap**2) for each in claims],
        error=error_of(bins_of(claims)),
        area=area_of(
            [each.as_value(each.claimed) for each in claims if each.right],
            [each.as_value(each.claimed) for each in claims if not each.right],
        ),
    )


def _alike(one: Sequence[Observation], other: Sequence[Observation]) -> Iterable[Observation]:
    """What of one side asked and wanted the same as the other, as far as anyone knows."""
    digests = {each.case_id: each.case_digest for each in other}
    return (
        each
        for each in one
        if each.case_id in digests
        and (each.case_digest == digests[each.case_id] or not each.case_digest or not digests[each.case_id])
    )
