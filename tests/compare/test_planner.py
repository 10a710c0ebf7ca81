"""How many cases, how small a change, how many repeats."""

import math

import pytest

from harness.compare.planner import (
    PSEUDO_CASES,
    Question,
    cases_needed,
    cases_to_decide,
    repeats_to_decide,
    smallest_visible,
)


def test_cases_needed_is_millers_example() -> None:
    assert cases_needed(1 / 9, 0.03, alpha=0.025) == pytest.approx(968.9975, abs=1e-4)


def test_cases_needed_for_the_reference_pair() -> None:
    assert math.ceil(cases_needed(0.3938927711338648**2, 0.05, alpha=0.05)) == 384


def test_more_repeats_shrink_the_variance_by_the_known_factors() -> None:
    factors = [round((1 + 2 / k) / 3, 4) for k in range(1, 7)]
    assert factors == [1, 0.6667, 0.5556, 0.5, 0.4667, 0.4444]
    one = cases_needed(1.0, 0.1, alpha=0.05)
    assert [round(cases_needed(f, 0.1, alpha=0.05) / one, 4) for f in factors] == factors


@pytest.mark.parametrize(
    ("n", "variance", "repeats", "points"),
    [
        (30, 0.0775, 1, 17.9),
        (100, 0.0775, 1, 9.8),
        (300, 0.0775, 3, 3.3),
        (1000, 0.0295, 1, 1.9),
        (100, 0.0295, 3, 3.5),
    ],
)
def test_the_smallest_visible_change_is_the_published_table(
    n: int, variance: float, repeats: int, points: float
) -> None:
    se = math.sqrt(2 * variance / repeats / n)
    assert 100 * smallest_visible(se, alpha=0.05) == pytest.approx(points, abs=0.06)


def test_ballast_costs_cases_even_where_nothing_differs() -> None:
    question = Question(n=30, se=0.0, distance=0.05, ballast=PSEUDO_CASES)
    assert cases_to_decide(question, alpha=0.05) == 78


def test_the_cases_asked_for_are_more_than_there_are() -> None:
    assert cases_to_decide(Question(n=500, se=0.001, distance=0.5), alpha=0.05) == 501


def test_cases_asked_for_hold_a_tenth_in_reserve() -> None:
    question = Question(n=100, se=0.03938927711338648, distance=0.05)
    assert cases_to_decide(question, alpha=0.05) == math.ceil(1.1 * 383.687)


def test_repeats_help_where_only_the_repeats_differ() -> None:
    question = Question(n=100, se=0.03, distance=0.05, noise=0.0009)
    assert repeats_to_decide(question, 3, alpha=0.05) == math.ceil(
        3 * 0.0009 / ((0.05 / 2.486475) ** 2 / 1.1)
    )


def test_no_number_of_repeats_does_where_the_cases_differ() -> None:
    assert repeats_to_decide(Question(n=100, se=0.03, distance=0.05, noise=0.0001), 3, alpha=0.05) == 0


def test_single_repeats_cannot_say_whether_more_would_help() -> None:
    assert repeats_to_decide(Question(n=100, se=0.03, distance=0.05), 1, alpha=0.05) == 0


def test_an_absurd_number_of_repeats_is_no_advice() -> None:
    question = Question(n=100, se=0.03, distance=0.05, noise=0.0009 - 0.000367)
    assert repeats_to_decide(question, 3, alpha=0.05) == 0


def test_repeats_asked_for_are_more_than_there_are() -> None:
    assert repeats_to_decide(Question(n=100, se=0.01, distance=0.05, noise=0.0001), 3, alpha=0.05) == 4
