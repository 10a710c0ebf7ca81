"""The page of a suite's past: what it says, what it draws, and that no name on it is more than text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from harness.gate.verdict import Status
from harness.report.page.history import render_history
from harness.report.views.history import HistoryView, make_history
from harness.report.views.past import BankFound, PastSuite
from harness.report.views.past_charts import DAYS
from tests.report import past
from tests.report.examples import QUALITY
from tests.report.gold import assert_gold, scrubbed
from tests.report.hostile import PAYLOADS, nasty
from tests.report.test_html import shape


def one(found: PastSuite) -> HistoryView:
    return make_history([found])


def hostile(text: str) -> str:
    return render_history(make_history([past.suite(text), past.suite()], others=[text]))


def test_the_page_of_one_suite_looks_as_agreed() -> None:
    assert_gold("history.html", scrubbed(render_history(one(past.suite()))))


def test_the_page_of_several_suites_looks_as_agreed() -> None:
    view = make_history([past.suite(), replace(past.suite(), suite="extract")], others=["old", "older"])
    assert_gold("histories.html", scrubbed(render_history(view)))


@pytest.mark.parametrize("payload", PAYLOADS[:-1])
def test_no_payload_changes_the_structure_of_the_page(payload: str) -> None:
    assert shape(hostile(payload)) == shape(hostile("plain"))


@settings(max_examples=15)
@given(nasty.filter(str.strip).filter(lambda text: text != "triage"))
def test_no_text_changes_the_structure_of_the_page(text: str) -> None:
    assert shape(hostile(text)) == shape(hostile("plain"))


def test_nothing_runs_on_the_page_and_nothing_is_loaded() -> None:
    page = render_history(one(past.suite()))
    assert "<script" not in page
    assert "script-src &#39;none&#39;" in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {"data:,", "#_h1"}
    assert " style=" not in page


def test_runs_of_chosen_cases_are_listed_and_no_part_of_the_trend() -> None:
    [suite] = one(past.suite()).suites
    assert suite.scores is not None
    assert [round(dot.y, 2) for dot in suite.scores.dots] == [0.93, 0.9, 0.86, 0.9, 0.88]
    assert [row.run_id for row in suite.runs][:2] == ["run-6", "run-5"]
    assert "v2 on claude-opus-5-5" in suite.headline or "run-6" in suite.headline


def test_a_new_prompt_is_marked_where_it_first_ran() -> None:
    [suite] = one(past.suite()).suites
    assert suite.scores is not None
    assert [rule.name for rule in suite.scores.rules] == ["v2"]
    assert suite.scores.rules[0].at == 3.5
    assert suite.scores.dots[3].name.startswith("2026-11-05 09:00 v2 on")


def test_marks_that_stand_close_have_one_name() -> None:
    runs = [past.run(number, f"v{number}") for number in range(30)]
    [suite] = one(replace(past.suite(), runs=tuple(runs))).suites
    assert suite.scores is not None
    rules = suite.scores.rules
    named = [rule.at for rule in rules if rule.name]
    assert len(rules) == 29
    assert 4 < len(named) < 9
    assert all(two - one >= 0.13 * len(runs) for one, two in pairwise(named))
    assert [tick.label for tick in suite.scores.x.ticks][:2] == ["1 Nov", "6 Nov"]


def test_both_sides_of_a_gate_stand_beside_each_other_though_they_start_in_one_moment() -> None:
    before, after = past.run(1, "v1"), past.run(1, "v2")
    [suite] = one(replace(past.suite(), runs=(before, after))).suites
    assert suite.scores is not None
    assert [suite.scores.spot(dot).x for dot in suite.scores.dots] == [25.0, 75.0]
    assert [tick.label for tick in suite.scores.x.ticks] == ["09:00", "09:00"]


def test_a_move_is_said_only_where_a_bound_excludes_that_there_is_none() -> None:
    made = past.suite()
    first, last = made.runs[0], made.runs[2]
    rose = replace(QUALITY, difference=0.03, lower=0.01, upper=0.05)
    still = replace(QUALITY, difference=-0.03, lower=-0.08, upper=0.0)
    ways = [
        one(replace(made, drifted=(past.moved(first, last, quality),))).suites[0].variants[-1]
        for quality in (rose, still, None)
    ]
    assert [row.way for row in ways] == ["up", "", ""]
    assert ways[0].moved.startswith("moved up since 2026-11-01: +3.0 points (+1.0 to +5.0) on 120 cases")
    assert ways[1].moved.startswith("no move is proved")
    assert ways[2].moved == "no case is the same in both"


def test_what_is_left_out_is_counted() -> None:
    [suite] = one(past.suite()).suites
    assert suite.more_flaky == 7
    assert suite.more_runs == "50 more: harness history triage --limit 57"
    assert "2 runs without a price not counted" in suite.cost_note
    assert "Not compared: 1 more variant." in suite.moves_note


def test_only_the_newest_days_are_drawn() -> None:
    made = past.suite()
    day = made.days[1]
    days = tuple(replace(day, day=day.day + timedelta(days=number)) for number in range(DAYS + 9))
    [suite] = one(replace(made, days=days)).suites
    assert suite.costs is not None
    assert (len(suite.costs.bars), suite.costs.table.more) == (DAYS, 9)


def test_the_newest_word_on_the_bank_counts() -> None:
    made = past.suite()
    holds = BankFound(cases=40, difference=0.002, p=0.6, stale=False)
    newer = past.run(9, "v2", verdicts=(past.verdict(9, "PASS", label="drift", bank=holds),))
    [suite] = one(replace(made, runs=(*made.runs, newer))).suites
    assert any("its bank still holds" in fact for fact in suite.facts)
    assert any("2 of these runs passed with a real drop within the margin" in fact for fact in suite.facts)
    assert suite.status is Status.PASS


def test_a_suite_without_scores_costs_or_verdicts_says_what_there_is() -> None:
    bare = PastSuite(
        suite="bare",
        runs=(past.run(0, "v1", mean=None),),
        in_all=1,
        since=past.BEGAN,
        flaky=(),
        flaky_in_all=0,
        days=(),
        drifted=(),
        not_tested=0,
    )
    [suite] = one(bare).suites
    assert suite.headline == "No score in 1 run since 2026-11-01."
    assert (suite.scores, suite.costs, suite.cost_note, suite.moves_note, suite.more_runs) == (
        None,
        None,
        "",
        "",
        "",
    )
    assert "<svg" not in render_history(one(bare))


def test_no_suite_at_all_is_no_history() -> None:
    with pytest.raises(ValueError, match="at least one suite"):
        make_history([])


def test_hundreds_of_runs_make_a_page_of_little_more_than_a_hundred_kilobytes() -> None:
    runs = tuple(
        past.run(number, f"v{number // 30}", verdicts=(past.verdict(number, "PASS"),))
        for number in range(400)
    )
    page = render_history(one(replace(past.suite(), runs=runs, in_all=4_000)))
    assert len(page) < 250_000
