"""Comparisons and runs as one self-contained HTML file each.

Without JavaScript the verdict, the charts and the worst cases are still there; with it all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.report import words
from harness.report.page.frame import fill
from harness.report.page.payload import packed
from harness.report.views.case import CaseRow
from harness.report.views.parts import ReportView, RunView

STATIC_CASES = 50
"""Cases that are there without JavaScript."""
STATIC_REPEATS = 3
"""Of each of them."""
STATIC_CHARACTERS = 160_000
"""Of all their answers together, about; every answer gets the same share of it."""
_SHARE = range(300, 3_000)
_SCRIPTS = ("diff.js", "json.js", "data.js", "address.js", "table.js", "case.js", "page.js")


def render(view: ReportView) -> str:
    """The page of one comparison."""
    title = f"{view.status.replace('_', ' ')}: {view.suite}, {view.variants}"
    return _page("report.html.j2", view, title=title, compared=True)


def render_run(view: RunView) -> str:
    """The page of one run."""
    return _page("run.html.j2", view, title=f"{view.suite}, {view.variants}", compared=False)


def _page(template: str, view: ReportView | RunView, *, title: str, compared: bool) -> str:
    from markupsafe import Markup

    payload, rows = packed(view.cases, compared=compared), view.cases[:STATIC_CASES]
    # Markup here is ours alone: base64.
    values: dict[str, object] = {
        "view": view,
        "title": title,
        "rows": rows,
        "room": _room(rows),
        "repeats": STATIC_REPEATS,
        "dollars": words.dollars,
        "seconds": words.seconds,
        "left_out": payload.left_out,
        "index": Markup(payload.index),  # noqa: S704
        "shared": Markup(payload.shared),  # noqa: S704
        "chunks": [Markup(chunk) for chunk in payload.chunks],  # noqa: S704
    }
    return fill(template, values, scripts=_SCRIPTS)


def _room(rows: Sequence[CaseRow]) -> int:
    """Characters that each of these answers may have without JavaScript."""
    answers = sum(
        len([side for side in (pair.baseline, pair.candidate) if side is not None])
        for row in rows
        for pair in row.pairs[:STATIC_REPEATS]
    )
    return min(_SHARE.stop, max(_SHARE.start, STATIC_CHARACTERS // max(1, answers)))
