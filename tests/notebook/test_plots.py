"""The plots of a comparison: the values of its report, drawn so that every text is shown as it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import harness
from harness.compare.comparison import Comparison
from harness.compare.cost_split import CostSplit, Part
from harness.errors import UsageError
from harness.gate.judge import judge
from harness.gate.verdict import Verdict
from harness.notebook.contrast import Contrast
from harness.notebook.plots.charts import draw_chart
from harness.notebook.plots.contrasts import plot_pareto
from harness.notebook.plots.histories import plot_cost_daily, plot_history
from harness.notebook.plots.ink import DARK, LIGHT, Ink
from harness.notebook.plots.lettering import lettered
from harness.notebook.plots.rows import draw_bars, draw_forest
from harness.pipeline.comparing import Compared
from harness.pipeline.weighing import offers_of
from harness.report.charts.chart import Bar, Chart, Dot, Line, Rule, Table
from harness.report.charts.rows import BarRow, Bars, Forest, ForestRow
from harness.report.charts.scale import linear, logarithmic
from harness.report.views.offers import Offered
from harness.report.views.past import PastSuite
from harness.store.duck import writing
from tests.notebook.conftest import Explored
from tests.report import examples, live
from tests.report.hostile import PAYLOADS, nasty

PLOTS = ("effect", "forest", "changes", "cost", "latency", "calibration")
STATUSES: dict[str, tuple[Comparison, Verdict]] = {
    "regressed": (examples.comparison(), examples.REGRESSED),
    "inconclusive": (examples.unsure(), examples.INCONCLUSIVE),
    "pass": (examples.well(), examples.PASS),
    "not_measured": (examples.outage(), examples.NOT_MEASURED),
    "live": (live.comparison(), judge(live.comparison(), live.POLICY)),
}


@pytest.fixture(autouse=True)
def _agg() -> Iterator[None]:
    with mpl.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def contrast(comparison: Comparison, verdict: Verdict) -> Contrast:
    return Contrast(
        Compared(
            baseline=examples.info("v2"),
            candidate=examples.info("v3"),
            comparison=comparison,
            verdict=verdict,
            answers=examples.ANSWERS,
        ),
        Path("nowhere.duckdb"),
    )


def drawn(shown: Contrast, name: str, ax: Axes | None = None) -> Axes:
    return cast("Axes", getattr(shown, f"plot_{name}")(ax))


def texts(ax: Axes) -> list[Text]:
    return [each for each in cast("list[Text]", ax.findobj(Text)) if each.get_text()]


@pytest.mark.parametrize(
    "status",
    [
        "regressed",
        "not_measured",
        "live",
        pytest.param("pass", marks=pytest.mark.slow),  # the paths of the others
        pytest.param("inconclusive", marks=pytest.mark.slow),
    ],
)
def test_every_plot_is_drawn_on_every_status_without_a_warning(status: str) -> None:
    shown = contrast(*STATUSES[status])
    figure, rows = plt.subplots(len(PLOTS), layout="constrained", figsize=(7, 20), dpi=40)
    for ax, name in zip(rows, PLOTS, strict=True):
        assert drawn(shown, name, ax) is ax
        assert ax.get_title(loc="left")
    figure.draw_without_rendering()


def test_the_effect_is_the_interval_of_the_comparison_against_the_margin() -> None:
    comparison, verdict = STATUSES["regressed"]
    ax = drawn(contrast(comparison, verdict), "effect")
    quality = comparison.quality
    assert quality is not None
    across = [list(line.get_xdata()) for line in ax.lines]  # type: ignore[arg-type]  # the stubs leave it open
    assert [quality.lower, quality.upper] in across
    assert [quality.difference] in across
    assert [-verdict.policy.quality_margin] * 2 in across
    assert [each.get_text() for each in ax.get_xticklabels()] == ["−10", "−5", "0", "+5", "+10"]


def test_slices_stand_in_the_order_of_the_report() -> None:
    shown = contrast(*STATUSES["regressed"])
    ax = drawn(shown, "forest")
    names = [each.get_text().partition(" ")[0] for each in ax.get_yticklabels()]
    assert names == [each.name for each in shown.view.slices]
    assert names == ["urdu", "refund", "orders"]


def test_bars_lines_and_dots_are_those_of_the_view() -> None:
    shown = contrast(*STATUSES["live"])
    moves, latency = shown.view.plots.moves, shown.view.plots.latency
    assert moves is not None
    assert moves.chart is not None
    assert latency is not None
    bars = cast("list[Rectangle]", drawn(shown, "changes").patches)
    assert [bar.get_height() for bar in bars] == [each.top for each in moves.chart.bars]
    ax = drawn(shown, "latency")
    lines = [[tuple(point) for point in np.asarray(line.get_xydata())] for line in ax.lines[:2]]
    assert lines == [list(each.points) for each in latency.lines]
    assert [each.get_text() for each in ax.get_xticklabels()] == [tick.label for tick in latency.x.ticks]


def test_the_steps_of_a_waterfall_go_from_one_side_to_the_other() -> None:
    parts = (
        Part(name="price", usd=Decimal("-0.0002"), points=-0.2, share=2.0, ratio=0.8),
        Part(name="output", usd=Decimal("0.0001"), points=0.1, share=-1.0, ratio=1.1),
    )
    split = CostSplit(
        n=40,
        unknown=0,
        before=Decimal("0.001"),
        after=Decimal("0.0009"),
        change=Decimal("-0.0001"),
        parts=parts,
    )
    shown = contrast(examples.comparison(cost_split=split), examples.REGRESSED)
    ax = drawn(shown, "cost")
    bars = cast("list[Rectangle]", ax.patches)
    assert [bar.get_width() for bar in bars] == pytest.approx([0.001, -0.0002, 0.0001, 0.0009])
    names = [each.get_text() for each in ax.get_yticklabels()]
    assert (names[0], names[-1]) == ("baseline", "candidate")


def test_the_past_of_a_suite_is_drawn_run_by_run(kept: Explored) -> None:
    lab = kept.lab()
    ax = lab.plot_history()
    assert "2 runs" in " ".join(each.get_text() for each in texts(ax))
    spots = [line.get_ydata() for line in ax.lines if line.get_marker() != "None"]
    assert sorted(float(np.asarray(each)[0]) for each in spots) == pytest.approx([2 / 3, 1.0])
    assert lab.plot_cost_daily("tiny").get_title(loc="left") == "Cost per day, tiny"


def test_quality_stands_against_cost_model_by_model(kept: Explored) -> None:
    contrast = kept.lab().compare(kept.baseline, kept.candidate)
    offers = offers_of(contrast.compared, kept.folder / "reports/harness.duckdb").offers
    ax = contrast.plot_pareto()
    spots = [np.asarray(line.get_xydata())[0].tolist() for line in ax.lines if line.get_marker() != "None"]
    assert sorted(spots) == sorted([each.cost, each.score.mean] for each in offers)
    nothing = plot_pareto(Offered(offers=offers[:1], left_out=()), None)
    assert nothing.get_title(loc="left") == "Quality against cost"
    with pytest.raises(UsageError, match="no verdict compares two models of 'tiny'; name two runs"):
        kept.lab().plot_pareto("tiny")


def test_a_suite_has_to_be_named_where_there_are_several_or_none(kept: Explored, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no run of 'other'; there are runs of tiny"):
        kept.lab().plot_history("other")
    with writing(tmp_path / "results.duckdb"):
        pass
    with pytest.raises(UsageError, match=r"which suite\? there are runs of none"):
        harness.load(tmp_path / "results.duckdb").plot_history()


def test_a_plot_changes_no_setting_of_matplotlib() -> None:
    before = dict(mpl.rcParams)
    drawn(contrast(*STATUSES["regressed"]), "forest")
    assert dict(mpl.rcParams) == before


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"matplotlib is not installed; .*prompt-harness\[notebook\]"):
        contrast(*STATUSES["pass"]).plot_effect()


CHART = Chart(
    name="all",
    title="a $x$ title",
    says="says $y$",
    x=linear([0, 1], "across $x$"),
    y=logarithmic([1, 100], "up $y$"),
    table=Table(heads=(), rows=()),
    lines=(Line(name="a", role="before", points=((0.0, 1.0), (1.0, 10.0))),),
    dots=(Dot(name="b", role="bad", x=0.9, y=10.0, low=2.0, high=50.0, left=0.2, right=1.0, label="$z$"),),
    bars=(Bar(name="c", role="quiet", left=0.2, right=0.4, top=20.0, bottom=1.0),),
    rules=(Rule(name="$r$", at=0.8), Rule(name="$s$", at=20.0, along="y")),
    key=(("before", "$k$"),),
)


def all_drawn(said: Sequence[str]) -> list[Axes]:
    """Each kind of plot, with all of these wherever there are names."""
    first = said[0]
    chart = replace(
        CHART,
        title=first,
        says=first,
        dots=tuple(replace(CHART.dots[0], label=each) for each in said),
        rules=tuple(replace(CHART.rules[n % 2], name=each) for n, each in enumerate(said)),
        key=(("before", first),),
    )
    scale = linear([-1, 1], first)
    interval = ForestRow(name="", role="bad", lower=float("-inf"), point=0.0, upper=2.0, cells=())
    intervals = tuple(replace(interval, name=each, cells=(each, each)) for each in said)
    steps = tuple(BarRow(name=each, role="bad", start=0.0, stop=1.0, cells=(each,)) for each in said)
    forest = Forest(name="f", title=first, heads=(), scale=scale, zero=0.0, margin=-0.5, rows=intervals)
    figure, (one, two, three) = plt.subplots(1, 3, figsize=(9, 6), dpi=40)
    made = [
        draw_chart(chart, one),
        draw_forest(forest, two, first),
        draw_bars(Bars(name="b", title=first, heads=(), scale=scale, rows=steps), three, first),
    ]
    figure.draw_without_rendering()
    return made


def test_names_are_shown_as_text_whatever_is_in_them() -> None:
    said = ["$\\frac{a}{b}$", "$a", "a_b^c $x$ $y$", "_hidden", "two\nlines", "日本語 🎉", *PAYLOADS]
    for ax in all_drawn(said):
        found = texts(ax)
        assert not any(each.get_parse_math() for each in found)
        told = " ".join(each.get_text() for each in found)
        assert all(lettered(each, 30).removesuffix("…") in told for each in said)


@pytest.mark.slow  # the test before has the worst of them
@settings(max_examples=20)
@given(said=st.lists(nasty, min_size=1, max_size=5))
def test_no_text_breaks_a_plot(said: list[str]) -> None:
    for ax in all_drawn(said):
        for each in texts(ax):
            assert not {"\u202e", "\x1b", "\x00"} & set(each.get_text())
    plt.close("all")


@settings(max_examples=15)
@given(text=st.text(max_size=200))
def test_a_name_is_one_short_line(text: str) -> None:
    shown = lettered(text)
    assert len(shown) <= 60
    assert "\n" not in shown
    assert lettered(shown) == shown


def luminance(colour: str) -> float:
    red, green, blue = ((c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ink", "ground"), [(LIGHT, "#ffffff"), (DARK, "#000000"), (DARK, "#202226")])
def test_every_colour_can_be_read_on_its_ground(ink: Ink, ground: str) -> None:
    for name in ("ink", "quiet", "red", "green", "amber", "violet"):
        low, high = sorted((luminance(getattr(ink, name)), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, name


def test_on_a_dark_ground_letters_are_light() -> None:
    with plt.style.context("dark_background"):
        ax = drawn(contrast(*STATUSES["regressed"]), "forest")
    assert {each.get_color() for each in ax.get_yticklabels()} == {DARK.ink}


def test_where_a_suite_has_no_past_the_axes_say_so() -> None:
    past = PastSuite(
        suite="tiny", runs=(), in_all=0, since=datetime(2026, 11, 21, tzinfo=UTC), flaky=(), flaky_in_all=0,
        days=(), drifted=(), not_tested=0,
    )  # fmt: skip
    assert plot_history(past, None).get_title(loc="left") == "Scores of tiny"
    assert plot_cost_daily(past, None).get_title(loc="left") == "Cost of tiny"
