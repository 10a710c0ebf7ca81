"""Charts with two axes: lines, dots with intervals, bars and rules, each where its value says."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of matplotlib leave keyword arguments open.

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.notebook.plots.frames import axes_for, entitle, framed, keyed, scaled
from harness.notebook.plots.ink import MARKS, Ink, ink_on
from harness.notebook.plots.lettering import PLAIN, lettered
from harness.report.charts.chart import Bar, Chart, Dot, Line, Role, Rule

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

_Dashes = tuple[int, tuple[float, ...]]
_SOLID: _Dashes = (0, ())
_DOTTED: _Dashes = (0, (3, 3))
_DASHES: dict[Role, _Dashes] = {"before": (0, (4, 2)), "quiet": (0, (1.5, 2))}


def draw_chart(chart: Chart, ax: Axes | None = None) -> Axes:
    """Everything of a chart but its table, in the numbers of its axes."""
    made = axes_for(ax, 1.4 + chart.height / 90)
    ink = ink_on(made)
    framed(made, ink, "y")
    scaled(made, ink, chart.x, "x")
    scaled(made, ink, chart.y, "y")
    for bar in chart.bars:
        _bar(made, ink, bar)
    for rule in chart.rules:
        _rule(made, ink, rule, chart)
    for line in chart.lines:
        _line(made, ink, line)
    for dot in chart.dots:
        _dot(made, ink, dot, chart)
    entitle(made, ink, chart.title, chart.says)
    keyed(made, ink, [(_swatch(ink, role, chart), name) for role, name in chart.key])
    return made


def _bar(ax: Axes, ink: Ink, bar: Bar) -> None:
    faint = bar.role in {"before", "quiet"}
    ax.bar(
        (bar.left + bar.right) / 2,
        bar.top - bar.bottom,
        abs(bar.right - bar.left),
        bar.bottom,
        color=ink.of(bar.role),
        alpha=0.45 if faint else 1,
        linewidth=0,
    )


def _rule(ax: Axes, ink: Ink, rule: Rule, chart: Chart) -> None:
    is_left = chart.rule(rule) > 60
    if rule.along == "x":
        ax.axvline(rule.at, color=ink.quiet, linewidth=0.9, linestyle=_DOTTED)
        at, shift, frame = (rule.at, 1.0), (-4 if is_left else 4, -2), ax.get_xaxis_transform()
    else:
        is_left = True
        ax.axhline(rule.at, color=ink.quiet, linewidth=0.9, linestyle=_DOTTED)
        at, shift, frame = (1.0, rule.at), (0, 2), ax.get_yaxis_transform()
    ax.annotate(
        lettered(rule.name, 40),
        at,
        shift,
        frame,
        "offset points",
        fontsize=8,
        color=ink.quiet,
        ha="right" if is_left else "left",
        va="top" if rule.along == "x" else "bottom",
        **PLAIN,
    )


def _line(ax: Axes, ink: Ink, line: Line) -> None:
    across, up = [x for x, _ in line.points], [y for _, y in line.points]
    ax.plot(
        across,
        up,
        color=ink.of(line.role),
        linestyle=_DASHES.get(line.role, _SOLID),
        linewidth=1 if line.role == "quiet" else 1.8,
        solid_joinstyle="round",
    )


def _dot(ax: Axes, ink: Ink, dot: Dot, chart: Chart) -> None:
    colour = ink.of(dot.role)
    if dot.low is not None and dot.high is not None:
        ax.plot([dot.x, dot.x], [dot.low, dot.high], color=colour, linewidth=1.6, solid_capstyle="round")
    if dot.left is not None and dot.right is not None:
        ax.plot([dot.left, dot.right], [dot.y, dot.y], color=colour, linewidth=1.6, solid_capstyle="round")
    ax.plot(
        [dot.x],
        [dot.y],
        marker=MARKS[dot.shape],
        markersize=6.5,
        color=colour,
        markerfacecolor=ax.get_facecolor() if dot.shape == "ring" else colour,
        markeredgewidth=1.6,
        linestyle="",
        clip_on=False,
        zorder=3,
    )
    if dot.label:
        is_left = chart.spot(dot).x > 70
        ax.annotate(
            lettered(dot.label, 40),
            (dot.x, dot.y),
            (-7 if is_left else 7, 6),
            textcoords="offset points",
            ha="right" if is_left else "left",
            fontsize=8.5,
            color=ink.ink,
            bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1, "alpha": 0.8},
            **PLAIN,
        )


def _swatch(ink: Ink, role: Role, chart: Chart) -> Artist:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if chart.lines:
        return Line2D([], [], color=ink.of(role), linestyle=_DASHES.get(role, _SOLID), linewidth=1.8)
    if chart.bars:
        return Patch(color=ink.of(role), alpha=0.45 if role in {"before", "quiet"} else 1, linewidth=0)
    shape = chart.shape(role)
    return Line2D(
        [],
        [],
        color=ink.of(role),
        marker=MARKS[shape],
        markersize=6.5,
        markerfacecolor="none" if shape == "ring" else ink.of(role),
        markeredgewidth=1.6,
        linestyle="",
    )
