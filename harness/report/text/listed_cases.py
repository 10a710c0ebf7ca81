"""Cases as lines for a terminal: the worst few, and what happened in the worst conversation."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report import safe
from harness.report.text.columns import ascii_only, columns, cut, fit, pad, wrap
from harness.report.text.finished import finish, links
from harness.report.text.paper import Paper
from harness.report.text.side_by_side import runs_to_the_left
from harness.report.views.case import CaseRow
from harness.report.views.one_case import Found, Matter, runs_of, show_command
from harness.report.views.rows import Step
from harness.report.words import count

SHOWN_CASES = 3
_SHOWN_STEPS = 12
_BESIDE = 72
"""From so many columns on a case has one line."""
_LEAST = 8
"""Columns that an answer has at least in such a line."""
_OURS = 64
"""Characters of the longest id that a suite of ours can have; such ids are copied, so they are never cut."""


def worst(rows: Sequence[CaseRow], title: str, width: int, more: str) -> list[str]:
    """The first cases of `rows` below a title; nothing where there are none.

    What is left out is counted, with `more`, the command that lists it.
    """
    if not rows:
        return []
    shown = rows[:SHOWN_CASES]
    hidden = len(rows) - len(shown)
    rest = [f"  ... {hidden} more: {safe.term(more)}"] if hidden else []
    return ["", title, *listed(shown, width), *rest, *_steps(shown, width)]


def render_list(matter: Matter, found: Found, paper: Paper) -> str:
    """The cases of a suite that were looked for, worst first."""
    width, rows = paper.width, found.rows
    decided = "" if matter.decided is None else f"   {matter.decided}"
    lines = [
        *wrap(f"{matter.suite}  {matter.title}{decided}", width),
        f"{found.found:,} of {count(found.cases, 'case')}",
        *([""] if rows else []),
        *listed(rows, width, changes=True),
    ]
    more = found.found - len(rows)
    lines += [f"  ... {more:,} more: --limit 0 lists all"] if more else []
    command = [show_command(matter.suite, row.case_id, runs_of(matter)) for row in rows[:1]]
    steps = [
        Step(command=each, why="see both answers side by side" if matter.baseline else "see its answers")
        for each in command
    ]
    return finish([*lines, *links(None, steps, width)])


def listed(rows: Sequence[CaseRow], width: int, *, changes: bool = False) -> list[str]:
    """A line for each case where that fits, else a few; `changes`: with what became of it in words."""
    if not rows:
        return []
    name = max(columns(_name(row, width)) for row in rows)
    rate = max(columns(_rate(row, changes=changes)) for row in rows)
    shorts = [text for row in rows for text in (row.short_before, row.short_after)]
    if width < _BESIDE or name + rate + 2 * _LEAST + 8 > width or any(map(runs_to_the_left, shorts)):
        return [line for row in rows for line in _stacked(row, width, changes=changes)]
    return _table(rows, width, (name, rate), changes=changes)


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


def _table(rows: Sequence[CaseRow], width: int, sizes: tuple[int, int], *, changes: bool) -> list[str]:
    name, rate = sizes
    room = width - 2 - name - 2 - rate - 2
    before = min(max(columns(safe.term(row.short_before)) for row in rows), (room - 2) // 2)
    after = room - before - 2 if before else room
    lines: list[str] = []
    for row in rows:
        cells = (
            pad(_name(row, width), name),
            pad(_rate(row, changes=changes), rate),
            fit(safe.term(row.short_before), before),
        )
        line = "  ".join(cell for cell in cells if cell)
        lines.append(f"  {line}  {cut(safe.term(row.short_after), after)}".rstrip())
    return lines


def _stacked(row: CaseRow, width: int, *, changes: bool) -> list[str]:
    lines = [f"  {_name(row, width)}", f"    {cut(_rate(row, changes=changes), width - 4)}"]
    if row.short_before:
        lines.append(f"    before {cut(safe.term(row.short_before), width - 11)}")
    return [*lines, f"    after  {cut(safe.term(row.short_after), width - 11)}"]


def _name(row: CaseRow, width: int) -> str:
    """Whole, as it is copied; only an id that no suite of ours can have is cut."""
    name = safe.term(row.case_id)
    return name if name == row.case_id and name.isascii() and len(name) <= _OURS else cut(name, width // 3)


def _rate(row: CaseRow, *, changes: bool = False) -> str:
    rate = ascii_only(f"{row.before} -> {row.after}" if row.before else row.after)
    return f"{rate}  {row.change}" if changes else rate
