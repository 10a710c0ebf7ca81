"""Verdicts of somebody else's artifact as what a pull request is told: numbers are worded here, texts stay hostile."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.observation import Accounting
from harness.github.verdicts import Brief, Case, SuiteVerdict, Trials
from harness.report import words
from harness.report.views.origins import accounting_row
from harness.report.views.pull import CaseBrief, SuiteBrief
from harness.report.views.rows import AccountingRow, FindingRow, Listing


def brief_of(verdict: SuiteVerdict) -> SuiteBrief:
    """As the job that has the runs would tell it."""
    quality, sides = verdict.quality, verdict.accounting
    measured = None not in (quality.difference, quality.lower, quality.upper)
    brief = verdict.brief or Brief(told=verdict.summary, short=verdict.label or "", worse=0)
    return SuiteBrief(
        suite=verdict.suite,
        status=verdict.status,
        points=words.points(quality.difference) if measured else "",
        bounds=f"{words.points(quality.lower)} to {words.points(quality.upper)}" if measured else "",
        short=brief.short,
        cost="not compared" if verdict.cost.ratio is None else words.change(verdict.cost.ratio),
        told=brief.told,
        findings=tuple(
            FindingRow(rule=each.rule, status=each.status, because=each.because.removeprefix(f"{each.rule} "))
            for each in verdict.findings
        ),
        notes=tuple(brief.notes),
        accounting=(_row("baseline", sides.baseline), _row("candidate", sides.candidate)),
        listings=tuple(_listings(verdict)),
        cases=tuple(map(_case, brief.cases)),
        worse=max(brief.worse, len(brief.cases)),
    )


def _row(side: str, trials: Trials) -> AccountingRow:
    numbers = Accounting(
        planned=trials.planned,
        answered=trials.answered,
        degraded=trials.degraded,
        failed=trials.failed,
        skipped=trials.skipped,
    )
    return accounting_row(side, "", numbers)


def _listings(verdict: SuiteVerdict) -> Iterator[Listing]:
    sides = verdict.accounting
    for side, ids in (("baseline", sides.only_baseline), ("candidate", sides.only_candidate)):
        if ids:
            yield Listing(title=f"only in the {side}", case_ids=tuple(ids))


def _case(case: Case) -> CaseBrief:
    return CaseBrief(
        case_id=case.case,
        change=case.change,
        before=case.before,
        after=case.after,
        place=case.place,
        because=case.because,
        evidence=tuple(case.evidence),
        diff=tuple(case.diff),
    )
