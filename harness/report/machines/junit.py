"""Views as JUnit XML (the `xunit2` family): a test case for every case and for every finding."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.views.parts import CaseRow, FindingRow, ReportView

_FAILURES = frozenset({"regressed", "not measured now"})
_SKIPPED = frozenset({"not measured", "gone", "case edited", "in quarantine", "new"})


def render(reports: Sequence[ReportView]) -> str:
    """One suite element per comparison.

    A case that regressed or could not be measured any more is a failure; one that cannot be compared is
    skipped. A finding that is not a PASS is a failure, or an error where nothing was measured, so that no CI
    system shows green for a verdict that is not.
    """
    root = ET.Element("testsuites", name="harness")
    for view in reports:
        root.append(_suite(view))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(view: ReportView) -> ET.Element:
    cases = [
        *(_case(view.suite, row) for row in view.cases),
        *(_finding(view, f, leads=f is view.findings[0]) for f in view.findings),
    ]
    counts = {
        tag: sum(each.find(tag) is not None for each in cases) for tag in ("failure", "error", "skipped")
    }
    seconds = sum(row.latency_s or 0.0 for row in view.cases)
    suite = ET.Element(
        "testsuite",
        name=safe.visible(view.suite),
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time=f"{seconds:.3f}",
    )
    if view.started is not None:
        suite.set("timestamp", view.started.replace(tzinfo=None).isoformat(timespec="seconds"))
    properties = ET.SubElement(suite, "properties")
    _property(properties, "status", view.status)
    _property(properties, "summary", f"{view.headline} {view.known}")
    if view.synthetic:
        _property(properties, "synthetic", view.synthetic)
    for row in view.accounting:
        _property(properties, row.side, row.sentence)
    suite.extend(cases)
    if view.synthetic:
        ET.SubElement(suite, "system-out").text = view.synthetic
    return suite


def _case(suite: str, row: CaseRow) -> ET.Element:
    case = ET.Element("testcase", classname=safe.visible(suite), name=safe.visible(row.case_id))
    case.set("time", f"{row.latency_s or 0.0:.3f}")
    properties = ET.SubElement(case, "properties")
    _property(properties, "change", row.change)
    _property(properties, "passed", f"{row.before} → {row.after}")
    if row.cost_usd is not None:
        _property(properties, "cost_usd", row.cost_usd)
    for tag in row.tags:
        _property(properties, "tag", tag)
    if row.change in _FAILURES:
        failure = ET.SubElement(case, "failure", type=row.change)
        failure.set("message", safe.visible(f"{row.before} → {row.after} {row.missing}".strip()))
        failure.text = safe.visible(_evidence(row))
    elif row.change in _SKIPPED:
        ET.SubElement(case, "skipped", message=safe.visible(f"{row.change} {row.missing}".strip()))
    return case


def _finding(view: ReportView, finding: FindingRow, *, leads: bool) -> ET.Element:
    """A rule as a test case. The one that decided says the verdict in its two sentences first."""
    suite = safe.visible(view.suite)
    case = ET.Element("testcase", classname=f"{suite}.gate", name=safe.visible(finding.rule), time="0")
    if finding.status is not Status.PASS:
        tag = "error" if finding.status is Status.NOT_MEASURED else "failure"
        message = f"{view.headline} {view.known}" if leads else finding.because
        problem = ET.SubElement(case, tag, type=finding.status, message=safe.visible(message))
        problem.text = safe.visible(finding.because) if leads else None
    return case


def _evidence(row: CaseRow) -> str:
    """What the graders said of the candidate's answers, each thing once."""
    sides = [pair.candidate for pair in row.pairs if pair.candidate is not None]
    said = [line for side in sides for line in (*side.evidence, side.note) if line]
    return "\n".join(dict.fromkeys([*said, f"before: {row.short_before}", f"after: {row.short_after}"]))


def _property(properties: ET.Element, name: str, value: str) -> None:
    ET.SubElement(properties, "property", name=name, value=safe.visible(value))
