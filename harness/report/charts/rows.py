"""Charts of one row each: intervals and bars that stand in a table, which is their own alternative."""

from __future__ import annotations

from dataclasses import dataclass

from harness.report.charts.chart import Role
from harness.report.charts.scale import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """A bar from `start` to `stop`, in the numbers of the axis."""

    name: str
    """May be hostile."""
    role: Role
    start: float
    stop: float
    cells: tuple[str, ...]
    """The other columns, as they are read."""
    is_total: bool = False
    """A sum, not a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars one below the other, on one axis: amounts, or the steps of a waterfall."""

    name: str
    """Of letters, digits and hyphens; ours, and another one for each chart of a page."""
    title: str
    heads: tuple[str, ...]
    """Of the first column and of `cells`."""
    scale: Scale
    rows: tuple[BarRow, ...]

    def box(self, row: BarRow) -> tuple[float, float]:
        """Where a bar begins, and how wide it is, in percent of the axis. No bar is too thin to be seen."""
        left, right = sorted((self.scale.place(row.start), self.scale.place(row.stop)))
        width = max(0.4, round(right - left, 2))
        return min(left, 100 - width), width


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """An interval. Ends may be infinite."""

    name: str
    """May be hostile."""
    role: Role
    lower: float
    point: float
    upper: float
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSpot:
    """Where an interval is drawn, in percent of the axis."""

    lower: float
    point: float
    upper: float
    is_open: tuple[bool, bool]
    """Whether it goes on beyond the axis, to the left and to the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Intervals one below the other, on one axis."""

    name: str
    title: str
    heads: tuple[str, ...]
    scale: Scale
    zero: float | None
    """The line of no change."""
    margin: float | None
    """What lies to its left is worse than allowed; None: nothing is."""
    rows: tuple[ForestRow, ...]

    def spot(self, row: ForestRow) -> ForestSpot:
        """Where a row's interval is."""
        return ForestSpot(
            lower=self.scale.place(row.lower),
            point=self.scale.place(row.point),
            upper=self.scale.place(row.upper),
            is_open=(row.lower < self.scale.low, row.upper > self.scale.high),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a whole."""

    name: str
    role: Role
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A whole in parts, as one bar: amounts add up to it."""

    segments: tuple[Segment, ...]

    @property
    def whole(self) -> int:
        return sum(each.amount for each in self.segments)

    def boxes(self) -> tuple[tuple[Segment, float, float], ...]:
        """Every part that is not empty, where it begins and how wide it is, in percent."""
        whole, before, found = self.whole, 0, list[tuple[Segment, float, float]]()
        for each in self.segments:
            if each.amount > 0:
                left, right = 100 * before / whole, 100 * (before + each.amount) / whole
                found.append((each, round(left, 2), round(right - left, 2)))
            before += max(0, each.amount)
        return tuple(found)
