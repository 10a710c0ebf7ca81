"""The terminal: verdict first, within its width, harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from harness.report.text import terminal
from harness.report.views.comparison import make_view
from harness.report.views.overview import make_overview
from harness.report.views.parts import RunTotals
from harness.report.views.run import make_run_view
from tests.github.runner import newer_command, older_command
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import nasty
from tests.report.test_safe import forbidden

STATUSES = ("regressed", "inconclusive", "pass", "not_measured")
COPIED = re.compile(r"^(report|next|again|  \.\.\.) ")


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("status", STATUSES)
def test_the_block_looks_as_agreed(status: str, width: int) -> None:
    assert_gold(f"terminal-{status}-{width}.txt", terminal.render(examples.views()[status], width=width))


@pytest.mark.parametrize("status", STATUSES)
@given(width=st.integers(24, 220))
def test_nothing_is_wider_than_asked_but_what_is_copied(status: str, width: int) -> None:
    for line in terminal.render(examples.views()[status], width=width).splitlines():
        assert cell_len(line) <= width or COPIED.match(line) or line.strip() == "reports/triage-v3.html"


@pytest.mark.parametrize("width", [40, 100])
@given(text=nasty)
def test_hostile_text_stays_text(text: str, width: int) -> None:
    shown = terminal.render(examples.hostile_view(text), width=width)
    assert forbidden(shown) <= {"\n"}
    assert not any(older_command(line) or newer_command(line) for line in shown.splitlines())


def test_a_pass_is_one_line_where_there_is_room_and_its_two_sentences() -> None:
    first, *told = terminal.render(examples.views()["pass"], width=200).splitlines()
    assert first.startswith("PASS  triage  v2 -> v3   +0.4 points (-1.9 to +2.8)   cost -3 %")
    assert [each[:19] for each in told] == ["      No regression"]


def test_only_the_status_word_is_painted_and_only_where_asked() -> None:
    view = examples.views()["regressed"]
    plain, painted = (terminal.render(view, colour=colour) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[1;31mREGRESSED\x1b[0m  Quality fell" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize(
    "verdict", [examples.PASS, examples.REGRESSED, examples.INCONCLUSIVE, examples.NOT_MEASURED]
)
def test_synthetic_recordings_are_named_as_such(verdict: object) -> None:
    made = examples.comparison(candidate=examples.side("v3", synthetic=True))
    view = make_view(made, verdict, {})  # type: ignore[arg-type]  # pytest's parameters are objects
    for shown in (terminal.render(view), terminal.render_suites(make_overview([view]))):
        assert "synthetic recordings" in " ".join(shown.split())


def test_several_suites_have_a_line_each_before_all_is_told() -> None:
    views = examples.views()
    overview = make_overview([views["pass"], views["regressed"]], link="reports/index.html")
    assert_gold("terminal-overview.txt", terminal.render_suites(overview, width=100))


def test_a_run_shows_its_score_and_its_accounting() -> None:
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=364, cost_usd="0.15", cost_uncertain_usd="0", wall_s=41
    )
    answers = [*examples.ANSWERS["double-charge-ur"].candidate, *examples.ANSWERS["thank-you"].candidate]
    view = make_run_view(
        examples.info("v3", synthetic=True), totals, answers, examples.SCORE, report="reports/run.html"
    )
    assert_gold("terminal-run.txt", terminal.render_run(view))


def test_wide_characters_are_counted_as_two_columns() -> None:
    view = examples.hostile_view("退款" * 30)
    assert all(
        cell_len(line) <= 60 or COPIED.match(line) for line in terminal.render(view, width=60).splitlines()
    )
