"""Who is asked how often: the flaky more often, nobody too often."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.allocation import History, allocate, history_of

HISTORIES = st.lists(
    st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=60
)


def named(counts: list[tuple[int, int]]) -> dict[str, History]:
    return {f"c{i}": History(total=float(c), answers=n) for i, (c, n) in enumerate(counts)}


def test_a_history_of_no_failures_is_not_taken_for_certainty() -> None:
    assert history_of([1.0] * 10).variance == pytest.approx(10.5 / 11 * 0.5 / 11)


def test_flaky_cases_are_asked_more_often() -> None:
    history = named([(10, 10)] * 8 + [(5, 10)] * 2)
    repeats = allocate(history, dict.fromkeys(history, 1), most=5, mean=2.0, seed="s")
    assert sum(repeats.values()) == 20
    assert max(repeats[f"c{i}"] for i in range(8)) == 2
    assert {repeats["c8"], repeats["c9"]} == {4}


def test_where_all_cases_are_alike_the_seed_picks_those_that_are_asked_once_more() -> None:
    history = named([(10, 10)] * 10)
    one, other = (
        allocate(history, dict.fromkeys(history, 1), most=5, mean=2.5, seed=seed) for seed in ("s", "t")
    )
    assert sorted(one.values()) == sorted(other.values()) == [2] * 5 + [3] * 5
    assert one != other


def test_a_case_without_history_is_asked_as_seldom_as_allowed() -> None:
    history = named([(5, 10)])
    assert allocate(history, {"c0": 1, "new": 2}, most=5, mean=5.0, seed="s") == {"c0": 5, "new": 2}


def test_the_least_is_asked_even_beyond_the_mean() -> None:
    history = named([(5, 10)] * 4)
    assert set(allocate(history, dict.fromkeys(history, 3), most=5, mean=1.5, seed="s").values()) == {3}


@given(HISTORIES, st.integers(1, 2), st.sampled_from([1.0, 2.0, 2.5, 4.0, 5.0]))
def test_repeats_stay_within_their_bounds_and_follow_the_deviation(
    counts: list[tuple[int, int]], least: int, mean: float
) -> None:
    history = named(counts)
    repeats = allocate(history, dict.fromkeys(history, least), most=5, mean=mean, seed="s")
    assert all(least <= k <= 5 for k in repeats.values())
    assert sum(repeats.values()) <= max(least, mean) * len(repeats)
    for case, old in history.items():
        assert all(repeats[case] >= repeats[o] - 1 for o in history if history[o].variance <= old.variance)


def test_a_mean_of_the_most_asks_everyone_that_often() -> None:
    history = named([(10, 10), (5, 10), (0, 3)])
    assert set(allocate(history, dict.fromkeys(history, 1), most=5, mean=5.0, seed="s").values()) == {5}
    assert math.isclose(history["c2"].variance, 0.5 / 4 * 3.5 / 4)
