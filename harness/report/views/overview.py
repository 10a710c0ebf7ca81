"""Several verdicts at once: what a pull request, or a command over all suites, says first."""

from __future__ import annotations

from collections.abc import Sequence

from harness.gate.verdict import Status
from harness.report.views.parts import SYNTHETIC, Overview, ReportView

_ORDER = tuple(Status)
_SAYS: dict[Status, str] = {
    Status.NOT_MEASURED: "could not be measured",
    Status.REGRESSED: "regressed",
    Status.INCONCLUSIVE: "cannot be decided yet",
}


def make_overview(
    reports: Sequence[ReportView],
    *,
    command: str = "harness gate --base origin/main",
    link: str | None = None,
) -> Overview:
    """Worst suite first. `command` reproduces the verdicts; `link` is an address of ours, never a model's.

    Raises ValueError without any report: no verdict at all is not a verdict.
    """
    if not reports:
        raise ValueError("an overview needs at least one report")
    ordered = sorted(reports, key=lambda each: (_ORDER.index(each.status), each.suite))
    return Overview(
        status=ordered[0].status,
        headline=headline_of([each.status for each in ordered]),
        synthetic=SYNTHETIC if any(each.synthetic for each in ordered) else "",
        reports=tuple(ordered),
        command=command,
        link=link,
    )


def headline_of(statuses: Sequence[Status]) -> str:
    """What several verdicts come to, in a few words."""
    total = len(statuses)
    bad = [status for status in _ORDER if status in statuses and status is not Status.PASS]
    if not bad:
        return "the suite passed" if total == 1 else f"all {total} suites passed"
    noun = "suite" if total == 1 else "suites"
    first = f"{statuses.count(bad[0])} of {total} {noun} {_SAYS[bad[0]]}"
    return ", ".join([first, *(f"{statuses.count(status)} {_SAYS[status]}" for status in bad[1:])])
