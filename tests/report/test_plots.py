"""What a page draws of a run and of a comparison: true numbers, on their axes, and only where there is something."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare.comparison import Change, Comparison, Score, compare
from harness.compare.cost_split import CostSplit, Part
from harness.compare.observation import ModelShare, Observation, Side
from harness.gate.judge import judge
from harness.gate.verdict import Status
from harness.report.charts.chart import Chart
from harness.report.page import html
from harness.report.views import figures
from harness.report.views.comparison import make_view
from harness.report.views.cost import CostView, RunBill, compared_cost, run_cost
from harness.report.views.curves import compared_claims, run_claims
from harness.report.views.earlier import MOST_RUNS, EarlierRun, earlier_chart
from harness.report.views.latency import compared_latency, run_latency
from harness.report.views.moves import moves_of
from harness.report.views.parts import Heading, RunTotals
from harness.report.views.plots import NOTHING_DRAWN, Surroundings, compared_plots, run_plots
from harness.report.views.run import make_run_view
from harness.suite.policy import Policy
from tests.compare.build import side_of
from tests.report import examples, live
from tests.report.hostile import PAYLOADS
from tests.report.test_html import shape

POLICY = Policy()
NOW = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)


def observed(
    number: int, latency: float | None = 1.0, claim: float | None = None, score: float | None = 1.0
) -> Observation:
    return Observation(
        case_id=f"case-{number}",
        repeat=1,
        score=score,
        missing=None if score is not None else "overloaded",
        latency=latency,
        cluster=f"case-{number}",
        answer_confidence=claim,
        cost=0.001,
    )


def timed(times: list[float], name: str) -> Side:
    return side_of([observed(n, time) for n, time in enumerate(times)], name)


def with_times(before: list[float], after: list[float]) -> Comparison:
    return compare(timed(before, "before"), timed(after, "after"), POLICY)


def check(chart: Chart) -> None:
    """What holds of every chart."""
    for line in chart.lines:
        for x, y in line.points:
            assert chart.x.low <= x <= chart.x.high
            assert chart.y.low <= y <= chart.y.high
        assert "nan" not in chart.path(line)
    for dot in chart.dots:
        assert chart.x.low <= dot.x <= chart.x.high
        assert chart.y.low - 1e-9 <= dot.y <= chart.y.high + 1e-9
        spot = chart.spot(dot)
        if spot.top is not None and spot.bottom is not None:
            assert spot.top <= spot.y <= spot.bottom
    for bar in chart.bars:
        box = chart.box(bar)
        assert 0 <= box.x <= box.x + box.width <= 100.01
        assert 0 <= box.y <= box.y + box.height <= 100.01
    assert all(len(row) == len(chart.table.heads) for row in chart.table.rows)
    assert chart.table.rows


# Latency


@settings(max_examples=30)
@given(*[st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=60)] * 2)
def test_latencies_lie_on_their_axes_whatever_they_are(before: list[float], after: list[float]) -> None:
    comparison = with_times(before, after)
    chart = compared_latency(comparison, judge(comparison, POLICY))
    assert (chart is None) == (len({*before, *after}) == 1)
    if chart is None:
        return
    check(chart)
    assert chart == compared_latency(comparison, judge(comparison, POLICY))
    for line, times in zip(chart.lines, (before, after), strict=True):
        assert line.points[-1] == (max(times), 1.0)


def test_the_percentiles_of_the_chart_are_those_of_the_comparison() -> None:
    comparison = with_times([0.5, 1.0, 2.0, 4.0], [0.6, 1.2, 2.2, 9.0])
    chart = compared_latency(comparison, judge(comparison, POLICY))
    assert chart is not None
    assert comparison.baseline_latency is not None
    assert comparison.candidate_latency is not None
    marked = [dot.x for dot in chart.dots]
    sides = comparison.baseline_latency, comparison.candidate_latency
    assert marked == [number for side in sides for number in (side.p50, side.p95)]
    assert chart.table.rows[0] == ("p50", "1.5 s", "1.7 s", "+13.3 %")
    assert chart.says.startswith("p50 1.5 s → 1.7 s and p95 3.7 s → 8.0 s. Gated: ")
    apart = replace(comparison, latency_comparable=False)
    chart = compared_latency(apart, judge(apart, POLICY))
    assert chart is not None
    assert chart.says.endswith("Not gated: the sides were not run side by side.")


def test_a_hundred_thousand_latencies_are_a_line_of_two_hundred_points() -> None:
    chart = run_latency([observed(n, 0.1 + n % 977 / 100) for n in range(100_000)])
    assert chart is not None
    assert len(chart.lines[0].points) <= 200
    check(chart)


def test_where_nobody_took_the_time_there_is_no_chart_of_it() -> None:
    assert run_latency([]) is None
    assert run_latency([observed(1), observed(2)]) is None
    assert run_latency([observed(1, None), observed(2, 0.0), observed(3, 1.0, score=None)]) is None
    assert compared_latency(examples.comparison(), examples.PASS) is None


def test_cases_in_quarantine_are_in_no_latency() -> None:
    comparison = replace(with_times([1.0, 9.0, 2.0], [1.0, 9.0, 1.0]), held={"case-1": "until later"})
    chart = compared_latency(comparison, examples.PASS)
    assert chart is not None
    assert chart.lines[0].points[-1] == (2.0, 1.0)


# Changes


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(list(Change)), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=80
    )
)
def test_every_case_is_in_the_sum_exactly_once(found: list[tuple[Change, float, float]]) -> None:
    changes = [
        examples.change(f"c{n}", kind, None if kind is Change.ADDED else before, None if kind is Change.BROKE else after)
        for n, (kind, before, after) in enumerate(found)
    ]  # fmt: skip
    moves = moves_of(changes)
    assert moves is not None
    assert moves.stack.whole == len(changes)
    left, right = moves.sentence.replace(",", "").split(" = ")
    assert int(left.split()[0]) == sum(int(part.split()[0]) for part in right.split(" + "))
    if moves.chart is not None:
        check(moves.chart)
        drawn = sum(int(bar.top) for bar in moves.chart.bars)
        assert drawn == sum(int(row[1].replace(",", "")) for row in moves.chart.table.rows)
        assert drawn <= len(changes)


def test_cases_that_fell_are_left_of_those_that_did_not() -> None:
    moves = moves_of(examples.CHANGES)
    assert moves is not None
    assert moves.chart is not None
    assert moves.sentence == (
        "8 cases = 4 worse + 1 not measured now + 1 maybe worse or better + 1 same + 1 better + 0 without a pair"
    ).removesuffix(" + 0 without a pair")
    assert (
        moves.chart.says == "Of 7 cases measured on both sides 5 fell, 1 rose and 1 stayed where they were."
    )
    fell = [bar.right for bar in moves.chart.bars if bar.role == "bad"]
    rose = [bar.left for bar in moves.chart.bars if bar.role == "good"]
    assert max(fell) < 0 < min(rose)


def test_where_nothing_moved_the_sum_is_all_there_is() -> None:
    still = moves_of([examples.change(f"c{n}", Change.SAME, 1.0, 1.0) for n in range(9)])
    assert still is not None
    assert still.chart is None
    assert still.sentence == "9 cases = 0 worse + 9 same"
    few = moves_of([examples.change("c", Change.REGRESSED, 1.0, 0.0)])
    assert few is not None
    assert few.chart is None
    assert moves_of([]) is None


# Confidence


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_claims_lie_on_their_axes(found: list[tuple[float, bool]]) -> None:
    rows = [observed(n, claim=claim, score=float(right)) for n, (claim, right) in enumerate(found)]
    chart = run_claims(rows)
    assert chart is not None
    check(chart)
    assert sum(int(row[1]) for row in chart.table.rows) == len(found)


def test_only_the_side_that_claims_something_has_a_curve() -> None:
    silent, sure = [observed(1)], [observed(n, claim=0.9) for n in range(12)]
    assert compared_claims(silent, silent) is None
    chart = compared_claims(silent, sure)
    assert chart is not None
    assert [line.name for line in chart.lines] == ["claims are true", "candidate"]
    assert chart.table.heads == ("Claimed", "Answers", "Right (95 %)")
    both = compared_claims(sure, sure)
    assert both is not None
    assert both.table.heads[0] == "Side"


# Cost


def split(before: str, *parts: tuple[str, str, float | None]) -> CostSplit:
    old = Decimal(before)
    made = tuple(
        Part(
            name=name,
            usd=Decimal(usd),
            points=float(Decimal(usd) / old) if old else 0.0,
            share=None,
            ratio=ratio,
        )
        for name, usd, ratio in parts
    )
    change = sum((part.usd for part in made), Decimal(0))
    return CostSplit(n=120, unknown=0, before=old, after=old + change, change=change, parts=made)


def cost_of(found: CostSplit | None, **numbers: object) -> CostView:
    view = compared_cost(examples.comparison(cost_split=found, **numbers), ())
    assert view is not None
    return view


def test_a_waterfall_goes_from_one_side_to_the_other_without_a_gap() -> None:
    found = split(
        "0.0010",
        ("price", "0", 1.0),
        ("input", "-0.0001", 0.9),
        ("output", "0.0003", 1.3),
        ("retries", "0.000004", None),
    )
    bars = cost_of(found).bars
    assert bars is not None
    assert [row.name for row in bars.rows] == [
        "baseline", "output tokens +30 %", "input tokens -10 %", "all else", "candidate",
    ]  # fmt: skip
    steps = bars.rows[1:-1]
    assert steps[0].start == bars.rows[0].stop
    assert [row.stop for row in steps[:-1]] == [row.start for row in steps[1:]]
    assert steps[-1].stop == pytest.approx(bars.rows[-1].stop)
    assert [row.cells[0] for row in bars.rows] == [
        "$0.0010",
        "+$0.00030",
        "−$0.00010",
        "+$0.0000040",
        "$0.0012",
    ]
    assert [row.role for row in steps] == ["bad", "good", "bad"]


def test_no_waterfall_where_nothing_changed_or_nobody_knows_why() -> None:
    assert cost_of(split("0.001", ("price", "0", 1.0))).bars is None
    assert cost_of(replace(split("0.001", ("unknown", "0.1", None)), unknown=120)).bars is None
    assert cost_of(None).bars is None
    free = cost_of(split("0", ("output", "0.001", None)))
    assert free.bars is None


def test_the_cost_of_both_sides_stands_beside_each_other() -> None:
    found = replace(split("0.0010", ("output", "0.0003", 1.3)), unknown=2)
    view = cost_of(found, cost_actual=examples.comparison().cost)
    assert ("Per case", "$0.0010", "$0.0013", "+30 %") in view.table.rows
    assert ("In all", "$0.15", "$0.17", "+12 %") in view.table.rows
    assert view.notes == (
        "Of 2 cases nobody wrote down tokens or prices.",
        "Prices changed in between: in the dollars that were billed it is +12 %.",
    )
    assert all(len(row) == len(view.table.heads) for row in view.table.rows)


def test_judges_and_uncertain_money_are_told_where_there_is_any() -> None:
    bills = (
        RunBill(uncertain_usd="0.000000000", judges_usd="0.0123", judge_calls=40),
        RunBill(uncertain_usd="0.002", judges_usd=None, judge_calls=41),
    )
    view = compared_cost(examples.comparison(), bills)
    assert view is not None
    assert ("of which judges", "$0.012", "unpriced", "") in view.table.rows
    assert ("Calls of judges", "40", "41", "+2.5 %") in view.table.rows
    assert ("May be billed on top", "$0.00", "$0.0020", "") in view.table.rows
    quiet = RunBill(uncertain_usd="0", judges_usd="0", judge_calls=0)
    bare = compared_cost(examples.comparison(), (quiet, quiet))
    assert bare is not None
    assert not {"of which judges", "May be billed on top"} & {row[0] for row in bare.table.rows}


def test_what_has_no_price_has_no_cost_to_show() -> None:
    unpriced = examples.side("v2", cost_usd=None), examples.side("v3", cost_usd=None)
    assert compared_cost(examples.comparison(baseline=unpriced[0], candidate=unpriced[1]), ()) is None
    assert run_cost(unpriced[0], ()) is None
    half = compared_cost(examples.comparison(baseline=unpriced[0]), ())
    assert half is not None
    assert half.table.rows[0] == ("In all", "unpriced", "$0.17", "")


def test_a_routed_run_says_what_each_model_cost() -> None:
    models = tuple(
        ModelShare(model=name, case_ids=(), planned=planned, answered=planned, cost_usd=usd)
        for name, planned, usd in (("haiku", 90, "0.01"), ("opus", 30, "0.09"), ("", 3, None))
    )
    view = run_cost(examples.side("v3", models=models, cost_usd="0.10"), ())
    assert view is not None
    assert view.bars is not None
    assert [(row.name, row.cells) for row in view.bars.rows] == [
        ("haiku", ("$0.010", "90")), ("opus", ("$0.090", "30")),
    ]  # fmt: skip
    alone = run_cost(examples.side("v3", models=models[:1]), ())
    assert alone is not None
    assert alone.bars is None


# History


def earlier(number: int, mean: float = 0.9, place: str = "", **facts: object) -> EarlierRun:
    made = EarlierRun(
        run_id=f"run-{number}",
        started=NOW + timedelta(days=number),
        what="v2 on opus",
        mode="live",
        score=Score(mean=mean, lower=max(0.0, mean - 0.05), upper=min(1.0, mean + 0.04)),
        verdict="",
        place=place,
    )
    return replace(made, **facts)  # type: ignore[arg-type]  # test data, field by field


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_the_newest_runs_stand_in_a_row_with_their_scores(means: list[float]) -> None:
    chart = earlier_chart([earlier(n, mean) for n, mean in enumerate(means)])
    assert chart is not None
    check(chart)
    assert len(chart.dots) == min(MOST_RUNS, len(means))
    assert [dot.x for dot in chart.dots] == [float(n + 1) for n in range(len(chart.dots))]
    assert len(chart.x.ticks) <= 6


def test_this_page_s_runs_are_marked_and_verdicts_are_told() -> None:
    chart = earlier_chart(
        [
            earlier(0, same_suite=False),
            earlier(1, verdict="REGRESSED"),
            earlier(2),
            earlier(3, place="baseline"),
            earlier(4, place="candidate", verdict="NOT_MEASURED", synthetic=True),
        ]
    )
    assert chart is not None
    assert [dot.shape for dot in chart.dots] == ["ring", "diamond", "ring", "circle", "circle"]
    assert [dot.role for dot in chart.dots] == ["before", "bad", "before", "before", "after"]
    assert chart.table.rows[0][3:] == ("NOT MEASURED", "live, synthetic, this page's candidate")
    assert chart.table.rows[-1][4] == "live, other cases"
    assert [role for role, _ in chart.key] == ["bad", "before", "after"]


def test_a_fresh_store_has_no_history() -> None:
    assert earlier_chart([]) is None
    assert earlier_chart([earlier(1, place="baseline"), earlier(2, place="candidate")]) is None


def test_runs_of_one_day_are_told_by_their_hours() -> None:
    chart = earlier_chart([earlier(0, started=NOW + timedelta(hours=n)) for n in range(3)])
    assert chart is not None
    assert [tick.label for tick in chart.x.ticks] == ["14:03", "15:03", "16:03"]


# All of them


def test_what_has_nothing_to_say_is_not_drawn() -> None:
    bare = examples.comparison(
        baseline=examples.side("v2", cost_usd=None), candidate=examples.side("v3", cost_usd=None), changes=()
    )
    assert compared_plots(bare, examples.PASS) == NOTHING_DRAWN
    assert run_plots(examples.side("v3", cost_usd=None)) == NOTHING_DRAWN


def test_a_live_comparison_draws_everything_it_has() -> None:
    around = Surroundings(earlier=(earlier(0), earlier(1, place="candidate")))
    plots = compared_plots(live.comparison(), live.verdict(), around)
    assert plots.cost is not None
    assert plots.moves is not None
    for chart in (plots.latency, plots.moves.chart, plots.earlier):
        assert chart is not None
        check(chart)
    assert plots.claims is None


def test_many_slices_are_folded_and_none_that_does_not_pass() -> None:
    many = tuple(replace(examples.SLICES[1], slice=f"tag-{n}") for n in range(50))
    comparison = examples.comparison(slices=many)
    passing = make_view(comparison, replace(examples.PASS, slices=()), {})
    assert (len(passing.slices), passing.slices_shown) == (50, 10)
    bad = tuple((f"tag-{n}", Status.REGRESSED) for n in range(14))
    assert make_view(comparison, replace(examples.PASS, slices=bad), {}).slices_shown == 14
    few = make_view(examples.comparison(), examples.REGRESSED, {})
    assert few.slices_shown == len(few.slices) == 3


def test_the_axis_of_the_slices_is_as_long_as_it_must_be() -> None:
    axis = figures.slices_scale(examples.SLICES, POLICY)
    assert (axis.low, axis.high) == (-0.6, 0.2)
    wild = replace(examples.SLICES[0], lower=float("-inf"), upper=float("inf"))
    assert figures.slices_scale([wild], POLICY).low >= -1.0


def test_a_run_has_its_cost_and_its_middle_answer_in_large() -> None:
    rows = [observed(n, 0.5 + n / 10) for n in range(11)]
    made = run_plots(replace(side_of(rows), cost_usd="0.11")).figures
    assert [(each.name, each.value, each.detail) for each in made] == [
        ("cost", "$0.11", "$0.010 per case"),
        ("latency", "1.0 s", "half of 11 answers took at most this long"),
    ]
    assert made[1].extra == "p95 1.4 s, slowest 1.5 s"


def drawn_of_hostile(text: str) -> str:
    """The pages of a comparison and of a routed run in whose charts others named everything."""
    runs = (earlier(0, what=text, mode=text), earlier(1, what=text, verdict=text, place="candidate"))
    around = Surroundings(earlier=runs)
    shares = tuple(
        ModelShare(model=f"{text} {n}", case_ids=(), planned=3, answered=3, cost_usd="0.1") for n in (1, 2)
    )
    view = make_view(live.comparison(), live.verdict(), {}, Heading(around=around))
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=1, cost_usd="0.2", cost_uncertain_usd="0", wall_s=1.0
    )
    run = make_run_view(examples.info("v3"), totals, (), examples.SCORE)
    plots = run_plots(examples.side("v3", models=shares), around)
    return html.render(view) + html.render_run(replace(run, plots=plots))


@pytest.mark.parametrize("payload", PAYLOADS[:-1])
def test_no_name_in_a_chart_changes_the_structure_of_a_page(payload: str) -> None:
    found, plain = drawn_of_hostile(payload), drawn_of_hostile("plain")
    assert shape(found) == shape(plain)
