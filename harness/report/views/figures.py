"""The numbers of a comparison, worded and placed on their axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from harness.compare.comparison import Comparison, Quality, Ratio, Score, Slice
from harness.compare.cost_split import split_words
from harness.gate.verdict import Status, Verdict
from harness.report import words
from harness.report.charts.scale import Scale, linear, shares, symmetric
from harness.report.charts.spelling import points
from harness.report.views.drawn import Axis, Effect, Figure, SliceRow
from harness.suite.policy import Policy

_ORDER = tuple(Status)
_SHOWN, _SHOWN_AT_MOST = 10, 25
"""Slices that stand there at once: where most pass, and where many do not."""


def effect(quality: Quality, policy: Policy) -> Effect:
    """The paired difference with its bounds, against the margin."""
    scale = _around_zero((quality.lower, quality.upper, quality.difference), policy.quality_margin)
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
        scale=scale,
        axis=_axis((quality.lower, quality.difference, quality.upper), scale, policy.quality_margin),
    )


def score(mean: Score) -> Effect:
    """The mean score of one run, on an axis from 0 to 100 %."""
    bounds = f"{words.percent(mean.lower)} to {words.percent(mean.upper)}"
    scale = shares("mean score")
    return Effect(
        sentence=f"{words.percent(mean.mean)} (95 %: {bounds})",
        before="",
        after=words.percent(mean.mean),
        points="",
        bounds=bounds,
        margin="",
        scale=scale,
        axis=Axis(
            zero=0.0,
            margin=None,
            lower=scale.place(mean.lower),
            point=scale.place(mean.mean),
            upper=scale.place(mean.upper),
        ),
    )


def figures(comparison: Comparison, verdict: Verdict) -> tuple[Figure, ...]:
    """Quality, cost and latency, each with its status or the reason why it has none."""
    return (_quality(comparison, verdict), _cost(comparison, verdict), _latency(comparison, verdict))


def slice_rows(slices: Sequence[Slice], verdict: Verdict) -> tuple[SliceRow, ...]:
    """The forest: worst status first, then the largest drop, all on one axis."""
    statuses = dict(verdict.slices)
    margin = verdict.policy.quality_margin
    scale = slices_scale(slices, verdict.policy)
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
            axis=_axis((each.lower, each.difference, each.upper), scale, margin),
        )
        for status, each in rows
    )


def slices_scale(slices: Sequence[Slice], policy: Policy) -> Scale:
    """The slices' common axis, in points."""
    ends = [end for each in slices for end in (each.lower, each.difference, each.upper)]
    margin = policy.quality_margin
    within = [min(max(end, -1.0), 1.0) for end in [*ends, -1.2 * margin, 0.0, margin]]
    return linear(within, "points", points, most=5)


def slices_shown(rows: Sequence[SliceRow]) -> int:
    """How many of them stand there at once: those that do not pass, and some more; the rest is folded away."""
    bad = sum(row.status is not Status.PASS for row in rows)
    most = min(max(_SHOWN, bad), _SHOWN_AT_MOST)
    return len(rows) if len(rows) <= most + 2 else most


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


def _around_zero(ends: Sequence[float], margin: float) -> Scale:
    """An axis around 0 that shows every end and the margin, from at most -100 to +100 points."""
    return symmetric([*ends, 1.2 * margin], "points", points, limit=1.0)


def _axis(interval: tuple[float, float, float], scale: Scale, margin: float) -> Axis:
    lower, point, upper = interval
    return Axis(
        zero=scale.place(0.0),
        margin=scale.place(-margin),
        lower=scale.place(lower),
        point=scale.place(0.0 if math.isnan(point) else point),
        upper=100.0 if math.isnan(upper) else scale.place(upper),
    )
