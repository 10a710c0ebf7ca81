"""How many cases, repeats and calls: the published figures, and what must hold of all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.components import NO_COMPARISON, Between, Components, Within
from harness.compare.sizing import (
    Sampling,
    cases_for,
    chance_of_alarm,
    chance_of_pass,
    least_cases_to_pass,
    smallest_drop,
    useful_repeats,
    variance_of,
    with_repeats,
)

ONCE = Sampling(baseline=1, candidate=1)
THRICE = Sampling(baseline=3, candidate=3)
BANK_ONCE = Sampling(baseline=10, candidate=1, bank=True)
BANK_THRICE = Sampling(baseline=10, candidate=3, bank=True)


def known(
    within: float, *, between: float = 0.0, alike: float = 0.0, cluster_size: float = 1.0, mean: float = 0.9
) -> Components:
    side = Within(variance=within, samples=1000, cases=100)
    return Components(
        mean=mean,
        baseline=side,
        candidate=side,
        between=Between(variance=between, alike=alike, comparisons=1),
        cluster_size=cluster_size,
    )


NOMINAL, REAL = known(0.0775), known(0.0295)
TABLE = {
    30: ((17.9, 11.0), (10.3, 6.4), (13.3, 8.2), (8.3, 5.1)),
    100: ((9.8, 6.0), (5.7, 3.5), (7.3, 4.5), (4.6, 2.8)),
    300: ((5.7, 3.5), (3.3, 2.0), (4.2, 2.6), (2.6, 1.6)),
    1000: ((3.1, 1.9), (1.8, 1.1), (2.3, 1.4), (1.4, 0.9)),
}


@pytest.mark.parametrize("n", TABLE)
@pytest.mark.parametrize(("place", "sampling"), list(enumerate((ONCE, THRICE, BANK_ONCE, BANK_THRICE))))
def test_the_smallest_drop_is_the_published_table(n: int, place: int, sampling: Sampling) -> None:
    for components, points in zip((NOMINAL, REAL), TABLE[n][place], strict=True):
        assert 100 * smallest_drop(components, sampling, n, alpha=0.05) == pytest.approx(points, abs=0.06)


def test_cases_hold_a_tenth_in_reserve_over_millers_example() -> None:
    miller = known(0.0, between=1 / 9)
    assert cases_for(miller, ONCE, 0.03, alpha=0.025) == math.ceil(1.1 * 968.9975)


CHANCES = [
    (NOMINAL, 0.05, {30: 9, 50: 35, 100: 77, 200: 98}),
    (REAL, 0.05, {30: 3, 50: 47, 100: 95, 200: 100}),
    (NOMINAL, 0.10, {30: 62, 50: 94}),
    (REAL, 0.10, {30: 82, 50: 99}),
]


@pytest.mark.parametrize(("components", "margin", "percent"), CHANCES)
def test_the_chance_to_pass_is_that_of_the_simulations(
    components: Components, margin: float, percent: dict[int, float]
) -> None:
    for n, share in percent.items():
        found = 100 * chance_of_pass(components, BANK_THRICE, n, margin=margin, alpha=0.05)
        assert found == pytest.approx(share, abs=6), n


def test_so_few_cases_cannot_pass_even_where_no_answer_differs() -> None:
    least = {0.02: 116, 0.03: 77, 0.05: 46, 0.10: 23}
    assert {margin: least_cases_to_pass(margin, alpha=0.05) for margin in least} == least
    still = known(0.0)
    assert chance_of_pass(still, ONCE, 45, margin=0.05, alpha=0.05) == 0
    assert chance_of_pass(still, ONCE, 46, margin=0.05, alpha=0.05) == 1


def test_a_single_cluster_never_passes() -> None:
    assert chance_of_pass(known(0.01, cluster_size=30), ONCE, 30, margin=0.05, alpha=0.05) == 0


def test_clusters_count_as_fewer_cases() -> None:
    alone, together = known(0.05), known(0.05, alike=0.5, cluster_size=5)
    assert cases_for(together, ONCE, 0.05, alpha=0.05) >= 2.9 * cases_for(alone, ONCE, 0.05, alpha=0.05)
    assert smallest_drop(together, ONCE, 100, alpha=0.05) > smallest_drop(alone, ONCE, 100, alpha=0.05)


@given(
    within=st.floats(0.001, 0.25),
    between=st.floats(0, 0.2),
    repeats=st.integers(1, 10),
    drop=st.floats(0.01, 0.3),
)
def test_more_repeats_never_need_more_cases_and_the_cases_asked_for_do_find_the_drop(
    within: float, between: float, repeats: int, drop: float
) -> None:
    components = known(within, between=between)
    sampling, more = with_repeats(ONCE, repeats), with_repeats(ONCE, repeats + 1)
    cases = cases_for(components, sampling, drop, alpha=0.05)
    assert cases_for(components, more, drop, alpha=0.05) <= cases
    assert smallest_drop(components, sampling, cases, alpha=0.05) <= drop * (1 + 1e-9)


def test_repeats_beyond_the_variance_between_cases_buy_nothing() -> None:
    assert useful_repeats(known(0.06, between=0.12), ONCE) == 3
    assert useful_repeats(known(0.06, between=0.0), ONCE) in (9, 10)
    assert useful_repeats(known(0.06, between=0.0), BANK_ONCE) < 9
    assert useful_repeats(known(0.06, between=10.0), BANK_ONCE) == 1


def test_where_nothing_varies_one_repeat_is_enough() -> None:
    assert useful_repeats(known(0.0), ONCE) == 1


def test_a_bank_saves_the_calls_of_the_baseline() -> None:
    assert (THRICE.calls_per_case, BANK_THRICE.calls_per_case) == (6, 3)
    assert variance_of(NOMINAL, BANK_THRICE) < variance_of(NOMINAL, THRICE)


@pytest.mark.parametrize(("threshold", "repeats"), [(0.9, 1), (0.93, 1), (0.9, 3), (0.5, 1)])
def test_a_threshold_alarms_as_often_as_simulated(threshold: float, repeats: int) -> None:
    draw = np.random.default_rng(7)
    chances = np.r_[np.full(70, 0.99), np.full(30, 0.75)]
    within = float((chances * (1 - chances)).mean())
    hits = draw.random((20_000, 100, repeats)) < chances[None, :, None]
    simulated = (hits.mean(axis=(1, 2)) < threshold - 1e-9).mean()
    components = known(within, mean=float(chances.mean()))
    assert chance_of_alarm(threshold, components, 100, repeats) == pytest.approx(simulated, abs=0.02)


def test_a_score_that_never_moves_is_above_the_threshold_or_below_it_for_good() -> None:
    assert chance_of_alarm(0.95, known(0.0, mean=0.9), 100) == 1
    assert chance_of_alarm(0.90, known(0.0, mean=0.9), 100) == 0


def test_without_history_the_change_is_taken_to_be_the_same_in_all_cases() -> None:
    side = Within(variance=0.0775, samples=0, cases=0)
    nothing = Components(mean=0.81, baseline=side, candidate=side, between=NO_COMPARISON)
    assert variance_of(nothing, ONCE) == pytest.approx(0.155)
