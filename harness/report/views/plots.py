"""The charts of a page, each where it has something to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.compare.collector import uncollected
from harness.compare.comparison import Comparison
from harness.compare.observation import Side
from harness.gate.verdict import Verdict
from harness.report.charts.chart import Chart
from harness.report.views.cost import CostView, RunBill, compared_cost, cost_figure, run_cost
from harness.report.views.curves import compared_claims, run_claims
from harness.report.views.drawn import Figure
from harness.report.views.earlier import EarlierRun, earlier_chart
from harness.report.views.latency import compared_latency, latency_figure, run_latency
from harness.report.views.moves import Moves, moves_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the store knows beside the runs of a page."""

    earlier: tuple[EarlierRun, ...] = ()
    """Runs of the same suite, those of the page among them, oldest first."""
    bills: tuple[RunBill, ...] = ()
    """Of each run of the page; empty: not known."""


ALONE = Surroundings()
"""Nothing is known but the runs themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plots:
    """What is drawn of a run, or of a comparison. What has nothing to say is None."""

    figures: tuple[Figure, ...] = ()
    """Of a run: what it cost and how long answers took. A comparison has its own."""
    cost: CostView | None = None
    latency: Chart | None = None
    moves: Moves | None = None
    claims: Chart | None = None
    earlier: Chart | None = None


NOTHING_DRAWN = Plots()


@uncollected()
def compared_plots(comparison: Comparison, verdict: Verdict, around: Surroundings = ALONE) -> Plots:
    """Of a comparison."""
    sides: Sequence[Side] = (comparison.baseline, comparison.candidate)
    return Plots(
        cost=compared_cost(comparison, around.bills),
        latency=compared_latency(comparison, verdict),
        moves=moves_of(comparison.changes),
        claims=compared_claims(*(each.observations for each in sides)),
        earlier=earlier_chart(around.earlier),
    )


@uncollected()
def run_plots(side: Side, around: Surroundings = ALONE) -> Plots:
    """Of one run."""
    return Plots(
        figures=tuple(each for each in (cost_figure(side), latency_figure(side.observations)) if each),
        cost=run_cost(side, around.bills),
        latency=run_latency(side.observations),
        claims=run_claims(side.observations),
        earlier=earlier_chart(around.earlier),
    )
