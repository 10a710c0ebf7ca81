"""Axes: which stretch of numbers they show, their ticks, and where on them a number lies.

Every axis is made of the numbers it has to show. What is no finite number is not shown; an axis of nothing goes
from 0 to 1, so there is always one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from harness.report.charts.spelling import Spell, percents, plain

LARGEST = 1e300
"""Numbers beyond it are drawn as if they were it: the difference of two may still be counted."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number that an axis names."""

    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One axis. `low` is below `high`, both are finite, and every tick lies between them."""

    title: str
    """What is measured, and in what: `seconds, of one answer`."""
    low: float
    high: float
    ticks: tuple[Tick, ...]
    """Ascending."""
    is_log: bool = False
    """Equal ratios take equal room; then `low` is above 0."""

    def place(self, value: float) -> float:
        """Where a number lies, from 0 (`low`) to 100 (`high`). What lies beyond an end is put on it."""
        if math.isnan(value):
            return 0.0
        within = min(max(value, self.low), self.high)
        ends = self.low, self.high
        if self.is_log:
            within, ends = math.log(within), (math.log(self.low), math.log(self.high))
        return round(100 * (within - ends[0]) / (ends[1] - ends[0]), 2)

    def placed(self) -> tuple[tuple[float, str], ...]:
        """Place and label of every tick."""
        return tuple((self.place(tick.value), tick.label) for tick in self.ticks)


def finite(numbers: Iterable[float]) -> list[float]:
    """Those that can be shown."""
    return [min(max(x, -LARGEST), LARGEST) for x in numbers if math.isfinite(x)]


def linear(
    numbers: Iterable[float], title: str, spell: Spell = plain, *, most: int = 6, from_zero: bool = False
) -> Scale:
    """Round steps of 1, 2, 2.5 or 5 times a power of ten that hold every number, in at most about `most` steps."""
    shown = [*finite(numbers), *([0.0] if from_zero else [])] or [0.0, 1.0]
    low, high = _widened(min(shown), max(shown), from_zero=from_zero)
    step = step_of(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return _stepped(first, last, step, title, spell)


def counts(numbers: Iterable[float], title: str, *, most: int = 4) -> Scale:
    """Whole numbers from 0 on."""
    highest = max([1.0, *finite(numbers)])
    step = max(1.0, step_of(highest, most))
    step = 5.0 if step == 2.5 else step
    return _stepped(0, math.ceil(highest / step - 1e-9), step, title, plain)


def shares(title: str, *, most: int = 4) -> Scale:
    """From 0 to 100 %."""
    return _stepped(0, most, 1 / most, title, percents)


def symmetric(
    numbers: Iterable[float], title: str, spell: Spell = plain, *, most: int = 6, limit: float = LARGEST
) -> Scale:
    """As far to the left of 0 as to the right, and 0 in the middle; `limit` is the furthest it goes."""
    reach = min(max([abs(x) for x in finite(numbers)], default=0.0), limit) or min(1.0, limit)
    step = step_of(2 * reach, most)
    half = math.ceil(reach / step - 1e-9)
    if half * step > limit:
        half, step = max(1, most // 2), limit / max(1, most // 2)
    return _stepped(-half, half, step, title, spell)


def logarithmic(numbers: Iterable[float], title: str, spell: Spell = plain, *, most: int = 7) -> Scale:
    """For numbers above 0 (others are not shown) that differ by factors. Ticks at 1, 2 and 5, or at powers of ten."""
    shown = [x for x in finite(numbers) if x > 1e-290] or [1.0, 10.0]
    low, high = min(shown), max(shown)
    bottom, top = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    every = [(power, factor) for power in range(bottom, max(top, bottom + 1) + 1) for factor in (1, 2, 5)]
    below = [each for each in every if _at(*each) <= low * (1 + 1e-9)][-1]
    above = next((each for each in every if _at(*each) >= high * (1 - 1e-9) and each != below), every[-1])
    ticks = _thinned(every[every.index(below) : every.index(above) + 1], most)
    return Scale(
        title=title,
        low=_at(*below),
        high=_at(*above),
        ticks=tuple(Tick(value=_at(*each), label=spell(_at(*each), 10.0 ** each[0])) for each in ticks),
        is_log=True,
    )


def spread(numbers: Iterable[float], title: str, spell: Spell = plain) -> Scale:
    """Numbers above 0: on a logarithmic axis where the largest is many times the smallest, else on a linear one.

    That begins at 0, unless all numbers lie in its last third.
    """
    shown = [x for x in finite(numbers) if x > 0]
    if shown and max(shown) > 8 * min(shown) and min(shown) > 1e-290:
        return logarithmic(shown, title, spell)
    is_far_from_zero = bool(shown) and min(shown) > max(shown) * 2 / 3
    return linear(shown, title, spell, from_zero=not is_far_from_zero)


def moments(times: Sequence[datetime], title: str = "") -> Scale:
    """Days and hours, in UTC; the numbers on it are `datetime.timestamp()`."""
    shown = [each.timestamp() for each in times] or [0.0]
    low, high = min(shown), max(shown)
    if high - low < 3600:
        low, high = low - 1800, high + 1800
    ticks = tuple(
        Tick(value=at.timestamp(), label=label)
        for at, label in _moments(datetime.fromtimestamp(low, UTC), datetime.fromtimestamp(high, UTC))
    )
    return Scale(title=title, low=low, high=high, ticks=ticks)


def step_of(span: float, most: int) -> float:
    """The smallest round step (1, 2, 2.5 or 5 times a power of ten) that cuts `span` into at most `most` parts."""
    wanted = span / most
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(factor * power for factor in _STEPS if factor * power >= wanted * (1 - 1e-9))


def _widened(low: float, high: float, *, from_zero: bool) -> tuple[float, float]:
    """The same ends, or ends around them where they are (nearly) one number."""
    size = max(abs(low), abs(high))
    if high - low > max(1e-9 * size, 1e-290):
        return low, high
    if size < 1e-280:
        return (0.0, 1.0) if from_zero or size == 0 else (-1.0, 1.0)
    return low - size / 2, high + size / 2


def _stepped(first: int, last: int, step: float, title: str, spell: Spell) -> Scale:
    values = [_round(number * step) for number in range(first, max(last, first + 1) + 1)]
    return Scale(
        title=title,
        low=values[0],
        high=values[-1],
        ticks=tuple(Tick(value=value, label=spell(value, step)) for value in values),
    )


def _round(value: float) -> float:
    """Without what binary fractions leave over: 3 x 0.1 is 0.3."""
    return float(f"{value:.12g}")


def _at(power: int, factor: int) -> float:
    return float(f"{factor}e{power}")


def _thinned(ticks: Sequence[tuple[int, int]], most: int) -> Sequence[tuple[int, int]]:
    """All ticks, or only powers of ten, or every second, third ... of those: at most `most`, where that leaves two."""
    if len(ticks) <= most:
        return ticks
    tens = [each for each in ticks if each[1] == 1]
    if len(tens) < 3:
        tens = [each for each in ticks if each[1] in {1, 5}]
    every = math.ceil(len(tens) / most)
    return tens[::every] if len(tens[::every]) > 1 else (ticks[0], ticks[-1])


def _moments(low: datetime, high: datetime) -> Iterable[tuple[datetime, str]]:
    """Whole hours, days, weeks or months between two moments: at most seven or so."""
    span = (high - low).total_seconds()
    hours = next((h for h in (1, 3, 6, 12) if span <= 6 * 3600 * h), None)
    if hours is not None:
        start = low.replace(minute=0, second=0, microsecond=0, hour=low.hour // hours * hours)
        return _between(start, timedelta(hours=hours), low, high, "%d %b %H:%M")
    days = next((d for d in (1, 2, 7, 14, 30, 60, 90, 180, 365) if span <= 6 * _DAY * d), None)
    midnight = low.replace(hour=0, minute=0, second=0, microsecond=0)
    form = "%d %b" if low.year == high.year else "%d %b %Y"
    return _between(midnight, timedelta(days=days or math.ceil(span / _DAY / 6)), low, high, form)


def _between(
    start: datetime, step: timedelta, low: datetime, high: datetime, form: str
) -> list[tuple[datetime, str]]:
    found = [start + number * step for number in range(9)]
    return [(each, f"{each:{form}}".lstrip("0")) for each in found if low <= each <= high]
