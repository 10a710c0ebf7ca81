"""Every plot of a comparison. Where there is nothing to draw, the axes say why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.compare.comparison import Comparison
from harness.gate.verdict import Verdict
from harness.notebook.plots.charts import draw_chart
from harness.notebook.plots.frames import nothing_drawn
from harness.notebook.plots.intervals import MOST, effect_forest, slices_forest
from harness.notebook.plots.rows import draw_bars, draw_forest
from harness.report import words
from harness.report.views.offers import Offered
from harness.report.views.pareto import pareto_chart
from harness.report.views.parts import ReportView

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_effect(comparison: Comparison, verdict: Verdict, view: ReportView, ax: Axes | None) -> Axes:
    """The paired difference with its bounds against the margin."""
    quality, effect = comparison.quality, view.effect
    if quality is None or effect is None:
        return nothing_drawn(ax, "Effect", view.headline)
    on = f"on {words.count(quality.n, 'case')}; shaded: worse than the margin of {effect.margin} points"
    says = f"{view.variants}: {effect.before} → {effect.after} {on}."
    return draw_forest(effect_forest(quality, effect, view, verdict), ax, says)


def plot_forest(comparison: Comparison, verdict: Verdict, view: ReportView, ax: Axes | None) -> Axes:
    """The slices, the worst first, against the margin."""
    if not view.slices:
        why = view.slices_note or "No tag has enough cases to be tested."
        return nothing_drawn(ax, "Slices", why)
    left = len(view.slices) - MOST
    more = f"{words.count(left, 'more slice')} did less harm. " if left > 0 else ""
    shaded = f"Shaded: worse than the margin of {words.margin(verdict.policy.quality_margin)} points. "
    return draw_forest(slices_forest(comparison, view, verdict), ax, f"{shaded}{more}{view.slices_note}")


def plot_changes(view: ReportView, ax: Axes | None) -> Axes:
    """How far each case moved."""
    moves = view.plots.moves
    if moves is None or moves.chart is None:
        why = "There is no case." if moves is None else f"Too little moved for a histogram: {moves.sentence}."
        return nothing_drawn(ax, "How far each case moved", why)
    return draw_chart(moves.chart, ax)


def plot_cost(view: ReportView, ax: Axes | None) -> Axes:
    """Where the change of cost comes from, step by step."""
    cost = view.plots.cost
    if cost is None or cost.bars is None:
        figure = next(each for each in view.figures if each.name == "cost")
        why = f"Nothing is known of where the cost comes from: {figure.value}; {figure.detail}."
        return nothing_drawn(ax, "Cost", why)
    return draw_bars(cost.bars, ax, " ".join(cost.notes))


def plot_latency(view: ReportView, ax: Axes | None) -> Axes:
    """How long answers took, as the share of answers up to each time."""
    if view.plots.latency is None:
        return nothing_drawn(ax, "How long answers took", "A side has no times.")
    return draw_chart(view.plots.latency, ax)


def plot_pareto(found: Offered, ax: Axes | None) -> Axes:
    """Quality against cost, and a line through those models that no other one beats."""
    title = "Quality against cost"
    chart = pareto_chart("pareto", found.offers)
    if chart is None:
        return nothing_drawn(
            ax, title, "There are not two models with a score and a price on the same cases."
        )
    left = f". Left out: {'; '.join(found.left_out)}" if found.left_out else ""
    return draw_chart(replace(chart, says=f"{chart.says}{left}."), ax)


def plot_calibration(view: ReportView, ax: Axes | None) -> Axes:
    """Claimed confidence against what was right."""
    if view.plots.claims is None:
        return nothing_drawn(ax, "Claimed confidence", "No answer says how sure it is.")
    return draw_chart(view.plots.claims, ax)
