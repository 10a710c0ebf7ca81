"""Intervals that are never empty, and differences of two of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.exact import jeffreys
from harness.compare.interval import Value
from harness.measure.estimate import Estimate, Influences, share_of, shift_between, signed_of

shares = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def values(numbers: list[float], per_cluster: int = 1) -> list[Value]:
    return [Value(value=number, cluster=f"c{i // per_cluster}") for i, number in enumerate(numbers)]


def test_independent_yes_and_no_have_jeffreys_interval() -> None:
    found = share_of(values([1.0] * 27 + [0.0] * 3))
    assert (found.lower, found.upper) == jeffreys(27, 30)
    assert (found.value, found.n) == (0.9, 30)


def test_answers_that_belong_together_count_as_fewer() -> None:
    plain, clustered = (share_of(values([1.0] * 24 + [0.0] * 6, size)) for size in (1, 3))
    assert clustered.upper - clustered.lower > plain.upper - plain.lower


@given(shares, st.integers(1, 4))
def test_a_share_lies_in_its_interval_which_is_never_empty(numbers: list[float], size: int) -> None:
    found = share_of(values(numbers, size))
    assert 0 <= found.lower <= found.value <= found.upper <= 1
    assert found.lower < found.upper


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_a_difference_lies_in_its_interval_which_is_never_empty(numbers: list[float]) -> None:
    found = signed_of(values(numbers))
    assert -1 <= found.lower <= found.value <= found.upper <= 1
    assert found.lower < found.upper


def test_a_single_cluster_says_nothing() -> None:
    assert share_of(values([1.0, 0.0], 2)).upper == 1
    assert share_of(values([1.0, 0.0], 2)).lower == 0
    assert signed_of(values([0.5, 0.4], 2)).lower == -1
    assert Influences.of_mean(values([1.0, 0.0], 2)).se == math.inf


def test_five_equal_values_on_both_sides_prove_no_equality() -> None:
    side = share_of(values([1.0] * 5))
    shift = shift_between(side, side, 1.0, 5)
    assert shift.value == 0
    assert shift.lower < -0.1
    assert shift.upper > 0.1
    assert not shift.is_proved


def test_what_moves_together_moves_less_apart() -> None:
    one = Estimate(value=0.5, lower=0.4, upper=0.6, n=100)
    other = Estimate(value=0.6, lower=0.5, upper=0.7, n=100)
    apart, together = (shift_between(one, other, r, 100) for r in (0.0, 0.9))
    assert apart.upper - apart.lower == pytest.approx(2 * 0.02**0.5)
    assert not apart.is_proved
    assert together.is_proved


def test_what_never_moves_moves_with_nothing() -> None:
    still, moving = (Influences.of_mean(values(numbers)) for numbers in ([0.5, 0.5], [0.0, 1.0]))
    assert still.correlation(moving) == 0
    assert moving.correlation(moving) == pytest.approx(1)
    assert still.se == 0
