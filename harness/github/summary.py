"""The summary of a step in a workflow."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.markdown import comment as markdown
from harness.report.views.overview import make_overview
from harness.report.views.parts import ReportView
from harness.settings import Settings


def summarise(settings: Settings, views: Sequence[ReportView]) -> None:
    """Append the verdicts to the step's summary, where a workflow asks for one; nothing anywhere else."""
    if settings.step_summary is None:
        return
    with settings.step_summary.open("a", encoding="utf-8") as file:
        file.write(markdown.summary(make_overview(views)))
