"""What a page tells beside its own runs: those before them, and never those that would mislead."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.compare.comparison import Comparison, compare
from harness.gate.verdict import Status
from harness.pipeline import surrounding
from harness.pipeline.surrounding import around_pair, around_run
from harness.record import RunInfo
from harness.report.views.plots import Surroundings
from harness.store.read import find_run, read_side
from harness.store.scores import read_scores
from harness.suite.policy import Policy
from tests.pipeline.test_looking_back import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def run(shelf: Shelf, name: str) -> RunInfo:
    return find_run(shelf.store, name)


def compared(shelf: Shelf, before: str, after: str) -> Comparison:
    return compare(read_side(shelf.store, before), read_side(shelf.store, after), Policy())


def around(shelf: Shelf, before: str, after: str) -> Surroundings:
    pair = run(shelf, before), run(shelf, after)
    return around_pair(shelf.store, pair, compared(shelf, before, after), Status.REGRESSED)


def test_runs_stand_in_order_with_this_page_s_marked_and_later_ones_left_out(shelf: Shelf) -> None:
    for number, name in enumerate(("one", "two", "three", "four")):
        shelf.put(name, "v1" if number < 2 else "v2", 12 - number)
    found = around(shelf, "two", "three").earlier
    assert [(each.run_id, each.place, each.verdict) for each in found] == [
        ("one", "", ""),
        ("two", "baseline", ""),
        ("three", "candidate", "REGRESSED"),
    ]
    assert [each.score for each in found] == [
        read_scores(shelf.store, ["one", "two", "three"])[each.run_id] for each in found
    ]
    assert found[0].what == "v1 on claude-opus-5-5"


def test_a_choice_of_cases_is_no_earlier_score_unless_it_is_on_the_page(shelf: Shelf) -> None:
    shelf.put("whole", "v1", 11)
    shelf.put("suspects", "v1", 3, purpose="rerun")
    shelf.put("again", "v2", 4, purpose="confirm")
    shelf.put("newest", "v2", 9, purpose="screen")
    assert [each.run_id for each in around_run(shelf.store, run(shelf, "newest")).earlier] == [
        "whole",
        "newest",
    ]
    shown = around_run(shelf.store, run(shelf, "again")).earlier
    assert [(each.run_id, each.place) for each in shown] == [("whole", ""), ("again", "run")]
    assert shown[-1].mode == "live, confirm"


def test_an_old_baseline_stays_in_sight_however_many_runs_came_since(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surrounding, "MOST_RUNS", 4)
    shelf.put("blessed", "v1", 12)
    for number in range(6):
        shelf.put(f"run-{number}", "v2", 11)
    found = around(shelf, "blessed", "run-5").earlier
    assert [each.run_id for each in found] == ["blessed", "run-3", "run-4", "run-5"]
    assert [each.place for each in found] == ["baseline", "", "", "candidate"]


def test_bills_are_of_each_side(shelf: Shelf) -> None:
    shelf.put("one", "v1", 12)
    shelf.put("two", "v2", 12)
    bills = around(shelf, "one", "two").bills
    assert [(float(each.uncertain_usd), each.judges_usd and float(each.judges_usd), each.judge_calls) for each in bills] == [
        (0.0, 0.0, 0), (0.0, 0.0, 0),
    ]  # fmt: skip
    assert len(around_run(shelf.store, run(shelf, "one")).bills) == 1
