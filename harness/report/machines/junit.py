"""Views as JUnit XML: a test case for every case and for every finding."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from harness.gate.verdict import Status
from harness.report.machines import junit_tree as tree
from harness.report.machines.junit_tree import Facts, Family
from harness.report.views.case import CaseRow
from harness.report.views.numbers import numbers_of_all
from harness.report.views.parts import ReportView, RunView
from harness.report.views.places import place_of
from harness.report.views.rows import FindingRow

_FAILURES = frozenset({"regressed", "not measured now", "failed", "passes at times"})
_SKIPPED = frozenset({"not measured", "gone", "case edited", "in quarantine", "new"})
MAX_TEXT = 8_000
"""Characters of a failure at most,"""
MAX_TEXTS = 8_000_000
"""and of all of them together: GitLab reads files of 30 MB."""


def render(reports: Sequence[ReportView], family: Family = "xunit2") -> str:
    """One suite element per comparison.

    A case that regressed or could not be measured any more is a failure; one that cannot be compared is
    skipped. A finding that is not a PASS is a failure, or an error where nothing was measured, so that no CI
    system shows green for a verdict that is not.
    """
    return tree.document(_verdict(view, family) for view in reports)


def render_run(view: RunView, family: Family = "xunit2") -> str:
    """One run: a case that did not pass every time is a failure, and one of which nothing was measured an error."""
    cases = _cases(view.suite, view.cases, family, unmeasured="error")
    facts = [
        ("summary", view.headline),
        *_synthetic(view.synthetic),
        *((row.side, row.sentence) for row in view.accounting),
        *_numbers(view.cases, family),
    ]
    made = tree.suite(view.suite, facts, cases, file=_file(view.cases), started=view.started)
    return tree.document([made])


def _verdict(view: ReportView, family: Family) -> ET.Element:
    cases = [
        *_cases(view.suite, view.cases, family, unmeasured="skipped"),
        *(
            _finding(view, each, name)
            for each, name in zip(view.findings, _names(view.findings), strict=True)
        ),
    ]
    facts = [
        ("status", view.status),
        ("summary", f"{view.headline} {view.known}"),
        *_synthetic(view.synthetic),
        *((row.side, row.sentence) for row in view.accounting),
        *_numbers(view.cases, family),
    ]
    made = tree.suite(view.suite, facts, cases, file=_file(view.cases), started=view.started)
    if view.synthetic:
        ET.SubElement(made, "system-out").text = view.synthetic
    return made


def _synthetic(banner: str) -> Facts:
    return [("synthetic", banner)] if banner else []


def _numbers(rows: Sequence[CaseRow], family: Family) -> Facts:
    """Of the whole suite; in the family whose test cases have no properties, those of each case as well."""
    totals = tree.number_facts(numbers_of_all(row.numbers_after for row in rows))
    before = tree.number_facts(numbers_of_all(row.numbers_before for row in rows))
    of_cases = [
        (f"{name}:{row.case_id}", value)
        for row in (rows if family == "xunit2" else ())
        for name, value in tree.number_facts(row.numbers_after)
    ]
    return [*totals, *((f"baseline_{name}", value) for name, value in before), *of_cases]


def _file(rows: Sequence[CaseRow]) -> str | None:
    """The file that all cases are in; None where there are more, or one says none."""
    places = [place_of(row.place) for row in rows]
    files = {None if each is None else each.file for each in places}
    return files.pop() if len(files) == 1 else None


def _cases(suite: str, rows: Sequence[CaseRow], family: Family, *, unmeasured: str) -> list[ET.Element]:
    failing = sum(row.change in _FAILURES for row in rows)
    room = min(MAX_TEXT, MAX_TEXTS // max(1, failing))
    made = [_case(suite, row, unmeasured=unmeasured, room=room) for row in rows]
    if family == "xunit1":
        for element, row in zip(made, rows, strict=True):
            _place_and_properties(element, row)
    return made


def _case(suite: str, row: CaseRow, *, unmeasured: str, room: int) -> ET.Element:
    case = tree.case(suite, row.case_id, row.numbers_after.latency_sum_s)
    passed = f"{row.before} → {row.after}" if row.before else row.after
    if row.change in _FAILURES:
        tree.add_problem(case, "failure", row.change, _with_why(passed, row), _cut(_evidence(row), room))
    elif row.change in _SKIPPED:
        tag = unmeasured if row.change == "not measured" else "skipped"
        kind = None if tag == "skipped" else row.change
        tree.add_problem(case, tag, kind, _with_why(row.change, row))
    return case


def _with_why(what: str, row: CaseRow) -> str:
    return f"{what}: {row.missing}" if row.missing else what


def _place_and_properties(case: ET.Element, row: CaseRow) -> None:
    place = place_of(row.place)
    if place is not None:
        case.set("file", tree.harmless(place.file))
        case.set("line", str(place.line))
    facts = [
        ("change", row.change),
        ("passed", f"{row.before} → {row.after}" if row.before else row.after),
        *tree.number_facts(row.numbers_after),
        *(("tag", tag) for tag in row.tags),
    ]
    tree.add_properties(case, facts)


def _names(findings: Sequence[FindingRow]) -> list[str]:
    """A name of its own for each: of two test cases with one name, GitLab drops the second."""
    rules = [each.rule for each in findings]
    seen = [rules[:at].count(rule) for at, rule in enumerate(rules)]
    return [f"{rule} ({before + 1})" if before else rule for rule, before in zip(rules, seen, strict=True)]


def _finding(view: ReportView, finding: FindingRow, name: str) -> ET.Element:
    """A rule as a test case. The one that decided says the verdict in its two sentences first."""
    case = tree.case(f"{view.suite}.gate", name, None)
    leads = finding is view.findings[0]
    if finding.status is not Status.PASS:
        tag = "error" if finding.status is Status.NOT_MEASURED else "failure"
        message = f"{view.headline} {view.known}" if leads else finding.because
        tree.add_problem(case, tag, finding.status, message, finding.because if leads else "")
    return case


def _evidence(row: CaseRow) -> str:
    """What the graders said of the candidate's answers, each thing once."""
    sides = [pair.candidate for pair in row.pairs if pair.candidate is not None]
    said = [line for side in sides for line in (*side.evidence, side.note) if line]
    before = [f"before: {row.short_before}"] if row.before else []
    return "\n".join(dict.fromkeys([*said, *before, f"after: {row.short_after}"]))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[:room]}… {len(text) - room:,} characters more"
