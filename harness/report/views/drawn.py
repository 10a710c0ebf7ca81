"""The numbers of a report as they are drawn: intervals on axes, figures, and the rows of the forest."""

from __future__ import annotations

from dataclasses import dataclass

from harness.gate.verdict import Status
from harness.report.charts.scale import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where an interval lies on its axis: percentages of the axis' length, from 0 to 100."""

    zero: float
    margin: float | None
    """Where the margin lies; everything to its left is worse than allowed."""
    lower: float
    point: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The headline number against its margin."""

    sentence: str
    """`−5.2 points (95 %: −8.9 to −1.6; margin 5)`."""
    before: str
    after: str
    points: str
    bounds: str
    margin: str
    scale: Scale
    """In points, or in percent."""
    axis: Axis


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One of the three small figures."""

    name: str
    value: str
    detail: str
    extra: str
    """What a page has room for: dollars, percentiles; may be empty."""
    status: Status | None
    """None: not part of the verdict; `detail` says why."""
    cause: str = ""
    """What a change of cost comes from: `output tokens +18 %, price unchanged`; empty where nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """One slice of the forest."""

    name: str
    n: int
    points: str
    bounds: str
    p: str
    status: Status
    axis: Axis
