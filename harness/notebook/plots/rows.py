"""Charts of rows: intervals against a margin, and the steps from one amount to another."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of matplotlib leave keyword arguments open.

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from harness.notebook.plots.frames import axes_for, entitle, framed, scaled
from harness.notebook.plots.ink import Ink, ink_on
from harness.notebook.plots.lettering import PLAIN, lettered
from harness.report.charts.rows import Bars, Forest, ForestRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 0.3
"""Inches."""
_ROOM = 72
"""Characters beside the names of the rows."""


def draw_forest(forest: Forest, ax: Axes | None = None, says: str = "") -> Axes:
    """Intervals one below the other; what is left of the margin is shaded, and an open end has an arrow."""
    made = axes_for(ax, 1.35 + _ROW * len(forest.rows))
    ink = ink_on(made)
    framed(made, ink, "x")
    scaled(made, ink, forest.scale, "x")
    if forest.margin is not None:
        made.axvspan(forest.scale.low, forest.margin, color=ink.wash, linewidth=0, zorder=0)
        made.axvline(forest.margin, color=ink.quiet, linewidth=0.9, linestyle=(0, (3, 3)))
    if forest.zero is not None:
        made.axvline(forest.zero, color=ink.quiet, linewidth=0.9)
    for number, row in enumerate(forest.rows):
        _interval(made, ink, forest, row, number)
    _named(made, ink, [row.name for row in forest.rows], [row.cells for row in forest.rows])
    entitle(made, ink, forest.title, says, room=_ROOM)
    return made


def draw_bars(bars: Bars, ax: Axes | None = None, says: str = "") -> Axes:
    """Bars one below the other; between the steps of a waterfall a thin line goes on at the height that was reached."""
    made = axes_for(ax, 1.35 + _ROW * len(bars.rows))
    ink = ink_on(made)
    framed(made, ink, "x")
    scaled(made, ink, bars.scale, "x")
    for number, row in enumerate(bars.rows):
        faint = row.role in {"before", "quiet"}
        made.barh(
            number,
            row.stop - row.start,
            0.55,
            row.start,
            color=ink.of(row.role),
            alpha=0.55 if faint else 1,
            linewidth=0,
        )
    for number, (row, after) in enumerate(pairwise(bars.rows)):
        if not (row.is_total and after.is_total):
            made.plot([row.stop] * 2, [number + 0.275, number + 0.725], color=ink.quiet, linewidth=0.8)
    _named(made, ink, [row.name for row in bars.rows], [row.cells for row in bars.rows])
    entitle(made, ink, bars.title, says, room=_ROOM)
    return made


def _interval(ax: Axes, ink: Ink, forest: Forest, row: ForestRow, number: int) -> None:
    colour, scale = ink.of(row.role), forest.scale
    ends = [min(max(end, scale.low), scale.high) for end in (row.lower, row.upper)]
    ax.plot(ends, [number] * 2, color=colour, linewidth=2.2, solid_capstyle="round", zorder=3)
    for end, is_open, mark in zip(ends, forest.spot(row).is_open, "<>", strict=True):
        if is_open:
            ax.plot(
                [end],
                [number],
                marker=mark,
                markersize=6,
                color=colour,
                linestyle="",
                clip_on=False,
                zorder=3,
            )
    ax.plot(
        [row.point], [number], marker="o", markersize=7, color=colour, linestyle="", clip_on=False, zorder=4
    )


def _named(ax: Axes, ink: Ink, names: Sequence[str], cells: Sequence[tuple[str, ...]]) -> None:
    """The name of each row to its left, its numbers to its right."""
    ax.set_yticks(
        range(len(names)), [lettered(each, 36) for each in names], color=ink.ink, fontsize=9, **PLAIN
    )
    ax.set_ylim(len(names) - 0.4, -0.6)
    for number, told in enumerate(cells):
        ax.annotate(
            "   ".join(lettered(each, 40) for each in told if each),
            (1, number),
            (8, 0),
            ax.get_yaxis_transform(),
            "offset points",
            va="center",
            fontsize=8.5,
            color=ink.quiet,
            annotation_clip=False,
            **PLAIN,
        )
