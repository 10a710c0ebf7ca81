"""Views as one self-contained HTML file.

The cases travel as gzip in base64, whose alphabet cannot end a script element. Without JavaScript the verdict, the
charts and the worst cases are still there.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

from harness.report import safe
from harness.report.page.frame import fill
from harness.report.views.parts import AnswerView, CaseRow, ReportView, RunView

STATIC_CASES = 50
"""Cases that are there without JavaScript."""
MAX_CHARACTERS = 80_000_000
"""Of all answers together; above it the answers of uneventful cases stay out of the page."""
_CHUNK = 100
_SCRIPTS = ("cases.js",)
_EFFORT = 4
"""Of gzip: 6 takes twice the time for a page that is a tenth smaller."""
_ESCAPED_CONTROL = re.compile(r"\\[ubfr]")
_UNEVENTFUL = frozenset({"same", "improved", "passed"})


def render(view: ReportView) -> str:
    """The page of one comparison."""
    title = f"{view.status.replace('_', ' ')}: {view.suite}, {view.variants}"
    return _page("report.html.j2", view, title=title, compared=True)


def render_run(view: RunView) -> str:
    """The page of one run."""
    return _page("run.html.j2", view, title=f"{view.suite}, {view.variants}", compared=False)


def _page(template: str, view: ReportView | RunView, *, title: str, compared: bool) -> str:
    from markupsafe import Markup

    cases, left_out = _kept(view.cases)
    # Markup here is ours alone: base64, and JSON without any `<`.
    values: dict[str, object] = {
        "view": view,
        "title": title,
        "rows": cases[:STATIC_CASES],
        "left_out": left_out,
        "index": Markup(_index(cases, compared=compared)),  # noqa: S704
        "chunks": [Markup(chunk) for chunk in _chunks(cases)],  # noqa: S704
    }
    return fill(template, values, scripts=_SCRIPTS)


def _kept(cases: Sequence[CaseRow]) -> tuple[Sequence[CaseRow], str]:
    """All cases; where they are too much for one page, only the eventful ones keep their answers."""
    from dataclasses import replace

    if sum(_length(row) for row in cases) <= MAX_CHARACTERS:
        return cases, ""
    kept = [
        replace(row, pairs=(), question_before="", question_after="") if row.change in _UNEVENTFUL else row
        for row in cases
    ]
    return kept, "To keep this page small, answers of cases that did not become worse are left out."


def _length(row: CaseRow) -> int:
    sides = [side for pair in row.pairs for side in (pair.baseline, pair.candidate) if side is not None]
    return len(row.question_before) + len(row.question_after) + sum(map(_told, sides))


def _told(answer: AnswerView) -> int:
    return len(answer.text) + sum(len(each.head) + len(each.said) for each in answer.steps)


def _index(cases: Sequence[CaseRow], *, compared: bool) -> str:
    """What the table shows of every case, as JSON that can stand in a script element."""
    rows = [
        [
            row.case_id,
            row.change,
            f"{row.before} → {row.after}" if compared else row.after,
            row.short_before,
            row.short_after,
            list(row.tags),
        ]
        for row in cases
    ]
    value = json.dumps(
        {"compared": compared, "chunk": _CHUNK, "cases": _visible(rows)}, separators=(",", ":")
    )
    return value.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _chunks(cases: Sequence[CaseRow]) -> Iterator[str]:
    """The answers, `_CHUNK` cases at a time. No time stamp in the gzip: equal views give equal pages."""
    for start in range(0, len(cases), _CHUNK):
        details = [_detail(row) for row in cases[start : start + _CHUNK]]
        packed = gzip.compress(_json(details).encode(), compresslevel=_EFFORT, mtime=0)
        yield base64.b64encode(packed).decode()


def _json(value: object) -> str:
    """JSON in which every string is visible. Looking for what is not, once per chunk, is fast; naming it is not."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if _ESCAPED_CONTROL.search(text) is None and safe.visible(text) == text:
        return text
    return json.dumps(_visible(value), ensure_ascii=False, separators=(",", ":"))


def _detail(row: CaseRow) -> dict[str, object]:
    return {
        "p": [
            {"r": pair.repeat, "b": _side(pair.baseline), "c": _side(pair.candidate)} for pair in row.pairs
        ],
        "b": row.question_before,
        "c": row.question_after,
        "w": row.place,
        "m": row.missing,
    }


def _side(answer: AnswerView | None) -> dict[str, object] | None:
    if answer is None:
        return None
    return {
        "o": answer.outcome,
        "p": answer.passed,
        "t": answer.text,
        "n": answer.note,
        "f": answer.facts,
        "e": list(answer.evidence),
        **({"s": [[each.head, each.said, each.is_bad] for each in answer.steps]} if answer.steps else {}),
    }


def _visible(value: object) -> object:
    """The same JSON value with every string made visible."""
    if isinstance(value, str):
        return safe.visible(value)
    if isinstance(value, list):
        return [_visible(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _visible(each) for key, each in cast("dict[str, object]", value).items()}
    return value
