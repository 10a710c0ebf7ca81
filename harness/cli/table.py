"""Rows as aligned text: whole when piped, cut to fit a terminal, stacked where even that is too narrow."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from harness.cli.console import width
from harness.report.safe import term, without_commands

_GAP = "  "
_NARROWEST = 8
"""Columns a cell that may be cut keeps at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one column looks."""

    head: str
    right: bool = False
    cut: bool = False
    """Whether its cells may be cut short; names and numbers stay whole."""


def text(head: str) -> Column:
    """A column of text that may be cut."""
    return Column(head=head, cut=True)


def number(head: str) -> Column:
    """A column of numbers, never cut."""
    return Column(head=head, right=True)


def room() -> int | None:
    """Columns there are to fit into; None where nobody looks: a pipe gets everything."""
    return width() if sys.stdout.isatty() else None


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, fit: int | None) -> str:
    """The rows below their heads, one line each; every cell is made safe for a terminal here."""
    cells = [[term(cell) for cell in row] for row in ([column.head for column in columns], *rows)]
    widths = [max(_columns(row[place]) for row in cells) for place in range(len(columns))]
    if fit is not None:
        _shrink(widths, columns, fit)
        if _total(widths) > fit:
            return _stacked(cells)
    return "".join(_line(row, columns, widths) for row in cells)


def _shrink(widths: list[int], columns: Sequence[Column], fit: int) -> None:
    """Takes from the widest column that may be cut until the rows fit, or nothing more can be taken."""
    while _total(widths) > fit:
        able = [place for place, column in enumerate(columns) if column.cut and widths[place] > _NARROWEST]
        if not able:
            return
        widths[max(able, key=lambda place: widths[place])] -= 1


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _line(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    parts = [_sized(*each) for each in zip(row, columns, widths, strict=True)]
    return without_commands(_GAP.join(parts).rstrip()) + "\n"


def _sized(cell: str, column: Column, size: int) -> str:
    from rich.cells import set_cell_size

    over = _columns(cell) > size
    fitted = set_cell_size(cell, size - 1) + "…" if over else cell
    padding = " " * (size - _columns(fitted))
    return padding + fitted if column.right else fitted + padding


def _stacked(cells: Sequence[Sequence[str]]) -> str:
    heads, *rows = cells
    longest = max(len(head) for head in heads)
    blocks = (
        "".join(
            without_commands(f"{head:<{longest}}{_GAP}{cell}".rstrip()) + "\n"
            for head, cell in zip(heads, row, strict=True)
        )
        for row in rows
    )
    return "\n".join(blocks)


def _columns(shown: str) -> int:
    from rich.cells import cell_len

    return cell_len(shown)
