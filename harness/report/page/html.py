"""Comparisons and runs as one self-contained HTML file each.

Without JavaScript the verdict, the charts and the worst cases are still there; with it all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.report import words
from harness.report.page.frame import fill
from harness.report.page.payload import packed
from harness.report.views.case import CaseRow
from harness.report.views.parts import ReportView, RunView

STATIC_CASES = 50
"""Cases that are there without JavaScript."""
STATIC_REPEATS = 3
"""Of each of them."""
STATIC_BYTES = 45_000
"""Of all that others wrote in them, about: texts are cut at one length, the greatest of these that keeps to it."""
_LENGTHS = (3_000, 2_000, 1_500, 1_200, 1_000, 800, 600, 500, 400, 300, 250, 200)
SAID_TO_ALL = frozenset({"system", "settings"})
"""What most cases are asked alike is not repeated fifty times; with JavaScript it is there."""
_SCRIPTS = ("diff.js", "json.js", "fzstd.js", "data.js", "address.js", "table.js", "case.js", "page.js")


def render(view: ReportView) -> str:
    """The page of one comparison."""
    title = f"{view.status.replace('_', ' ')}: {view.suite}, {view.variants}"
    return _page("report.html.j2", view, title=title, compared=True)


def render_run(view: RunView) -> str:
    """The page of one run."""
    return _page(
        "run.html.j2",
        view,
        title=f"{view.headline.rstrip('.')}: {view.suite}, {view.variants}",
        compared=False,
    )


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
        "said_to_all": SAID_TO_ALL,
        "dollars": words.dollars,
        "seconds": words.seconds,
        "left_out": payload.left_out,
        "index": Markup(payload.index),  # noqa: S704
        "shared": Markup(payload.shared),  # noqa: S704
        "chunks": [Markup(chunk) for chunk in payload.chunks],  # noqa: S704
    }
    return fill(template, values, scripts=_SCRIPTS)


def _room(rows: Sequence[CaseRow]) -> int:
    """Characters that each text may have without JavaScript."""
    texts = [
        (len(text), len(text.encode("utf-8", "replace"))) for row in rows for text in _texts(row) if text
    ]
    fitting = (
        most
        for most in _LENGTHS
        if sum(size * min(1.0, most / length) for length, size in texts) <= STATIC_BYTES
    )
    return next(fitting, _LENGTHS[-1])


def _texts(row: CaseRow) -> Iterator[str]:
    yield from (each.text for each in row.asked_after or row.asked_before if each.role not in SAID_TO_ALL)
    for pair in row.pairs[:STATIC_REPEATS]:
        for side in (pair.baseline, pair.candidate):
            if side is not None:
                yield side.text
                yield from (each.said for each in side.steps)
                yield from (each.evidence for each in side.grades)
