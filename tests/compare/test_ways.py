"""What would decide, and what that takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.compare.comparison import Comparison, compare
from harness.compare.needs import Decide
from harness.compare.observation import Side
from harness.compare.planner import Question
from harness.compare.ways import more_answers, more_cases
from harness.gate.judge import judge
from harness.gate.verdict import Status
from harness.suite.policy import Policy
from tests.compare.build import Scores, side, with_each

POLICY = Policy(quality_margin=0.03, cost_margin=None, latency_margin=None)


WIDE = Question(n=120, se=0.03, distance=0.06)


def suite(flaky: int, steady: int, turn: Sequence[Sequence[float]]) -> Scores:
    """`flaky` cases whose answers go through `turn`, and some that always pass."""
    return {
        **{f"f{i:03}": turn[i % len(turn)] for i in range(flaky)},
        **{f"s{i:03}": [1.0] * len(turn[0]) for i in range(steady)},
    }


def priced(scores: Scores, name: str, **changes: object) -> Side:
    whole = with_each(side(scores, name), cost=0.001, latency=0.5)
    return replace(whole, **changes)  # type: ignore[arg-type]  # named by the test


def undecided(**changes: object) -> Comparison:
    """120 cases, 60 of them flaky: as many up as down, asked three times on both sides."""
    before = suite(60, 60, [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    after = suite(60, 60, [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    return compare(priced(before, "a", **changes), priced(after, "b"), POLICY)


def decide_of(comparison: Comparison) -> Decide:
    found = judge(comparison, POLICY)
    assert found.status is Status.INCONCLUSIVE
    assert found.decide is not None
    return found.decide


def test_with_a_bank_repeats_are_named_only_where_more_of_the_candidate_alone_would_do() -> None:
    decide = decide_of(undecided(runs=("r1", "r2")))
    alone = [way.more for way in decide.ways if way.kind == "repeats"]
    assert decide.repeats == (3 + alone[0] if alone else 0)


def test_where_the_bank_is_large_more_answers_of_the_candidate_alone_would_decide() -> None:
    before = suite(60, 60, [[1.0, 0.0] * 10])
    after = suite(60, 60, [[1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    decide = decide_of(compare(priced(before, "a", runs=("r1", "r2")), priced(after, "b"), POLICY))
    [alone] = [way for way in decide.ways if way.kind == "repeats"]
    assert decide.repeats == 2 + alone.more
    assert alone.calls == 60 * alone.more


def test_flaky_cases_alone_are_asked_again_with_calls_money_and_time() -> None:
    decide = decide_of(undecided())
    cases, repeats = decide.ways
    assert (cases.kind, cases.more) == ("cases", decide.cases - 120)
    assert cases.calls == cases.more * 6
    assert cases.cost_usd == decide.cost_usd
    assert (repeats.kind, repeats.of_cases) == ("repeats", 60)
    assert repeats.calls == repeats.more * 60 * 2
    assert repeats.cost_usd == f"{0.001 * repeats.calls:.4f}"
    assert repeats.busy == pytest.approx(0.5 * repeats.calls)
    assert repeats.calls < cases.calls


def test_what_is_excluded_already_is_the_lower_bound() -> None:
    comparison = undecided()
    assert comparison.quality is not None
    assert decide_of(comparison).excluded == -comparison.quality.lower


def test_the_repeats_asked_for_are_enough_and_one_fewer_are_not() -> None:
    way = more_answers(undecided(), WIDE, alpha=0.05)
    assert way is not None

    def noise(more: int) -> float:
        return 60 * (1 / 3) * 2 / (3 + more) / 120**2

    allowed = (0.06 / 2.486475) ** 2 / 1.1 - (WIDE.se**2 - noise(0))
    assert noise(way.more) <= allowed < noise(way.more - 1)


def test_with_a_bank_the_candidate_alone_is_asked() -> None:
    both = more_answers(undecided(), WIDE, alpha=0.05)
    banked = more_answers(undecided(runs=("old", "older")), WIDE, alpha=0.05)
    assert both is not None
    assert banked is not None
    assert banked.kind == "repeats"
    assert banked.calls == banked.more * 60
    assert banked.more >= both.more


def test_where_old_samples_are_the_noise_the_bank_has_to_grow() -> None:
    comparison = undecided(runs=("old",))
    tight = Question(n=120, se=0.03, distance=0.0525)
    found = more_answers(comparison, tight, alpha=0.05)
    assert found is not None
    assert found.kind == "bank"
    assert found.calls == 2 * found.more * 60


def test_where_no_number_of_answers_would_do_none_is_named() -> None:
    assert more_answers(undecided(), Question(n=120, se=0.5, distance=0.05), alpha=0.05) is None


def test_answers_that_never_differ_or_came_once_name_no_flaky_case() -> None:
    steady = suite(0, 40, [[1.0, 1.0]])
    once = {f"c{i}": [float(i % 2)] for i in range(40)}
    for scores in (steady, once):
        comparison = compare(side(scores), side(scores), POLICY)
        assert more_answers(comparison, Question(n=40, se=0.02, distance=0.05), alpha=0.05) is None


def test_a_side_asked_once_borrows_what_the_other_shows() -> None:
    bank = side(suite(20, 20, [[1.0, 0.0, 1.0, 1.0, 0.0]]))
    once = side({case: [1.0] for case in suite(20, 20, [[1.0]])})
    comparison = compare(replace(bank, runs=("old",)), once, POLICY)
    found = more_answers(comparison, Question(n=40, se=0.1, distance=0.25), alpha=0.05)
    assert found is not None
    assert (found.kind, found.of_cases, found.cost_usd, found.busy) == ("repeats", 20, None, None)


def test_what_has_no_price_or_no_time_gets_none() -> None:
    comparison = compare(side({"a": [1.0]}), priced({"a": [1.0]}, "b", cost_usd=None), POLICY)
    way = more_cases(comparison, 10)
    assert (way.calls, way.cost_usd, way.busy) == (20, None, None)
    assert math.isclose(
        more_cases(compare(priced({"a": [1.0]}, "a"), priced({"a": [1.0]}, "b"), POLICY), 10).busy or 0, 10.0
    )


def test_unmeasured_answers_and_rounding_make_no_case_flaky() -> None:
    scores: Scores = {f"c{i}": [0.7, 0.7, None, 0.7] for i in range(40)}
    comparison = compare(side(scores), side(scores), POLICY)
    assert more_answers(comparison, Question(n=40, se=0.02, distance=0.05), alpha=0.05) is None
