"""One run on its own as a view."""

from __future__ import annotations

from collections.abc import Sequence

from harness.compare.comparison import Score
from harness.compare.observation import ModelShare
from harness.record import Answer, RunInfo
from harness.report import words
from harness.report.views import cases, figures, origins
from harness.report.views.parts import SYNTHETIC, RunTotals, RunView
from harness.report.views.repeating import run_again
from harness.report.views.routed import model_rows


def make_run_view(
    info: RunInfo,
    totals: RunTotals,
    answers: Sequence[Answer],
    score: Score | None,
    *,
    models: Sequence[ModelShare] = (),
    report: str | None = None,
) -> RunView:
    """The view of one run. `score` is None when no trial was measured."""
    rows, worst = cases.run_rows(answers, run_again(info))
    label = f"prompt {info.variant}"
    return RunView(
        suite=info.suite,
        variants=label,
        headline=_headline(len(rows), len(worst), score),
        size=_size(info, totals),
        synthetic=SYNTHETIC if info.synthetic else "",
        score=None if score is None else figures.score(score),
        accounting=(origins.accounting_row("run", label, totals.accounting),),
        models=model_rows(models),
        cases=rows,
        worst=worst,
        next=(),
        provenance=origins.run_facts(info),
        started=info.started_at,
        report=report,
        run_id=info.run_id,
    )


def _headline(cases_in_all: int, not_passed: int, score: Score | None) -> str:
    if score is None:
        return "Nothing was measured."
    if not not_passed:
        return "The one case passed." if cases_in_all == 1 else f"All {cases_in_all:,} cases passed."
    return f"{cases_in_all - not_passed:,} of {words.count(cases_in_all, 'case')} passed every time."


def _size(info: RunInfo, totals: RunTotals) -> str:
    parts = [
        words.count(len(info.case_ids), "case"),
        words.count(totals.accounting.planned, "trial"),
        words.count(totals.attempts, "call"),
        words.money(totals.cost_usd, totals.rate, info.started_at.date()),
        words.seconds(totals.wall_s),
    ]
    if totals.cost_uncertain_usd.strip("0."):
        parts.insert(4, f"up to {words.dollars(totals.cost_uncertain_usd)} more may be billed")
    return ", ".join(parts)
