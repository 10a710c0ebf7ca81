"""Two runs side by side: the numbers of their comparison as frames, and as plots."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from harness.gate.verdict import Verdict
from harness.gate.words import summary_of
from harness.notebook import case_rows, markup
from harness.notebook.plots import contrasts
from harness.pipeline.comparing import Compared
from harness.pipeline.weighing import offers_of
from harness.report.views.parts import ReportView

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

_SHOWN = 10
"""Cases that a notebook shows of those that became worse."""


class Contrast:
    """What `Lab.compare` gives. Shares and differences lie in [-1, 1]: 0.05 is five points."""

    def __init__(self, compared: Compared, store: Path) -> None:
        self._store = store
        self.compared = compared
        """What the pipeline works with: both runs, the comparison and the verdict as values."""

    @property
    def verdict(self) -> Verdict:
        """What the gate says of it."""
        return self.compared.verdict

    @property
    def summary(self) -> str:
        """The verdict in two sentences; names of cases and slices in them are as they came."""
        return str(summary_of(self.compared.comparison, self.verdict))

    @cached_property
    def view(self) -> ReportView:
        """What every report of it shows."""
        return self.compared.view()

    @property
    def cases(self) -> DataFrame:
        """One row for each case, worst first: change, difference, tags, both sides with cost and latency."""
        return case_rows.case_rows(self.compared.comparison)

    @property
    def slices(self) -> DataFrame:
        """One row for each tag that was tested, the largest drop first."""
        return case_rows.slice_rows(self.compared.comparison, self.verdict)

    @property
    def answers(self) -> DataFrame:
        """One row for each repeat of each case, both answers beside each other. The texts are hostile."""
        return case_rows.answer_rows(self.compared.answers)

    def explain(self) -> DataFrame:
        """Every number of the verdict in order, each with the formula it comes from and where that is explained."""
        import pandas as pd

        rows = [
            (section.title, each.name, each.value, each.source, section.anchor)
            for section in self.compared.explained()
            for each in section.numbers
        ]
        return pd.DataFrame(rows, columns=["section", "name", "value", "formula", "anchor"])

    def plot_effect(self, ax: Axes | None = None) -> Axes:
        """The paired difference with its bounds against the margin.

        This and every other plot is drawn on `ax`, or on axes of its own, from the values of the HTML page, and gives
        the axes; where there is nothing to draw they say why. Raises UsageError where matplotlib is not installed.
        """
        return contrasts.plot_effect(self.compared.comparison, self.verdict, self.view, ax)

    def plot_forest(self, ax: Axes | None = None) -> Axes:
        """The slices, the worst first, against the margin."""
        return contrasts.plot_forest(self.compared.comparison, self.verdict, self.view, ax)

    def plot_changes(self, ax: Axes | None = None) -> Axes:
        """How far each case moved: a histogram of the changes of their mean scores."""
        return contrasts.plot_changes(self.view, ax)

    def plot_cost(self, ax: Axes | None = None) -> Axes:
        """Where the change of cost comes from, step by step."""
        return contrasts.plot_cost(self.view, ax)

    def plot_latency(self, ax: Axes | None = None) -> Axes:
        """How long answers took: the share of answers up to each time."""
        return contrasts.plot_latency(self.view, ax)

    def plot_calibration(self, ax: Axes | None = None) -> Axes:
        """Claimed confidence against what was right."""
        return contrasts.plot_calibration(self.view, ax)

    def plot_pareto(self, ax: Axes | None = None) -> Axes:
        """Quality against cost: both sides, and every other model that the prompt was asked of, on the same cases."""
        return contrasts.plot_pareto(offers_of(self.compared, self._store), ax)

    def __repr__(self) -> str:
        from harness.report.text import terminal

        return terminal.render(self.view, width=100)

    def _repr_html_(self) -> str:
        view = self.view
        whole = markup.block(f"{view.status.value}  {view.suite}  {view.variants}")
        for sentence in (view.synthetic, view.headline, view.known, view.size):
            markup.say(whole, sentence)
        figures = [(each.name, each.value, each.detail) for each in view.figures]
        markup.table(whole, ("", "change", ""), figures)
        worst = [
            (each.case_id, each.before, each.after, each.points, ", ".join(each.tags)) for each in view.worst
        ]
        markup.table(whole, ("worst cases", "before", "after", "points", "tags"), worst[:_SHOWN])
        more = len(worst) - _SHOWN
        markup.say(whole, f"{more} more became worse; all are in `.cases`." if more > 0 else "")
        return markup.html(whole)
