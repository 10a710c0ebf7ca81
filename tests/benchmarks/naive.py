"""The yardstick: a page that holds every row and both answers of every case as HTML, as most tools write it."""

from __future__ import annotations

from html import escape

from harness.report.views.case import CaseRow
from harness.report.views.parts import ReportView


def naive_page(view: ReportView) -> str:
    """A table with a row for each case, and its answers folded below it."""
    rows = "".join(
        f"<tr><td>{escape(row.case_id)}</td><td>{row.change}</td><td>{row.before}</td><td>{row.after}</td></tr>"
        f"<tr><td colspan=4><details><summary>answers</summary>{_answers(row)}</details></td></tr>"
        for row in view.cases
    )
    return f"<!doctype html><meta charset=utf-8><title>{escape(view.suite)}</title><table>{rows}</table>"


def _answers(row: CaseRow) -> str:
    sides = [side for pair in row.pairs for side in (pair.baseline, pair.candidate) if side is not None]
    return "".join(
        f"<p>{escape(side.facts)}</p><pre>{escape(side.text)}</pre>"
        + "".join(f"<p>{escape(each)}</p>" for each in side.evidence)
        for side in sides
    )
