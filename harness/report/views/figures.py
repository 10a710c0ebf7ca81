"""The numbers of a comparison, worded and placed on their axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from harness.compare.comparison import Comparison, Quality, Ratio, Score, Slice
from harness.compare.cost_split import split_words
from harness.gate.verdict import Status, Verdict
from harness.report import words
from harness.report.views.drawn import Axis, Effect, Figure, SliceRow
from harness.suite.policy import Policy

_ORDER = tuple(Status)


def effect(quality: Quality, policy: Policy) -> Effect:
    """The paired difference with its bounds, against the margin."""
    reach = _reach((quality.lower, quality.upper, quality.difference), policy.quality_margin)
    margin = words.margin(policy.quality_margin)
    bounds = f"{words.points(quality.lower)} to {words.points(quality.upper)}"
    points = words.points(quality.difference)
    return Effect(
        sentence=f"{points} points ({words.level(policy.alpha)}: {bounds}; margin {margin})",
        before=words.percent(quality.baseline),
        after=words.percent(quality.candidate),
        points=points,
        bounds=bounds,
        margin=margin,
        low_end=words.points(-reach),
        middle="0",
        high_end=words.points(reach),
        axis=_axis(quality.lower, quality.difference, quality.upper, reach, policy.quality_margin),
    )


def score(mean: Score) -> Effect:
    """The mean score of one run, on an axis from 0 to 100 %."""
    bounds = f"{words.percent(mean.lower)} to {words.percent(mean.upper)}"
    return Effect(
        sentence=f"{words.percent(mean.mean)} (95 %: {bounds})",
        before="",
        after=words.percent(mean.mean),
        points="",
        bounds=bounds,
        margin="",
        low_end="0 %",
        middle="50 %",
        high_end="100 %",
        axis=Axis(
            zero=0.0,
            margin=None,
            lower=_place(mean.lower, 0, 1),
            point=_place(mean.mean, 0, 1),
            upper=_place(mean.upper, 0, 1),
        ),
    )


def figures(comparison: Comparison, verdict: Verdict) -> tuple[Figure, ...]:
    """Quality, cost and latency, each with its status or the reason why it has none."""
    return (_quality(comparison, verdict), _cost(comparison, verdict), _latency(comparison, verdict))


def slice_rows(slices: Sequence[Slice], verdict: Verdict) -> tuple[SliceRow, ...]:
    """The forest: worst status first, then the largest drop, all on one axis."""
    statuses = dict(verdict.slices)
    margin = verdict.policy.quality_margin
    reach = _slices_reach(slices, margin)
    rows = [
        (statuses.get(each.slice, Status.PASS), each)
        for each in sorted(slices, key=lambda each: (each.difference, each.slice))
    ]
    rows.sort(key=lambda row: _ORDER.index(row[0]))
    return tuple(
        SliceRow(
            name=each.slice,
            n=each.n,
            points=words.points(each.difference),
            bounds=f"{words.points(each.lower)} to {words.points(each.upper)}",
            p=words.p_value(each.p_adjusted),
            status=status,
            axis=_axis(each.lower, each.difference, each.upper, reach, margin),
        )
        for status, each in rows
    )


def slices_ends(slices: Sequence[Slice], policy: Policy) -> tuple[str, str]:
    """Both ends of the slices' common axis, in points."""
    reach = _slices_reach(slices, policy.quality_margin)
    return words.points(-reach), words.points(reach)


def slices_note(comparison: Comparison, policy: Policy) -> str:
    """What a PASS of a slice is worth, and which tags say nothing at all."""
    if not policy.slices:
        return "The suite turns slices off."
    untested = comparison.slices_untested
    few = f"Too few cases to be tested: {words.listing(untested)}." if untested else ""
    worth = "PASS means that no regression was found; most slices are too small to be proved harmless."
    return " ".join(each for each in (worth if comparison.slices else "", few) if each)


def worst_slice(rows: Sequence[SliceRow]) -> str:
    """The first row in one line; empty where it passes."""
    if not rows or rows[0].status is Status.PASS:
        return ""
    worst = rows[0]
    looked = words.count(len(rows), "slice")
    return f"{worst.name} {worst.points} points on {words.count(worst.n, 'case')} ({worst.p}, {looked} looked at)"


def _quality(comparison: Comparison, verdict: Verdict) -> Figure:
    quality = comparison.quality
    if quality is None:
        why = "no case was measured on both sides"
        return Figure(name="quality", value="not measured", detail=why, extra="", status=verdict.quality)
    return Figure(
        name="quality",
        value=f"{words.points(quality.difference)} points",
        detail=f"{words.percent(quality.baseline)} → {words.percent(quality.candidate)}",
        extra=f"{words.count(quality.n, 'paired case')}; smallest visible drop {words.margin(quality.mde)} points",
        status=verdict.quality,
    )


def _cost(comparison: Comparison, verdict: Verdict) -> Figure:
    sides = (comparison.baseline.cost_usd, comparison.candidate.cost_usd)
    spent = " → ".join(words.dollars(each) for each in sides)
    ratio = comparison.cost
    if ratio is None:
        why = "a side is unpriced" if None in sides else "no case has a price on both sides"
        return Figure(name="cost", value="not compared", detail=why, extra=spent, status=verdict.cost)
    detail = _limits(ratio, verdict.policy.cost_margin)
    return Figure(
        name="cost",
        value=words.change(ratio.ratio),
        detail=detail,
        extra=spent,
        status=verdict.cost,
        cause="" if comparison.cost_split is None else split_words(comparison.cost_split),
    )


def _latency(comparison: Comparison, verdict: Verdict) -> Figure:
    ratio = comparison.latency
    why = why_latency_is_not_gated(comparison, verdict)
    if why:
        detail = f"not gated: {why}"
    elif ratio is not None:
        detail = _limits(ratio, verdict.policy.latency_margin)
    else:
        detail = "no times were recorded"
    return Figure(
        name="latency",
        value="no times" if ratio is None else words.change(ratio.ratio),
        detail=detail,
        extra="; ".join(each for each in (_percentiles(comparison), _control(verdict)) if each),
        status=None if why else verdict.latency,
    )


def why_latency_is_not_gated(comparison: Comparison, verdict: Verdict) -> str:
    """The reason; empty where latency is part of the verdict."""
    modes = {comparison.baseline.mode, comparison.candidate.mode}
    reasons = (
        (verdict.policy.latency_margin is None, "the suite turns it off"),
        (verdict.status is Status.NOT_MEASURED, "nothing is judged"),
        ("replay" in modes, "replies were replayed"),
        ("imported" in modes, "results were imported"),
        (bool(comparison.baseline.runs), "old answers stand for the baseline"),
        (not comparison.latency_comparable, "the sides were not run side by side"),
        (verdict.latency is None, "there are too few times to compare"),
    )
    return next((why for holds, why in reasons if holds), "")


def _control(verdict: Verdict) -> str:
    """What the fresh answers of a confirmation say, which were asked in turns: advice, as they are few."""
    ratio = verdict.latency_control
    return "" if ratio is None else f"in fresh answers, asked in turns: {words.change(ratio.ratio)}"


def _percentiles(comparison: Comparison) -> str:
    before, after = comparison.baseline_latency, comparison.candidate_latency
    if before is None or after is None:
        return ""
    return (
        f"p50 {words.seconds(before.p50)} → {words.seconds(after.p50)}"
        f", p95 {words.seconds(before.p95)} → {words.seconds(after.p95)}{_tail(comparison.latency_p95)}"
    )


def _tail(ratio: Ratio | None) -> str:
    """How the slow answers changed, with bounds where there are any."""
    if ratio is None:
        return ""
    upper = words.change(ratio.upper) if math.isfinite(ratio.upper) else "any"
    return f" ({words.change(ratio.ratio)}, {words.change(ratio.lower)} to {upper})"


def _limits(ratio: Ratio, margin: float | None) -> str:
    bounds = f"{words.change(ratio.lower)} to {words.change(ratio.upper)}"
    return f"{bounds}; not gated" if margin is None else f"{bounds}; limit {words.change(1 + margin)}"


def _slices_reach(slices: Sequence[Slice], margin: float) -> float:
    return _reach([end for each in slices for end in (each.lower, each.difference, each.upper)], margin)


def _reach(ends: Sequence[float], margin: float) -> float:
    """Half the length of a symmetric axis that shows every end and the margin, in round steps."""
    widest = max([abs(end) for end in ends if math.isfinite(end)] + [margin * 1.2])
    for reach in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75):
        if widest <= reach:
            return reach
    return 1.0


def _axis(lower: float, point: float, upper: float, reach: float, margin: float) -> Axis:
    return Axis(
        zero=50.0,
        margin=_place(-margin, -reach, reach),
        lower=_place(lower, -reach, reach, otherwise=0.0),
        point=_place(point, -reach, reach, otherwise=50.0),
        upper=_place(upper, -reach, reach, otherwise=100.0),
    )


def _place(value: float, low: float, high: float, *, otherwise: float = 0.0) -> float:
    if math.isnan(value):
        return otherwise
    return round(100 * (min(max(value, low), high) - low) / (high - low), 2)
