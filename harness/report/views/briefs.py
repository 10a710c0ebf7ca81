"""A view in brief: what a pull request is told of one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.gate.verdict import Finding, Status
from harness.report.views.case import CaseRow, Pair
from harness.report.views.differences import short_diff
from harness.report.views.parts import ReportView
from harness.report.views.pull import CaseBrief, SuiteBrief
from harness.report.views.rows import FindingRow

CASE = "case: "
"""How the rule of a finding about a single case begins."""
MOST = 400
"""Cases that are prepared of all suites together: a summary shows no more."""
MOST_OF_A_SUITE = 100
_FEWEST = 3
_SUSPECTS = 10
_EVIDENCE = 3


def briefs_of(views: Sequence[ReportView]) -> tuple[SuiteBrief, ...]:
    """Every view in brief. A diff takes time, so there are no more cases than any surface shows."""
    most = max(_FEWEST, min(MOST_OF_A_SUITE, MOST // max(1, len(views))))
    return tuple(brief_of(view, most=most) for view in views)


def brief_of(view: ReportView, *, most: int, worse: int | None = None) -> SuiteBrief:
    """With `most` of the cases that became worse; `worse` says how many did, where the view has not all of them."""
    cases = worst_cases(view.findings, view.cases, [row.case_id for row in view.worst])
    because = {each.rule.removeprefix(CASE): each.because for each in view.findings if _is_of_a_case(each)}
    quality = view.effect
    return SuiteBrief(
        suite=view.suite,
        status=view.status,
        points="" if quality is None else quality.points,
        bounds="" if quality is None else quality.bounds,
        short=view.short,
        cost=next((each.value for each in view.figures if each.name == "cost"), ""),
        told=" ".join([*view.named, *(each.because for each in view.findings if each.rule == "quarantine")]),
        findings=view.findings,
        notes=tuple(_notes(view)),
        accounting=view.accounting,
        listings=view.listings,
        cases=tuple(_case(row, because.get(row.case_id, "")) for row in cases[:most]),
        worse=len(cases) if worse is None else worse,
    )


def worst_ids(findings: Sequence[Finding | FindingRow], worse: Sequence[str]) -> tuple[str, ...]:
    """Cases that a rule speaks of, those that block first, and then those that became `worse`; each once."""
    order = (Status.REGRESSED, Status.INCONCLUSIVE)
    named = [each for each in findings if _is_of_a_case(each) and each.status in order]
    first = sorted(named, key=lambda each: order.index(each.status))
    return tuple(dict.fromkeys([*(each.rule.removeprefix(CASE) for each in first), *worse]))


def worst_cases(
    findings: Sequence[FindingRow], rows: Sequence[CaseRow], worse: Sequence[str]
) -> list[CaseRow]:
    """The same as rows."""
    by_id = {row.case_id: row for row in rows}
    return [by_id[case] for case in worst_ids(findings, worse) if case in by_id]


def _is_of_a_case(finding: Finding | FindingRow) -> bool:
    return finding.rule.startswith(CASE)


def _notes(view: ReportView) -> Iterator[str]:
    yield from (f"{each.name}  {each.sentence}" for each in view.process)
    for each in view.suspects[:_SUSPECTS]:
        yield f"suspect  {each.case_id}  {each.first or each.fresh}{', broke again' if each.broke else ''}"
    if len(view.suspects) > _SUSPECTS:
        yield f"suspect  {len(view.suspects) - _SUSPECTS} more"
    yield from (f"{each.name}  {each.cause}" for each in view.figures if each.cause)
    yield from (f"{each.name}  {each.sentence}" for each in view.measures)
    yield from (f"{each.name}  {each.sentence}" for each in view.models)


def _case(row: CaseRow, because: str) -> CaseBrief:
    pair = _telling(row.pairs)
    after = None if pair is None else pair.candidate
    return CaseBrief(
        case_id=row.case_id,
        change=row.change,
        before=row.before,
        after=row.after,
        place=row.place,
        because=because,
        evidence=() if after is None else after.evidence[:_EVIDENCE],
        diff=() if pair is None else _diff(pair),
    )


def _telling(pairs: Sequence[Pair]) -> Pair | None:
    """The pair that shows best what happened: passed before and not now, else the first whose texts differ."""
    for pair in pairs:
        if pair.baseline and pair.candidate and pair.baseline.passed and pair.candidate.passed is False:
            return pair
    return next((pair for pair in pairs if len(set(_texts(pair))) > 1), pairs[0] if pairs else None)


def _diff(pair: Pair) -> tuple[str, ...]:
    before, after = _texts(pair)
    return () if before == after else short_diff(before, after)


def _texts(pair: Pair) -> tuple[str, str]:
    """What both sides said; of one that said nothing, why."""
    before, after = pair.baseline, pair.candidate
    return (
        "" if before is None else before.text or _parenthesis(before.note),
        "" if after is None else after.text or _parenthesis(after.note),
    )


def _parenthesis(note: str) -> str:
    return f"({note})" if note else ""
