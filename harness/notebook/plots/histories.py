"""The past of a suite: its scores run by run, and what each day cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.notebook.plots.charts import draw_chart
from harness.notebook.plots.frames import nothing_drawn
from harness.report.views.past import PastSuite
from harness.report.views.past_charts import cost_chart, score_chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_history(past: PastSuite, ax: Axes | None) -> Axes:
    """The mean score of every run with its interval, and what was new when."""
    chart = score_chart("history", past)
    if chart is None:
        return nothing_drawn(ax, f"Scores of {past.suite}", "No run has a score.")
    return draw_chart(replace(chart, title=f"{chart.title} of {past.suite}"), ax)


def plot_cost_daily(past: PastSuite, ax: Axes | None) -> Axes:
    """What each day cost."""
    chart = cost_chart("costs", past)
    if chart is None:
        return nothing_drawn(ax, f"Cost of {past.suite}", "No run cost anything: replays are free.")
    return draw_chart(replace(chart, title=f"{chart.title}, {past.suite}"), ax)
