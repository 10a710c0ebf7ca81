"""Stored runs as people and programs read them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from harness.compare.comparison import score_of_side
from harness.compare.observation import Side
from harness.measure.measures import Measures, measures_of
from harness.pipeline.surrounding import around_run
from harness.record import RunInfo
from harness.report.machines.document import run_document
from harness.report.machines.measured import measures_document
from harness.report.views.measured import measured_view
from harness.report.views.parts import RunTotals, RunView
from harness.report.views.plots import ALONE, run_plots
from harness.report.views.routed import model_document
from harness.report.views.run import make_run_view
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.read import read_side, run_totals
from harness.store.said import read_said
from harness.store.steps import read_talks
from harness.units import Json


def run_view_of(info: RunInfo, settings: Settings, *, report: str | None = None) -> RunView:
    """The view of a stored run. Raises StoreError, StoreBusy."""
    side = read_side(settings.store, info.run_id)
    answers = read_answers(settings.store, info.run_id)
    totals, score = _totals(info, settings), score_of_side(side)
    view = make_run_view(info, totals, answers, score, models=side.models, report=report)
    around = ALONE if report is None else around_run(settings.store, info)
    return replace(view, measures=measured_view(_measures(side, settings)), plots=run_plots(side, around))


def run_document_of(info: RunInfo, settings: Settings, *, resumed_from: str | None = None) -> dict[str, Json]:
    """What other programs read of a stored run."""
    side = read_side(settings.store, info.run_id)
    models = [model_document(each) for each in side.models]
    totals = _totals(info, settings)
    document = run_document(info, totals)
    if settings.rate is not None and totals.cost_usd is not None:
        document["cost_local"] = settings.rate.document(Decimal(totals.cost_usd))
    measures = measures_document(_measures(side, settings))
    return {**document, "models": models, "mode": info.mode, "resumed_from": resumed_from, **measures}


def _measures(side: Side, settings: Settings) -> Measures:
    """Beside the score: repeats, with what the answers say, and what their claims are worth."""
    return measures_of(side.observations, read_said(settings.store, side.run_id))


def _totals(info: RunInfo, settings: Settings) -> RunTotals:
    totals = run_totals(settings.store, info.run_id)
    return RunTotals(
        accounting=totals.accounting,
        attempts=totals.attempts,
        cost_usd=None if totals.cost is None else f"{totals.cost:f}",
        cost_uncertain_usd=f"{totals.cost_uncertain:f}",
        wall_s=totals.wall,
        rate=settings.rate,
        talks=read_talks(settings.store, info.run_id),
    )
