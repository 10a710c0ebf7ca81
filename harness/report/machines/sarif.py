"""Views as SARIF, for code scanning: a result for every case that became worse and every finding that is not a PASS."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import Place, Problem
from harness.gate.verdict import Status
from harness.report.machines.junit_tree import number_facts
from harness.report.machines.sarif_log import Origin, Result, log
from harness.report.machines.sarif_rules import RULES, Level, Rule, gate_rule
from harness.report.views.case import CaseRow
from harness.report.views.parts import ReportView, RunView
from harness.report.views.places import place_of
from harness.report.views.rows import FindingRow

_OF_FINDINGS: dict[Status, Level] = {
    Status.NOT_MEASURED: "error",
    Status.REGRESSED: "error",
    Status.INCONCLUSIVE: "warning",
}
_OF_CASES: dict[Status, Level] = {**_OF_FINDINGS, Status.PASS: "note"}
"""A case that became worse is worth what its verdict is: under a PASS it may well be chance."""
_WORSE: dict[str, Rule] = {"regressed": "case-regressed", "not measured now": "case-not-measured-now"}
_NOT_PASSED: dict[str, Rule] = {
    "failed": "case-failed",
    "passes at times": "case-passes-at-times",
    "not measured": "case-not-measured",
}


def render(reports: Sequence[ReportView], origin: Origin) -> str:
    """Verdicts as one log. Findings come before cases of their level, so that no long list hides a verdict."""
    findings = [_finding(view, each) for view in reports for each in view.findings]
    cases = [
        _case(view.suite, row, _WORSE[row.change], _OF_CASES[view.status])
        for view in reports
        for row in view.cases
        if row.change in _WORSE
    ]
    notes = [f"{view.suite}: {view.status}. {view.headline} {view.known}" for view in reports]
    results = [*(each for each in findings if each is not None), *cases]
    scope = _scope([view.suite for view in reports])
    return log(results, scope=scope, notes=[*notes, *_synthetic(reports)], origin=origin)


def render_run(view: RunView, origin: Origin) -> str:
    """One run as a log: every case that did not pass each time."""
    rules: list[tuple[CaseRow, Rule]] = [
        (row, _NOT_PASSED[row.change]) for row in view.cases if row.change in _NOT_PASSED
    ]
    results = [_case(view.suite, row, rule, RULES[rule].level) for row, rule in rules]
    notes = [f"{view.suite}: {view.headline}", *_synthetic([view])]
    return log(results, scope=_scope([view.suite]), notes=notes, origin=origin)


def render_check(problems: Sequence[Problem], warnings: Sequence[Problem], origin: Origin) -> str:
    """What `harness check` found as a log."""
    results = [
        *(_problem(each, "file-problem") for each in problems),
        *(_problem(each, "file-warning") for each in warnings),
    ]
    return log(results, scope="check", origin=origin)


def _scope(suites: Sequence[str]) -> str:
    return suites[0] if len(suites) == 1 else ""


def _synthetic(views: Sequence[ReportView | RunView]) -> list[str]:
    return list(dict.fromkeys(view.synthetic for view in views if view.synthetic))


def _finding(view: ReportView, finding: FindingRow) -> Result | None:
    if finding.status is Status.PASS:
        return None
    leads = finding is view.findings[0]
    said = f"{view.headline} {view.known} ({finding.because})" if leads else finding.because
    return Result(
        rule=gate_rule(finding.rule),
        level=_OF_FINDINGS[finding.status],
        text=f"{view.suite}: {finding.rule}: {finding.status}. {said}",
        place=_place_of_finding(view, finding),
        scope=view.suite,
        kind="module",
        name=finding.rule,
        facts=[("suite", view.suite), ("rule", finding.rule), ("status", finding.status)],
    )


def _place_of_finding(view: ReportView, finding: FindingRow) -> Place | None:
    """The case it is about, or the top of a file of the suite: GitHub takes no result without a place."""
    kind, _, name = finding.rule.partition(": ")
    places = {row.case_id: place_of(row.place) for row in view.cases}
    if kind == "case" and places.get(name) is not None:
        return places[name]
    files = [place.file for place in places.values() if place is not None]
    return Place(files[0], 1, 1) if files else None


def _case(suite: str, row: CaseRow, rule: Rule, level: Level) -> Result:
    passed = f"{row.before} → {row.after}" if row.before else row.after
    sides = [pair.candidate for pair in row.pairs if pair.candidate is not None]
    evidence = dict.fromkeys(line for side in sides for line in side.evidence)
    told = [f"{row.case_id}: {row.change}, {passed}.", row.missing, *evidence]
    return Result(
        rule=rule,
        level=level,
        text="\n".join(each for each in told if each),
        place=place_of(row.place),
        scope=suite,
        kind="member",
        name=row.case_id,
        facts=[
            ("suite", suite),
            ("case", row.case_id),
            ("change", row.change),
            ("before", row.before),
            ("after", row.after),
            *number_facts(row.numbers_after),
        ],
    )


def _problem(problem: Problem, rule: Rule) -> Result:
    return Result(
        rule=rule,
        level=RULES[rule].level,
        text=f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what,
        place=problem.place,
        scope=problem.place.file,
        kind="module",
        name=problem.what,
    )
