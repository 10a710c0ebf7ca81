"""A comparison and its verdict as a view: everything sorted, formatted and worded. Surfaces only place it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.compare.comparison import Comparison, Quality
from harness.gate.verdict import Finding, Status, Verdict
from harness.gate.words import summary_of
from harness.measure.measures import moved_between
from harness.report import safe
from harness.report.views import cases, figures, origins
from harness.report.views.case import CaseAnswers
from harness.report.views.drawn import SliceRow
from harness.report.views.measured import MeasureRow, measured_rows
from harness.report.views.parts import SYNTHETIC, Heading, ReportView
from harness.report.views.plots import compared_plots
from harness.report.views.process import process_rows, suspect_rows
from harness.report.views.repeating import gate_again
from harness.report.views.routed import share_rows
from harness.report.views.rows import AccountingRow, FindingRow

_ORDER = tuple(Status)
_NO_HEADING = Heading()


def make_view(
    comparison: Comparison,
    verdict: Verdict,
    answers: Mapping[str, CaseAnswers],
    heading: Heading = _NO_HEADING,
) -> ReportView:
    """The view of one comparison. `answers` is by case id, and may lack any of them (imported results)."""
    rows, worst = cases.case_rows(comparison.changes, answers, gate_again(comparison, heading))
    slices = figures.slice_rows(comparison.slices, verdict)
    findings = tuple(sorted(verdict.findings, key=lambda each: _ORDER.index(each.status)))
    quality, policy = comparison.quality, verdict.policy
    said, named = summary_of(comparison, verdict), summary_of(comparison, verdict, safe.code_span)
    known = heading.candidate or heading.baseline
    return ReportView(
        suite=comparison.candidate.suite,
        variants=origins.variants(heading, comparison),
        versions=origins.versions(heading, comparison),
        status=verdict.status,
        label=verdict.label,
        headline=said.happened,
        known=said.known,
        named=(named.happened, named.known),
        short=_short(verdict, findings, slices, origins.decide_sentence(verdict.decide, _cases(quality))),
        size=origins.size(comparison, heading),
        synthetic=SYNTHETIC if comparison.baseline.synthetic or comparison.candidate.synthetic else "",
        effect=None if quality is None else figures.effect(quality, policy),
        figures=figures.figures(comparison, verdict),
        worst_slice=figures.worst_slice(slices),
        accounting=_accounting(comparison),
        models=share_rows(comparison.shares),
        process=process_rows(comparison, verdict, heading.background),
        suspects=suspect_rows(verdict),
        slices=slices,
        slices_scale=figures.slices_scale(comparison.slices, policy),
        slices_shown=figures.slices_shown(slices),
        slices_note=figures.slices_note(comparison, policy),
        findings=tuple(map(_finding, findings)),
        decide=origins.decide_sentence(verdict.decide, _cases(quality)),
        cases=rows,
        worst=worst,
        listings=origins.listings(comparison),
        next=origins.next_steps(comparison, verdict, heading),
        provenance=origins.provenance(comparison, heading),
        policy=origins.policy_facts(policy),
        started=None if known is None else known.started_at,
        report=heading.report,
        measures=_measures(comparison),
        plots=compared_plots(comparison, verdict, heading.around),
    )


def _accounting(comparison: Comparison) -> tuple[AccountingRow, ...]:
    sides = ("baseline", comparison.baseline), ("candidate", comparison.candidate)
    return tuple(origins.accounting_row(name, side.label, side.accounting) for name, side in sides)


def _measures(comparison: Comparison) -> tuple[MeasureRow, ...]:
    sides = comparison.baseline, comparison.candidate
    return measured_rows(moved_between(*(side.observations for side in sides)))


def _finding(finding: Finding) -> FindingRow:
    """A finding whose sentence does not say its rule a second time."""
    because = finding.because.removeprefix(f"{finding.rule} ")
    return FindingRow(rule=finding.rule, status=finding.status, because=because)


def _cases(quality: Quality | None) -> int:
    return 0 if quality is None else quality.n


def _short(verdict: Verdict, findings: Sequence[Finding], slices: Sequence[SliceRow], decide: str) -> str:
    """What stands beside the status word in a table: the slice, the rule, or what would decide."""
    if verdict.status is Status.PASS:
        return verdict.label or ""
    if verdict.status is Status.INCONCLUSIVE and decide:
        return decide.removeprefix("To decide: ").rstrip(".")
    worst = next((each for each in findings if each.status is verdict.status), None)
    if worst is None or worst.rule == "quality":
        return ""
    if worst.rule.startswith("slice") and slices:
        return f"slice {slices[0].name} {slices[0].points}"
    return worst.rule
