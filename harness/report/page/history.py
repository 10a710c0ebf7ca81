"""The past of suites as one page. It needs no script, so none may run."""

from __future__ import annotations

from harness.report.page.frame import fill
from harness.report.views.history import HistoryView


def render_history(view: HistoryView) -> str:
    """The page of one suite, or of several."""
    return fill("history.html.j2", {"view": view, "title": f"History: {view.title}"}, styles=("pages.css",))
