"""Views as what a pull request is told."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.views.briefs import briefs_of
from harness.report.views.parts import ReportView
from harness.report.views.pull import Pull, make_pull

REPORT = ("report", "https://ci.example/reports/1")


def pull_of(
    views: Sequence[ReportView],
    *,
    command: str = "harness gate --base origin/main",
    links: Sequence[tuple[str, str]] = (),
) -> Pull:
    """As the job that has the runs makes it."""
    synthetic = any(view.synthetic for view in views)
    return make_pull(briefs_of(views), command=command, synthetic=synthetic, links=links)
