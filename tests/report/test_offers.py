"""Which models may be set beside each other, and on which cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.comparison import Comparison, compare
from harness.compare.observation import Side
from harness.gate.verdict import Status
from harness.record import RunInfo
from harness.report.views.offers import Offered, Rival, offered
from harness.suite.policy import Policy
from tests.compare.build import Scores, side, with_each
from tests.values import run_info

SCORES: Scores = {f"c{number}": [float(number > 2), 1.0] for number in range(10)}


def run(model: str) -> RunInfo:
    return run_info(run_id=model, model=model, model_id=f"claude-{model}")


def priced(scores: Scores, cost: float | None, name: str = "a") -> Side:
    return with_each(side(scores, name), cost=cost, latency=0.5)


def rival(model: str, made: Side, status: Status | None = None) -> Rival:
    return Rival(info=run(model), side=made, status=status)


def found(*rivals: Rival, made: Comparison | None = None) -> Offered:
    compared = made or compare(
        priced(SCORES, 0.004), priced({**SCORES, "only here": [1.0]}, 0.002, "b"), Policy()
    )
    return offered(compared, run("opus"), run("sonnet"), Status.PASS, rivals)


def test_now_new_and_every_other_model_are_told_on_the_same_cases() -> None:
    more = {**SCORES, "another": [0.0, 0.0]}
    offers = found(rival("haiku", priced(more, 0.001), Status.REGRESSED)).offers
    assert [(each.name, each.part, each.status) for each in offers] == [
        ("opus", "now", None),
        ("sonnet", "new", Status.PASS),
        ("haiku", "other", Status.REGRESSED),
    ]
    assert [each.cost for each in offers] == pytest.approx([4.0, 2.0, 1.0])
    assert {each.score.mean for each in offers} == {0.85}
    assert {each.p50 for each in offers} == {0.5}


def test_a_model_that_was_asked_other_cases_is_left_out() -> None:
    fewer = {case: scores for case, scores in SCORES.items() if case != "c5"}
    lost = {**SCORES, "c5": [None, None]}
    edited = with_each(priced(SCORES, 0.001), case_digest="as it is now")
    others = [
        rival("a", priced(fewer, 0.001)),
        rival("b", priced(lost, 0.001)),
        rival("c", edited),
    ]
    made = found(*others)
    assert len(made.offers) == 2
    assert made.left_out == ("a: asked other cases", "b: asked other cases", "c: asked other cases")


def test_a_model_that_was_graded_otherwise_is_left_out() -> None:
    other = replace(priced(SCORES, 0.001), graders='{"equals": 2}')
    assert found(rival("a", other)).left_out == ("a: graded by other graders",)


def test_a_case_in_quarantine_or_lost_on_one_side_is_in_no_number() -> None:
    held = with_each(priced({"held": [0.0, 0.0]}, 9.0), quarantine="until friday")
    before = priced({**SCORES, "lost": [1.0]}, 0.004)
    before = replace(before, observations=(*before.observations, *held.observations))
    after = priced({**SCORES, "lost": [None]}, 0.002, "b")
    after = replace(after, observations=(*after.observations, *held.observations))
    offers = found(made=compare(before, after, Policy())).offers
    assert [each.score.mean for each in offers] == [0.85, 0.85]
    assert [each.cost for each in offers] == pytest.approx([4.0, 2.0])


def test_one_answer_without_a_price_makes_a_model_unpriced() -> None:
    made = priced(SCORES, 0.001)
    first, *others = made.observations
    unpriced = replace(made, observations=(replace(first, cost=None, latency=None), *others))
    assert found(rival("a", unpriced)).offers[2].cost is None


def test_where_nothing_was_measured_on_both_sides_there_is_nothing_to_set_beside() -> None:
    nothing = {case: [None, None] for case in SCORES}
    lost = compare(priced(SCORES, 0.004), priced(nothing, None, "b"), Policy())
    assert found(made=lost).offers == ()


def test_a_model_that_no_answer_of_has_a_time_has_no_median() -> None:
    slow = with_each(priced(SCORES, 0.001), latency=None)
    assert found(rival("a", slow)).offers[2].p50 is None
