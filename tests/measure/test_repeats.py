"""What repeats come to: by hand, by enumeration, and by law."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.asked import average
from harness.compare.exact import Tally
from harness.measure.repeats import METRIC, Metric, agreement_of, repeats_of, usual_metrics, worst_of
from tests.compare.build import Scores, side, tagged

SHAKY: Scores = {"always": [1, 1, 1], "often": [1, 0, 1], "never": [0, 0, 0]}


def numbers(metrics: tuple[Metric, ...]) -> dict[str, float]:
    return {each.name: each.estimate.value for each in metrics if each.estimate}


def test_the_metrics_of_three_cases_by_hand() -> None:
    found = repeats_of(side(SHAKY).observations)
    assert found is not None
    assert numbers(found.metrics) == pytest.approx(
        {"mean": 5 / 9, "pass@3": 2 / 3, "pass^3": 1 / 3, "worst": 1 / 3, "agreement": (1 + 1 / 3 + 1) / 3}
    )
    assert (found.k, found.answers) == (3, 9)
    assert [case.case_id for case in found.flaky] == ["often"]
    assert found.cases[0].case_id == "often"


def test_a_case_that_was_asked_once_is_left_out_of_what_takes_more() -> None:
    found = repeats_of(side({**SHAKY, "once": [1]}).observations, wanted=["mean", "pass@2", "pass^9"])
    assert found is not None
    assert [each.left_out for each in found.metrics] == [0, 1, 4]
    assert found.metrics[2].estimate is None
    assert found.metrics[1].estimate is not None
    assert found.metrics[1].estimate.n == 3


def test_single_answers_have_no_repeats() -> None:
    assert repeats_of(side({"a": [1], "b": [0]}).observations) is None
    assert repeats_of([]) is None


def test_what_was_not_measured_counts_for_nothing() -> None:
    found = repeats_of(side({"a": [1, None, 0], "b": [None, None], "c": [1, 1]}).observations)
    assert found is not None
    assert [(case.case_id, case.answers) for case in found.cases] == [("a", 2), ("c", 2)]


def test_every_tag_has_numbers_of_its_own() -> None:
    found = repeats_of(
        tagged(side(SHAKY), {"always": ("easy",), "often": ("easy", "odd")}).observations, wanted=["mean"]
    )
    assert found is not None
    assert [(each.tag, each.cases) for each in found.tags] == [("easy", 2), ("odd", 1)]
    assert [numbers(each.metrics)["mean"] for each in found.tags] == pytest.approx([5 / 6, 2 / 3])


def test_self_consistency_is_the_share_of_the_commonest_answer() -> None:
    said = {("always", 1): "a", ("always", 2): "a", ("always", 3): "b", ("often", 1): "x", ("often", 2): "y"}
    found = repeats_of(side(SHAKY).observations, said)
    assert found is not None
    by_case = {case.case_id: case.consistency for case in found.cases}
    assert by_case == {"always": pytest.approx(2 / 3), "often": 0.5, "never": None}
    assert numbers(found.metrics)["self_consistency"] == pytest.approx(7 / 12)


def test_a_threshold_decides_what_passed_and_scores_what_is_worst() -> None:
    graded = [replace(o, passed=(o.score or 0) >= 0.5) for o in side({"a": [0.9, 0.6, 0.2]}).observations]
    found = repeats_of(graded)
    assert found is not None
    [case] = found.cases
    assert (case.passed, case.lowest, case.is_flaky) == (2, 0.2, True)
    assert numbers(found.metrics)["worst"] == 0.2


def test_flakiness_has_an_interval_that_holds_it() -> None:
    found = repeats_of(side(SHAKY).observations)
    assert found is not None
    for case in found.cases:
        assert case.flakiness.lower <= case.flakiness.value <= case.flakiness.upper <= 0.25
        assert case.pass_rate.lower <= case.pass_rate.value <= case.pass_rate.upper


@given(st.lists(st.sampled_from([0.0, 0.3, 0.5, 1.0]), min_size=1, max_size=7), st.data())
def test_worst_of_k_is_the_mean_over_all_choices(scores: list[float], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(scores)))
    choices = [min(choice) for choice in combinations(scores, k)]
    assert worst_of(scores, k) == pytest.approx(fsum(choices) / len(choices))


@given(st.lists(st.booleans(), min_size=2, max_size=8))
def test_agreement_is_the_share_of_equal_pairs(passed: list[bool]) -> None:
    pairs = [float(a == b) for a, b in combinations(passed, 2)]
    assert agreement_of(Tally(passed=sum(passed), asked=len(passed))) == pytest.approx(average(tuple(pairs)))


def test_more_cannot_be_drawn_than_there_is() -> None:
    with pytest.raises(ValueError, match="3 answers cannot be drawn from 2"):
        worst_of([1.0, 0.0], 3)


def test_names_of_metrics_are_told_from_others() -> None:
    assert all(METRIC.fullmatch(name) for name in usual_metrics(5))
    assert not any(METRIC.fullmatch(name) for name in ("pass", "pass@0", "pass@1000", "best", "pass^"))
