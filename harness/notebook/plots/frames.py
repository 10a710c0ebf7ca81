"""Axes to draw on, and what every plot has: a title, what it says, its scales and its key."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of matplotlib leave keyword arguments open.

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from harness.notebook.plots.ink import Ink, ink_on
from harness.notebook.plots.lettering import PLAIN, lettered
from harness.report.charts.scale import Scale
from harness.store.frames import check_installed

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.ticker import Locator

_WIDTH = 7.2
"""Inches."""
_SAID = 100
"""Characters of a line below the title."""
_BELOW = -0.55
"""Inches from the plot down to its key: the ticks and the name of the axis lie between."""


def axes_for(ax: Axes | None, height: float) -> Axes:
    """The axes that were given, or new ones, `height` inches high. Raises UsageError without matplotlib."""
    if ax is not None:
        return ax
    check_installed("matplotlib")
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(_WIDTH, height), layout="constrained")[1]


def entitle(ax: Axes, ink: Ink, title: str, says: str = "", *, room: int = _SAID) -> None:
    """A title, and below it in small letters what is to be seen, in lines of at most `room` characters."""
    lines = wrap(lettered(says, 400), room)
    ax.set_title(
        lettered(title),
        loc="left",
        fontsize=11,
        fontweight="bold",
        color=ink.ink,
        pad=8 + 12.5 * len(lines),
        **PLAIN,
    )
    ax.annotate(
        "\n".join(lines),
        (0, 1),
        (0, 6),
        "axes fraction",
        "offset points",
        fontsize=8.5,
        color=ink.quiet,
        annotation_clip=False,
        **PLAIN,
    )


def scaled(ax: Axes, ink: Ink, scale: Scale, along: Literal["x", "y"]) -> None:
    """One axis as the value says: its ends, its ticks and what it measures."""
    ticks, labels = [tick.value for tick in scale.ticks], [lettered(tick.label) for tick in scale.ticks]
    axis = ax.xaxis if along == "x" else ax.yaxis
    if scale.is_log:
        (ax.set_xscale if along == "x" else ax.set_yscale)("log")
        axis.set_minor_locator(_no_ticks())
    (ax.set_xlim if along == "x" else ax.set_ylim)(scale.low, scale.high)
    axis.set_ticks(ticks, labels, color=ink.quiet, fontsize=8.5, **PLAIN)
    axis.set_label_text(lettered(scale.title, 90), color=ink.quiet, fontsize=8.5, **PLAIN)


def framed(ax: Axes, ink: Ink, grid: Literal["x", "y"]) -> None:
    """As little of a frame as shows where the axes are."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(ink.quiet)
    ax.set_axisbelow(True)
    ax.grid(visible=True, axis=grid, color=ink.line, linewidth=0.8)
    ax.tick_params(length=0, pad=5, colors=ink.quiet)


def keyed(ax: Axes, ink: Ink, entries: Sequence[tuple[Artist, str]]) -> None:
    """What the looks mean, below the plot; nothing where nothing has to be told apart."""
    if not entries:
        return
    from matplotlib.transforms import ScaledTranslation

    below = ScaledTranslation(0, _BELOW, ax.figure.dpi_scale_trans)
    key = ax.legend(
        [artist for artist, _ in entries],
        [lettered(name) for _, name in entries],
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + below,
        ncols=len(entries),
        frameon=False,
        fontsize=8.5,
        labelcolor=ink.quiet,
        borderaxespad=0,
        handlelength=2.2,
    )
    for told in key.get_texts():
        told.set(**PLAIN)


def nothing_drawn(ax: Axes | None, title: str, why: str) -> Axes:
    """Axes that say why there is nothing on them."""
    made = axes_for(ax, 1.0)
    made.set_axis_off()
    entitle(made, ink_on(made), title, why)
    return made


def _no_ticks() -> Locator:
    from matplotlib.ticker import NullLocator

    return NullLocator()
