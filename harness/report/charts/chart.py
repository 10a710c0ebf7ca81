"""One chart: two axes and what lies on them, with the table of its numbers.

Everything is in the numbers of the axes; `path`, `spot` and `box` say where that is, in percent of the chart's own
width and height, counted from its upper left corner, as pages draw. Texts may be hostile where they name what
others named (runs, tags, models).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from harness.report.charts.scale import Scale

Role = Literal["before", "after", "one", "quiet", "good", "bad", "unsure", "none"]
"""What something is, which decides how it looks: `before` is dashed and quiet, `after` strong, `one` the only one."""
Shape = Literal["circle", "square", "diamond", "ring"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points, in order."""

    name: str
    role: Role
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A point, with an interval where it has one."""

    name: str
    """Shown when pointed at: `haiku-5-5: 91.2 %, $0.0031 per case`."""
    role: Role
    x: float
    y: float
    low: float | None = None
    """Lower end of the interval of `y`."""
    high: float | None = None
    left: float | None = None
    """Lower end of the interval of `x`."""
    right: float | None = None
    shape: Shape = "circle"
    label: str = ""
    """Stands beside it, where there is room for few; empty: nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A box, such as one bar of a histogram."""

    name: str
    role: Role
    left: float
    right: float
    top: float
    bottom: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line across the whole chart: a margin, a limit."""

    name: str
    """Stands beside it; empty: nothing does."""
    at: float
    along: Literal["x", "y"] = "x"
    """The axis that `at` is a number of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The same numbers to be read."""

    heads: tuple[str, ...]
    """The first column names the row."""
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    """Rows that are not there, since nobody would read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a dot and its interval are drawn, in percent."""

    x: float
    y: float
    top: float | None
    bottom: float | None
    left: float | None
    right: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a bar is drawn, in percent."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart."""

    name: str
    """Of letters, digits and hyphens; ours, and another one for each chart of a page."""
    title: str
    says: str
    """What is to be seen, in a sentence."""
    x: Scale
    y: Scale
    table: Table
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    bars: tuple[Bar, ...] = ()
    rules: tuple[Rule, ...] = ()
    key: tuple[tuple[Role, str], ...] = ()
    """What the looks mean; empty where nothing has to be told apart."""
    height: int = 220
    """Of the plot, in pixels."""

    def path(self, line: Line) -> str:
        """The points of a line as SVG has them: `0,100 12.5,80`. What is no finite number is left out."""
        return " ".join(
            f"{self.x.place(x):g},{self._up(y):g}"
            for x, y in line.points
            if math.isfinite(x) and math.isfinite(y)
        )

    def spot(self, dot: Dot) -> Spot:
        """Where a dot is."""
        ends = (dot.high, dot.low)
        sides = (dot.left, dot.right)
        top, bottom = (None if each is None else self._up(each) for each in ends)
        left, right = (None if each is None else self.x.place(each) for each in sides)
        return Spot(x=self.x.place(dot.x), y=self._up(dot.y), top=top, bottom=bottom, left=left, right=right)

    def box(self, bar: Bar) -> Box:
        """Where a bar is. Its sides may stand in either order."""
        left, right = sorted((self.x.place(bar.left), self.x.place(bar.right)))
        top, bottom = sorted((self._up(bar.top), self._up(bar.bottom)))
        return Box(x=left, y=top, width=round(right - left, 2), height=round(bottom - top, 2))

    def rule(self, rule: Rule) -> float:
        """Where a rule is: from the left for one of `x`, from above for one of `y`."""
        return self.x.place(rule.at) if rule.along == "x" else self._up(rule.at)

    def shape(self, role: Role) -> Shape:
        """How its dots of this role look: what the key shows."""
        shapes: list[Shape] = [dot.shape for dot in self.dots if dot.role == role]
        return shapes[0] if shapes else "circle"

    def rungs(self) -> tuple[tuple[float, str], ...]:
        """Ticks of the upright axis, from above."""
        return tuple((round(100 - place, 2), label) for place, label in self.y.placed())

    def _up(self, value: float) -> float:
        return round(100 - self.y.place(value), 2)
