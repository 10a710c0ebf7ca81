"""The ratio of the slow answers."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from harness.compare.asked import by_case
from harness.compare.columns import Pair
from harness.compare.ratio import Ratio
from harness.compare.tails import tail_ratio
from tests.compare.build import observation, side_of


def pairs(before: Sequence[float], after: Sequence[float], *, per_cluster: int = 1) -> list[Pair]:
    one, other = (
        by_case(
            side_of(
                [
                    replace(observation(f"c{i}", 1.0), latency=x, cluster=f"k{i // per_cluster}")
                    for i, x in enumerate(numbers)
                ]
            ).observations
        )
        for numbers in (before, after)
    )
    return [(one[k], other[k]) for k in one]


def ratio(before: Sequence[float], after: Sequence[float], *, per_cluster: int = 1) -> Ratio:
    found = tail_ratio(pairs(before, after, per_cluster=per_cluster), 0.05)
    assert found is not None
    return found


def drawn(n: int, seed: int) -> list[float]:
    return list(np.exp(0.5 * np.random.default_rng(seed).normal(size=n)))


def test_it_is_the_ratio_of_the_percentiles() -> None:
    one, other = drawn(400, 1), drawn(400, 2)
    found = ratio(one, other)
    assert found.ratio == pytest.approx(np.quantile(other, 0.95) / np.quantile(one, 0.95))
    assert found.lower < found.ratio < found.upper
    assert found.n == 400


def test_too_few_answers_bound_nothing() -> None:
    found = ratio(drawn(20, 1), drawn(20, 2))
    assert (found.lower, found.upper) == (0.0, math.inf)


def test_clusters_that_are_slow_together_bound_less() -> None:
    base = [0.1 + x for x in drawn(80, 3) for _ in range(5)]
    found, naive = ratio(base, drawn(400, 4), per_cluster=5), ratio(base, drawn(400, 4))
    assert found.upper / found.lower > naive.upper / naive.lower


def test_a_side_with_few_clusters_may_have_no_lower_bound() -> None:
    slow = [10 + k / 10 for k in range(50)] + [1.0] * 50
    found = ratio(slow, slow, per_cluster=50)
    assert (found.lower, found.upper) == (0.0, math.inf)


def test_the_same_answers_twice_are_equal() -> None:
    found = ratio(drawn(400, 1), drawn(400, 1))
    assert found.ratio == 1
    assert found.upper < 1.15


def test_answers_that_all_take_as_long_are_known_exactly() -> None:
    found = ratio([1.0] * 50, [2.0] * 50)
    assert (found.lower, found.ratio, found.upper) == (2.0, 2.0, 2.0)


@pytest.mark.parametrize(("before", "after"), [([1.0], [1.0]), ([1.0, 2.0], [0.0, -1.0]), ([], [])])
def test_without_answers_of_two_clusters_there_is_no_ratio(before: list[float], after: list[float]) -> None:
    assert tail_ratio(pairs(before, after), 0.05) is None


def test_it_cries_wolf_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    wrong = {"slower": 0, "faster": 0}
    for _ in range(100):
        together = rng.normal(size=300)
        one, other = (np.exp(0.4 * together + 0.3 * rng.normal(size=300)) for _ in range(2))
        found = ratio(list(one), list(other))
        wrong["slower"] += found.lower > 1
        wrong["faster"] += found.upper < 1
    assert max(wrong.values()) <= 11
