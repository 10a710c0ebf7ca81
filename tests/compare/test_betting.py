"""Evidence that may be looked at all the time: what it is worth, and how seldom it is wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from harness.compare.betting import (
    drop_e_value,
    drop_e_values,
    first_crossing,
    highest_e_value,
    losses_needed,
    mcnemar_e_value,
)
from tests.compare.throws import chance_of_crossing

HISTORY = st.lists(st.floats(-1, 1), max_size=12)
MARGIN = st.floats(0.01, 0.5)


def plainly(differences: list[float], margin: float) -> float:
    """The formula as it is written down."""
    stakes = np.geomspace(0.01, 0.95, 24)
    products = [math.prod(1 + 0.999 * s * (-d - margin) / (1 + margin) for d in differences) for s in stakes]
    return float(sum(products) / len(products))


@given(HISTORY, MARGIN)
def test_it_is_the_mean_of_the_gamblers(history: list[float], margin: float) -> None:
    assert drop_e_value(history, margin) == pytest.approx(plainly(history, margin))


@given(HISTORY, MARGIN, st.floats(0, 1), st.floats(0, 1))
def test_where_the_drop_is_the_margin_no_bet_gains_on_average(
    history: list[float], margin: float, worse: float, better: float
) -> None:
    """Two outcomes, one below a drop of the margin and one above, mixed so that the mean drop is the margin."""
    low, high = -margin - worse * (1 - margin), -margin + better * (1 + margin)
    if high - low < 1e-6:
        return
    chance_of_low = (high + margin) / (high - low)
    after = chance_of_low * drop_e_value([*history, low], margin)
    after += (1 - chance_of_low) * drop_e_value([*history, high], margin)
    assert after <= drop_e_value(history, margin) * (1 + 1e-9)


@given(HISTORY, MARGIN)
def test_the_order_changes_only_the_way(history: list[float], margin: float) -> None:
    assert drop_e_value(sorted(history), margin) == pytest.approx(drop_e_value(history, margin))


def test_a_catastrophe_stops_everything_after_a_few_cases() -> None:
    assert first_crossing([-1.0] * 50, 0.05) == 12
    assert first_crossing([-1.0] * 50, 0.05, every=10) == 20
    assert first_crossing([-1.0] * 13, 0.05, every=10) == 13


def test_nothing_that_differs_stops_nothing() -> None:
    assert first_crossing([0.0] * 10_000, 0.05) is None
    assert first_crossing([], 0.05) is None
    assert drop_e_value([], 0.05) == 1


def test_the_highest_value_stays_after_the_money_is_lost() -> None:
    there_and_back = [-1.0] * 12 + [1.0] * 100
    assert highest_e_value(there_and_back, 0.05) == drop_e_value([-1.0] * 12, 0.05) >= 100
    assert drop_e_value(there_and_back, 0.05) < 0.1
    assert highest_e_value([1.0], 0.05) == 1


def test_hundred_thousand_losses_overflow_nothing() -> None:
    logs = drop_e_values([-1.0] * 100_000, 0.05)
    assert 50_000 < logs[-1] < 100_000
    assert drop_e_value([-1.0] * 100_000, 0.05) == math.inf
    assert drop_e_value([1.0] * 100_000, 0.05) < 1e-100


@pytest.mark.parametrize("margin", [0.05, 0.10])
def test_a_drop_of_the_margin_is_hardly_ever_taken_for_a_catastrophe(margin: float) -> None:
    """Ville: at most 1 in 100 of endless looks. 1000 sequences of 200 cases that lose, tie or gain."""
    rng = np.random.default_rng(11)
    worlds = rng.choice([-1.0, 0.0, 1.0], p=[0.1 + margin, 0.8 - margin, 0.1], size=(1000, 200))
    stopped = sum(first_crossing(world.tolist(), margin) is not None for world in worlds)
    assert stopped <= 10 + 3 * math.sqrt(10)


@pytest.mark.parametrize(("differences", "margin"), [([1.5], 0.05), ([math.nan], 0.05), ([0.0], -0.1)])
def test_values_out_of_range_are_refused(differences: list[float], margin: float) -> None:
    with pytest.raises(ValueError, match="must be in"):
        drop_e_values(differences, margin)


def test_looking_never_is_refused() -> None:
    with pytest.raises(ValueError, match="every 0"):
        first_crossing([0.0], 0.05, every=0)


@pytest.mark.parametrize(
    ("losses", "gains", "value"),
    [(0, 0, 1.0), (5, 0, 10.5), (6, 0, 18.142857), (7, 0, 31.875), (8, 1, 11.255556), (10, 2, 9.440559),
     (12, 4, 4.132450), (20, 8, 5.884463)],
)  # fmt: skip
def test_losses_and_gains_have_their_reference_value(losses: int, gains: int, value: float) -> None:
    assert mcnemar_e_value(losses, gains) == pytest.approx(value, abs=5e-7)


@given(st.integers(0, 60), st.integers(0, 60))
def test_it_is_the_likelihood_of_an_unfair_coin_over_that_of_a_fair_one(losses: int, gains: int) -> None:
    def ratio(theta: float) -> float:
        return float((2 * theta) ** losses * (2 * (1 - theta)) ** gains)

    assert mcnemar_e_value(losses, gains) == pytest.approx(2 * quad(ratio, 0.5, 1, limit=200)[0], rel=1e-6)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_fair_coin_gains_nothing_on_average(losses: int, gains: int) -> None:
    after = (mcnemar_e_value(losses + 1, gains) + mcnemar_e_value(losses, gains + 1)) / 2
    assert after == pytest.approx(mcnemar_e_value(losses, gains), rel=1e-9)


@pytest.mark.parametrize(
    ("gains", "for_20", "for_100"),
    [(0, 7, 9), (1, 10, 13), (2, 12, 15), (3, 14, 18), (4, 16, 20), (5, 18, 22)],
)
def test_so_many_losses_are_needed(gains: int, for_20: int, for_100: int) -> None:
    assert (losses_needed(gains, 20), losses_needed(gains, 100)) == (for_20, for_100)
    assert mcnemar_e_value(for_20 - 1, gains) < 20 <= mcnemar_e_value(for_20, gains)


def test_nothing_is_needed_where_nothing_is_asked() -> None:
    assert losses_needed(0, 1.0) == 0


def test_in_400_fair_throws_an_e_value_of_20_is_reached_as_seldom_as_simulated() -> None:
    """Ville allows 0.05."""
    crossed = chance_of_crossing(throws=400, at=20)
    assert crossed == pytest.approx(0.0325, abs=0.006)
    assert crossed <= 0.05


def test_many_losses_and_many_gains_overflow_nothing() -> None:
    assert mcnemar_e_value(5000, 0) == math.inf
    assert mcnemar_e_value(0, 5000) == pytest.approx(1 / 5001)
    assert mcnemar_e_value(1, 60_000) == pytest.approx(0, abs=1e-4)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        mcnemar_e_value(-1, 0)
