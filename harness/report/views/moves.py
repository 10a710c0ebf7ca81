"""How far each case moved between the two sides: a histogram, and how many became worse, better or neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.compare.change import Change
from harness.compare.comparison import CaseChange
from harness.report import words
from harness.report.charts.chart import Bar, Chart, Role, Table
from harness.report.charts.distribution import Bin, histogram
from harness.report.charts.rows import Segment, Stack
from harness.report.charts.scale import Scale, counts, symmetric
from harness.report.charts.spelling import points

_BINS = 21
"""Odd, so that no change has a bar of its own."""
_FEWEST = 3
"""Cases on both sides, below which a histogram shows nothing that a list does not."""
_ROLES: dict[Change, tuple[Role, str]] = {
    Change.REGRESSED: ("bad", "worse"),
    Change.BROKE: ("none", "not measured now"),
    Change.UNSURE: ("unsure", "maybe worse or better"),
    Change.SAME: ("quiet", "same"),
    Change.IMPROVED: ("good", "better"),
}
_UNPAIRED = "without a pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Every case of either side exactly once."""

    whole: str
    """`8 cases`."""
    stack: Stack
    sentence: str
    """`8 cases = 4 worse + 1 not measured now + ...`."""
    chart: Chart | None
    """Of the cases that both sides measured; None where they are few, or none moved."""


def moves_of(changes: Sequence[CaseChange]) -> Moves | None:
    """None where there is no case."""
    if not changes:
        return None
    stack = Stack(segments=tuple(_segments(changes)))
    parts = [
        f"{each.amount:,} {each.name}"
        for number, each in enumerate(stack.segments)
        if each.amount or not number
    ]
    whole = words.count(len(changes), "case")
    return Moves(
        whole=whole,
        stack=stack,
        sentence=f"{whole} = {' + '.join(parts)}",
        chart=_chart(changes),
    )


def _segments(changes: Sequence[CaseChange]) -> Iterator[Segment]:
    amounts = Counter(each.change for each in changes)
    for kind, (role, name) in _ROLES.items():
        yield Segment(name=name, role=role, amount=amounts.pop(kind, 0))
    yield Segment(name=_UNPAIRED, role="before", amount=sum(amounts.values()))


def _chart(changes: Sequence[CaseChange]) -> Chart | None:
    paired = [each.difference for each in changes if each.change in _ROLES and each.difference is not None]
    if len(paired) < _FEWEST or not any(paired):
        return None
    axis = symmetric([], "change of the mean score of a case, in points", points, limit=1.0, most=4)
    bins = histogram(paired, axis, bins=_BINS)
    worse, better = sum(x < 0 for x in paired), sum(x > 0 for x in paired)
    return Chart(
        name="moves",
        title="How far each case moved",
        says=(
            f"Of {words.count(len(paired), 'case')} measured on both sides {worse:,} fell, {better:,} rose and "
            f"{len(paired) - worse - better:,} stayed where they were."
        ),
        x=axis,
        y=counts([each.amount for each in bins], "cases"),
        table=_table(bins),
        bars=tuple(_bar(each, axis) for each in bins),
        key=(("bad", "fell"), ("quiet", "about the same"), ("good", "rose")),
        height=180,
    )


def _bar(each: Bin, axis: Scale) -> Bar:
    gap = 0.06 * (each.high - each.low)
    role: Role = "bad" if each.high < 0 else "good" if each.low > 0 else "quiet"
    name = f"{words.count(each.amount, 'case')}, {_stretch(each)} points"
    left, right = max(axis.low, each.low + gap), min(axis.high, each.high - gap)
    return Bar(name=name, role=role, left=left, right=right, top=each.amount)


def _table(bins: Sequence[Bin]) -> Table:
    rows = tuple((_stretch(each), f"{each.amount:,}") for each in bins if each.amount)
    return Table(heads=("Points", "Cases"), rows=rows)


def _stretch(each: Bin) -> str:
    return f"{words.points(each.low)} to {words.points(each.high)}"
