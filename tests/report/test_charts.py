"""Charts as values: every point lies on its axes, counts add up, and no number breaks one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.report.charts import distribution, scale, spelling
from harness.report.charts.chart import Bar, Chart, Dot, Line, Rule, Table
from harness.report.charts.rows import BarRow, Bars, Forest, ForestRow, Segment, Stack
from harness.report.charts.scale import Scale

numbers = st.lists(st.floats(), max_size=30)
NOW = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
KINDS: tuple[Callable[[Iterable[float]], Scale], ...] = (
    lambda xs: scale.linear(xs, "n"),
    lambda xs: scale.linear(xs, "n", from_zero=True),
    lambda xs: scale.counts(xs, "n"),
    lambda xs: scale.symmetric(xs, "n"),
    lambda xs: scale.symmetric(xs, "n", limit=1.0),
    lambda xs: scale.logarithmic(xs, "n"),
    lambda xs: scale.spread(xs, "n"),
)


def labels(axis: Scale) -> list[str]:
    return [tick.label for tick in axis.ticks]


@settings(max_examples=60)
@given(numbers, st.sampled_from(KINDS))
def test_every_axis_is_a_stretch_of_numbers_with_ticks_upon_it(
    xs: list[float], make: Callable[[Iterable[float]], Scale]
) -> None:
    axis = make(xs)
    assert math.isfinite(axis.low)
    assert math.isfinite(axis.high)
    assert axis.low < axis.high
    assert not axis.is_log or axis.low > 0
    places = [place for place, _ in axis.placed()]
    assert places == sorted(set(places))
    assert 2 <= len(places) <= 16
    assert len(set(labels(axis))) == len(places), labels(axis)
    assert all(0 <= axis.place(x) <= 100 for x in xs)
    assert make(xs) == axis


@settings(max_examples=60)
@given(st.lists(st.floats(-1e12, 1e12), min_size=2))
def test_a_larger_number_never_lies_to_the_left(xs: list[float]) -> None:
    axis = scale.linear(xs, "n")
    slack = 1e-6 * (axis.high - axis.low)
    assert all(axis.low - slack <= x <= axis.high + slack for x in xs)
    places = [axis.place(x) for x in sorted(xs)]
    assert places == sorted(places)


@settings(max_examples=40)
@given(st.lists(st.floats(1e-12, 1e12), min_size=1))
def test_equal_ratios_take_equal_room(xs: list[float]) -> None:
    axis = scale.logarithmic(xs, "n")
    assert all(axis.low * (1 - 1e-6) <= x <= axis.high * (1 + 1e-6) for x in xs)
    middle = math.sqrt(axis.low) * math.sqrt(axis.high)
    assert axis.place(middle) == pytest.approx(50, abs=0.02)


def test_ticks_are_round_and_say_no_more_than_they_must() -> None:
    assert labels(scale.linear([1, 7.3], "n")) == ["0", "2", "4", "6", "8"]
    assert labels(scale.linear([], "n")) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert labels(scale.linear([5, 5], "n")) == ["2", "3", "4", "5", "6", "7", "8"]
    assert labels(scale.linear([0, 0.0034], "n", spelling.dollars)) == [
        "$0", "$0.001", "$0.002", "$0.003", "$0.004",
    ]  # fmt: skip
    assert labels(scale.counts([123_456], "cases")) == ["0", "50,000", "100,000", "150,000"]
    assert labels(scale.shares("share")) == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert labels(scale.symmetric([-0.089, 0.02], "points", spelling.points)) == [
        "−10", "−5", "0", "+5", "+10",
    ]  # fmt: skip
    assert labels(scale.symmetric([-0.98], "points", spelling.points, limit=1.0)) == [
        "−100", "−50", "0", "+50", "+100",
    ]  # fmt: skip
    assert labels(scale.spread([0.3, 1.2], "time", spelling.seconds))[:3] == ["0 s", "0.2 s", "0.4 s"]
    assert labels(scale.spread([0.92, 1.04], "time", spelling.seconds))[:2] == ["0.92 s", "0.94 s"]
    assert labels(scale.spread([0.02, 0.9], "time", spelling.seconds))[:3] == ["20 ms", "50 ms", "0.1 s"]
    assert labels(scale.spread([1e-5, 3600], "time", spelling.seconds))[-1] == "1,000 s"


def test_numbers_are_spelled_as_people_read_them() -> None:
    assert spelling.changes(1.1, 0.1) == "+10 %"
    assert spelling.changes(1.0, 0.1) == "0 %"
    assert spelling.dollars(-3, 1) == "−$3"
    assert spelling.dollars(-0.0, 1) == "$0"
    assert spelling.seconds(120, 60) == "2 min"
    assert spelling.seconds(7200, 3600) == "2 h"
    assert spelling.plain(1e20, 1e19) == "1e+20"
    assert spelling.plain(2.5, math.inf) == "2"
    assert spelling.plain(1 / 3, 1e-12) == "0.3333333333"


@pytest.mark.parametrize("hours", [0, 2, 30, 100, 500, 5_000, 50_000, 500_000])
def test_a_time_axis_names_a_handful_of_round_moments(hours: int) -> None:
    axis = scale.moments([NOW, NOW + timedelta(hours=hours)])
    assert 1 <= len(axis.ticks) <= 8
    assert all(axis.low <= tick.value <= axis.high for tick in axis.ticks)
    assert len(set(labels(axis))) == len(axis.ticks)


def test_a_time_axis_of_no_time_is_one_all_the_same() -> None:
    assert scale.moments([]).low < scale.moments([]).high


@settings(max_examples=40)
@given(st.lists(st.floats(-2, 2)), st.integers(1, 40))
def test_a_histogram_counts_every_number_once(xs: list[float], bins: int) -> None:
    axis = scale.symmetric([], "n", limit=1.0)
    found = distribution.histogram(xs, axis, bins=bins)
    assert sum(each.amount for each in found) == len(xs)
    assert [each.low for each in found[1:]] == [each.high for each in found[:-1]]


@settings(max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(4, 60))
def test_a_distribution_climbs_from_nothing_to_all_in_true_points(xs: list[float], most: int) -> None:
    points = distribution.ecdf(xs, most=most)
    assert len(points) <= most + 1
    assert points == tuple(sorted(points))
    assert points[0] == (min(xs), 0.0)
    assert points[-1] == (max(xs), 1.0)
    for value, share in dict(points).items():
        assert share == sum(x <= value for x in xs) / len(xs)


def test_a_distribution_of_a_hundred_thousand_has_as_many_points_as_one_of_hundreds() -> None:
    assert len(distribution.ecdf(range(100_000))) <= distribution.MOST_POINTS
    assert distribution.ecdf([]) == ()
    assert distribution.ecdf([math.nan, math.inf]) == ()


def test_quantiles_lie_between_the_numbers() -> None:
    assert distribution.quantile([1.0, 2.0, 4.0], 0.5) == 2.0
    assert distribution.quantile([1.0, 2.0, 4.0], 0.75) == 3.0
    with pytest.raises(ValueError, match="at least one number"):
        distribution.quantile([], 0.5)


def drawn() -> Chart:
    return Chart(
        name="n",
        title="t",
        says="s",
        x=scale.linear([0, 10], "x"),
        y=scale.shares("y"),
        table=Table(heads=("",), rows=()),
    )


def test_what_is_up_on_a_chart_is_up_on_the_page() -> None:
    chart = drawn()
    line = Line(name="l", role="one", points=((0, 0), (5, 1), (math.nan, 1), (10, 0.5)))
    assert chart.path(line) == "0,100 50,0 100,50"
    spot = chart.spot(Dot(name="d", role="one", x=5, y=0.5, low=0.25, high=0.75, left=4))
    assert (spot.x, spot.y, spot.top, spot.bottom, spot.left, spot.right) == (50, 50, 25, 75, 40, None)
    box = chart.box(Bar(name="b", role="bad", left=6, right=5, top=0.5))
    assert (box.x, box.y, box.width, box.height) == (50, 50, 10, 50)
    assert chart.rule(Rule(name="", at=5)) == 50
    assert chart.rule(Rule(name="", at=1, along="y")) == 0
    assert chart.rungs()[0] == (100, "0 %")


def test_bars_of_nothing_can_be_seen_and_stay_on_the_axis() -> None:
    bars = Bars(name="n", title="t", heads=("",), scale=scale.linear([0, 10], "x"), rows=())
    row = BarRow(name="b", role="bad", start=10, stop=10, cells=())
    assert bars.box(row) == (99.6, 0.4)


def test_an_interval_without_an_end_says_so() -> None:
    axis = scale.symmetric([0.1], "points", limit=1.0)
    forest = Forest(name="n", title="t", heads=("",), scale=axis, zero=0, margin=None, rows=())
    row = ForestRow(name="r", role="one", lower=-math.inf, point=0.0, upper=0.05, cells=())
    assert forest.spot(row).is_open == (True, False)
    assert (forest.spot(row).lower, forest.spot(row).point) == (0, 50)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 10**6), max_size=6))
def test_the_parts_of_a_bar_add_up_to_it(amounts: list[int]) -> None:
    stack = Stack(segments=tuple(Segment(name=f"{n}", role="one", amount=a) for n, a in enumerate(amounts)))
    boxes = stack.boxes()
    assert sum(part.amount for part, _, _ in boxes) == stack.whole == sum(amounts)
    assert all(part.amount > 0 for part, _, _ in boxes)
    if boxes:
        assert boxes[0][1] == 0
        assert sum(width for _, _, width in boxes) == pytest.approx(100, abs=0.1)
