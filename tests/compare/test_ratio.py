"""Cost and latency ratios."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

from harness.compare.asked import Asked, by_case
from harness.compare.columns import Pair
from harness.compare.ratio import cost_ratio, latencies_of, latency_ratio
from tests.compare.build import observation, side_of

A = [1.0, 2.0, 3.0, 4.0, 5.0]
B = [1.1, 2.1, 3.6, 4.0, 5.5]


def cases(numbers: Sequence[float | None], clusters: Sequence[str] | None = None) -> list[Pair]:
    """One trial per case, whose cost and latency are both the number."""
    return paired(numbers, numbers, clusters)


def paired(
    before: Sequence[float | None], after: Sequence[float | None], clusters: Sequence[str] | None = None
) -> list[Pair]:
    def trials(numbers: Sequence[float | None]) -> Mapping[str, Asked]:
        names = clusters or [f"c{i}" for i in range(len(numbers))]
        return by_case(
            side_of(
                [
                    replace(observation(f"c{i}", 1.0), cost=x, latency=x, cluster=name)
                    for i, (x, name) in enumerate(zip(numbers, names, strict=True))
                ]
            ).observations
        )

    one, other = trials(before), trials(after)
    return [(one[k], other[k]) for k in one]


def test_cost_is_the_reference_value() -> None:
    found = cost_ratio(paired(A, B), 0.05)
    assert found is not None
    assert (found.ratio, found.lower, found.upper) == pytest.approx(
        (1.0866667, 1.0106788, 1.1683677), abs=1e-7
    )
    assert (found.n, found.excluded) == (5, 0)


def test_latency_is_the_reference_value() -> None:
    found = latency_ratio(paired(A, B), 0.05)
    assert found is not None
    assert (found.ratio, found.lower, found.upper) == pytest.approx(
        (1.0880057, 1.0202061, 1.1603110), abs=1e-7
    )


def test_latency_is_a_paired_t_on_logarithms() -> None:
    found = latency_ratio(paired(A, B), 0.05)
    wanted = scipy.stats.ttest_rel(np.log(B), np.log(A)).confidence_interval(0.90)
    assert found is not None
    assert (math.log(found.lower), math.log(found.upper)) == pytest.approx(
        (wanted.low, wanted.high), rel=1e-9
    )


def test_cases_of_one_cluster_widen_the_cost() -> None:
    alone = cost_ratio(paired(A * 2, B * 2), 0.05)
    twins = cost_ratio(paired(A * 2, B * 2, [f"k{i % 5}" for i in range(10)]), 0.05)
    assert alone is not None
    assert twins is not None
    assert twins.ratio == alone.ratio
    assert twins.se > alone.se


@pytest.mark.parametrize("unusable", [None, 0.0, -1.0])
def test_cases_without_a_usable_number_are_left_out_and_counted(unusable: float | None) -> None:
    found = [ratio(paired([*A, unusable], [*B, 9.0]), 0.05) for ratio in (cost_ratio, latency_ratio)]
    assert [(r.n, r.excluded) for r in found if r] == [(5, 1), (5, 1)]


@pytest.mark.parametrize("numbers", [[], [None, None], [0.0, 0.0], [1.0], [1.0, None]])
def test_there_is_no_ratio_of_fewer_than_two_clusters(numbers: list[float | None]) -> None:
    assert cost_ratio(cases(numbers), 0.05) is None
    assert latency_ratio(cases(numbers), 0.05) is None


def test_unequal_repeats_do_not_shift_the_cost() -> None:
    before = by_case([observation(f"c{i}", 1.0) for i in range(3)])
    cheap = [[observation(f"c{i}", 1.0, repeat=r) for r in range(1, 2 + 4 * (i == 0))] for i in range(3)]
    after = by_case([o for trials in cheap for o in trials])
    price = {"c0": 1.0, "c1": 2.0, "c2": 3.0}
    pairs = [(priced(before[k], price[k]), priced(after[k], price[k])) for k in before]
    found = cost_ratio(pairs, 0.05)
    assert found is not None
    assert (found.ratio, found.se) == (1.0, 0.0)


def priced(asked: Asked, cost: float) -> Asked:
    return replace(asked, trials=tuple(replace(t, cost=cost) for t in asked.trials))


def test_the_cost_of_trials_without_a_score_does_not_count() -> None:
    def side(cost: float) -> Mapping[str, Asked]:
        return by_case(
            [
                o
                for i in range(3)
                for o in (
                    replace(observation(f"c{i}", 1.0), cost=1.0),
                    replace(observation(f"c{i}", None, repeat=2), cost=cost),
                )
            ]
        )

    before, after = side(0.0), side(50.0)
    found = cost_ratio([(before[k], after[k]) for k in before], 0.05)
    assert found is not None
    assert found.ratio == 1.0


def test_bounds_that_would_overflow_stay_finite() -> None:
    found = latency_ratio(paired([1e-300, 1.0], [1e300, 1.0]), 0.05)
    assert found is not None
    assert math.isfinite(found.upper)
    assert found.lower > 0


def test_percentiles_are_those_of_numpy() -> None:
    asked = [baseline for baseline, _ in cases([0.3, 9.0, 1.5, 2.5, None, 4.0, 0.0])]
    found = latencies_of(asked)
    assert found is not None
    wanted = np.percentile([0.3, 9.0, 1.5, 2.5, 4.0], [50, 95])
    assert (found.p50, found.p95) == pytest.approx(tuple(wanted))


def test_there_are_no_percentiles_of_nothing() -> None:
    assert latencies_of([]) is None
