"""The effect of a comparison and its slices as intervals, in the order and on the scales of the report."""

from __future__ import annotations

from harness.compare.comparison import Comparison, Quality, Slice
from harness.gate.verdict import Status, Verdict
from harness.report import words
from harness.report.charts.chart import Role
from harness.report.charts.rows import Forest, ForestRow
from harness.report.views.drawn import Effect, SliceRow
from harness.report.views.parts import ReportView

MOST = 40
"""Slices that a plot has room for."""
_ROLES: dict[Status, Role] = {
    Status.REGRESSED: "bad",
    Status.INCONCLUSIVE: "unsure",
    Status.NOT_MEASURED: "none",
    Status.PASS: "one",
}


def effect_forest(quality: Quality, effect: Effect, view: ReportView, verdict: Verdict) -> Forest:
    """One row: the paired difference with its bounds."""
    row = ForestRow(
        name="quality",
        role=_ROLES[verdict.quality or Status.NOT_MEASURED],
        lower=quality.lower,
        point=quality.difference,
        upper=quality.upper,
        cells=(f"{effect.points} ({effect.bounds})",),
    )
    return Forest(
        name="effect",
        title=f"{view.status.value.replace('_', ' ')}: {view.suite}",
        heads=("", "points"),
        scale=effect.scale,
        zero=0.0,
        margin=-verdict.policy.quality_margin,
        rows=(row,),
    )


def slices_forest(comparison: Comparison, view: ReportView, verdict: Verdict) -> Forest:
    """A row for each tag that was tested, the worst first."""
    found = {each.slice: each for each in comparison.slices}
    return Forest(
        name="slices",
        title=f"Slices of {view.suite}",
        heads=("slice", "points", "p"),
        scale=view.slices_scale,
        zero=0.0,
        margin=-verdict.policy.quality_margin,
        rows=tuple(_row(each, found[each.name]) for each in view.slices[:MOST]),
    )


def _row(shown: SliceRow, each: Slice) -> ForestRow:
    return ForestRow(
        name=f"{shown.name}  ({words.count(shown.n, 'case')})",
        role=_ROLES[shown.status],
        lower=each.lower,
        point=each.difference,
        upper=each.upper,
        cells=(f"{shown.points} ({shown.bounds})", shown.p),
    )
