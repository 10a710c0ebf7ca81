"""Cases as lines for a terminal: the worst few, and what happened in the worst conversation."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report import safe
from harness.report.text.columns import ascii_only, columns, cut, fit, pad, wrap
from harness.report.views.case import CaseRow

SHOWN_CASES = 3
_SHOWN_STEPS = 12


def worst(rows: Sequence[CaseRow], title: str, width: int) -> list[str]:
    """The first cases of `rows` below a title, what is left out counted; nothing where there are none."""
    if not rows:
        return []
    shown = rows[:SHOWN_CASES]
    lines = ["", title]
    if width >= 72:
        lines += _table(shown, width)
    else:
        for row in shown:
            lines += _stacked(row, width)
    more = len(rows) - len(shown)
    lines += wrap(f"... {more} more in the report", width, first=2) if more else []
    return [*lines, *_steps(shown, width)]


def _steps(rows: Sequence[CaseRow], width: int) -> list[str]:
    """What happened in the worst conversation: a line for each step."""
    sides = ((row.case_id, pair.repeat, pair.candidate) for row in rows for pair in row.pairs)
    told = ((case_id, repeat, side) for case_id, repeat, side in sides if side is not None and side.steps)
    case_id, repeat, side = next(told, ("", 0, None))
    if side is None:
        return []
    lines = ["", *wrap(f"steps of {case_id}, repeat {repeat}", width)]
    for step in side.steps[:_SHOWN_STEPS]:
        lines.append(f"  {cut(safe.term(ascii_only(step.head)), width - 2)}")
        if step.said:
            lines.append(f"     {cut(safe.term(step.said[: 4 * width]), width - 5)}")
    more = len(side.steps) - _SHOWN_STEPS
    return [*lines, *(wrap(f"... {more} more steps in the report", width, first=2) if more > 0 else [])]


def _table(rows: Sequence[CaseRow], width: int) -> list[str]:
    rates = [_rate(row) for row in rows]
    rate = max(columns(each) for each in rates)
    name = min(max(columns(safe.term(row.case_id)) for row in rows), width // 3)
    room = width - 2 - name - 2 - rate - 2
    before = min(max(columns(safe.term(row.short_before)) for row in rows), (room - 2) // 2)
    after = room - before - 2 if before else room
    lines: list[str] = []
    for row, shown in zip(rows, rates, strict=True):
        cells = (
            fit(safe.term(row.case_id), name),
            pad(shown, rate),
            fit(safe.term(row.short_before), before),
        )
        line = "  ".join(cell for cell in cells if cell)
        lines.append(f"  {line}  {cut(safe.term(row.short_after), after)}".rstrip())
    return lines


def _stacked(row: CaseRow, width: int) -> list[str]:
    lines = [f"  {cut(safe.term(row.case_id), width - 2)}", f"    {cut(_rate(row), width - 4)}"]
    if row.short_before:
        lines.append(f"    before {cut(safe.term(row.short_before), width - 11)}")
    return [*lines, f"    after  {cut(safe.term(row.short_after), width - 11)}"]


def _rate(row: CaseRow) -> str:
    return ascii_only(f"{row.before} -> {row.after}" if row.before else row.after)
