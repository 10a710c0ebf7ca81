"""Means, standard errors and bounds against published values, scipy and statsmodels."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from harness.compare.interval import (
    Mean,
    Value,
    effective_size,
    lower,
    mean_of,
    tail_above,
    tail_below,
    upper,
    wilson,
    with_pseudo_cases,
    z_quantile,
)

CLUSTERED = [0, -1, -1, 0, 0, 0, 1, 0, 0, 0, -1, -1, 0, -1, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0]
GROUPS = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5]
SHARES = st.floats(-1, 1).map(lambda x: round(x, 6))


def apart(numbers: Sequence[float], weights: Sequence[float] | None = None) -> list[Value]:
    """Each number in a cluster of its own."""
    return [
        Value(value=x, cluster=str(i), weight=w)
        for i, (x, w) in enumerate(zip(numbers, weights or [1.0] * len(numbers), strict=True))
    ]


def grouped(numbers: Sequence[float], groups: Sequence[int]) -> list[Value]:
    return [Value(value=x, cluster=str(g)) for x, g in zip(numbers, groups, strict=True)]


def test_clustered_bounds_are_the_reference_values() -> None:
    mean = mean_of(grouped(CLUSTERED, GROUPS))
    assert mean.value == pytest.approx(-0.1666667, abs=1e-7)
    assert mean.se == pytest.approx(0.1673597, abs=1e-7)
    assert upper(mean, 0.05) == pytest.approx(0.1705712, abs=1e-7)
    assert lower(mean, 0.05) == pytest.approx(-0.5039045, abs=1e-7)


def test_clustered_bounds_are_those_of_statsmodels() -> None:
    fit = sm.OLS(np.array(CLUSTERED, dtype=float), np.ones(len(CLUSTERED))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(GROUPS)}, use_t=True
    )
    low, high = fit.conf_int(alpha=0.10)[0]
    mean = mean_of(grouped(CLUSTERED, GROUPS))
    assert mean.se == pytest.approx(fit.bse[0], rel=1e-12)
    assert (lower(mean, 0.05), upper(mean, 0.05)) == pytest.approx((low, high), rel=1e-12)


def test_weighted_standard_errors_are_those_of_weighted_least_squares() -> None:
    draw = random.Random(7)  # noqa: S311 - repeatable on purpose
    numbers = [draw.uniform(-1, 1) for _ in GROUPS]
    weights = [draw.uniform(0.2, 3) for _ in GROUPS]
    fit = sm.WLS(numbers, np.ones(len(numbers)), weights=weights).fit(
        cov_type="cluster",
        cov_kwds={"groups": np.array(GROUPS), "use_correction": True, "df_correction": True},
        use_t=True,
    )
    values = [
        Value(value=x, cluster=str(g), weight=w) for x, g, w in zip(numbers, GROUPS, weights, strict=True)
    ]
    assert mean_of(values).value == pytest.approx(fit.params[0], rel=1e-12)
    assert mean_of(values).se == pytest.approx(fit.bse[0], rel=1e-12)


@given(st.lists(SHARES, min_size=2, max_size=30))
def test_without_clusters_it_is_the_ordinary_standard_error(numbers: list[float]) -> None:
    assert mean_of(apart(numbers)).se == pytest.approx(scipy.stats.sem(numbers), abs=1e-9)


@given(st.lists(SHARES, min_size=2, max_size=30), st.floats(0.1, 10))
def test_weights_count_only_in_relation(numbers: list[float], weight: float) -> None:
    one = mean_of(apart(numbers))
    other = mean_of(apart(numbers, [weight] * len(numbers)))
    assert (other.value, other.se) == pytest.approx((one.value, one.se), abs=1e-9)


@given(
    st.lists(st.tuples(SHARES, st.integers(0, 4), st.floats(0.1, 3)), min_size=1, max_size=20), st.randoms()
)
def test_no_order_changes_a_bit(rows: list[tuple[float, int, float]], draw: random.Random) -> None:
    values = [Value(value=x, cluster=str(g), weight=w) for x, g, w in rows]
    shuffled = values.copy()
    draw.shuffle(shuffled)
    assert mean_of(values) == mean_of(shuffled)
    assert mean_of(with_pseudo_cases(values)) == mean_of(with_pseudo_cases(shuffled))


def test_a_mean_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean_of([])


def test_one_cluster_says_nothing() -> None:
    mean = mean_of(grouped([0.1, 0.2, 0.9], [1, 1, 1]))
    assert mean.se == math.inf
    assert (lower(mean, 0.05), upper(mean, 0.05)) == (-math.inf, math.inf)
    assert tail_below(mean) == 1.0


@pytest.mark.parametrize(("value", "below", "above"), [(-0.1, 0.0, 1.0), (0.0, 1.0, 1.0), (0.1, 1.0, 0.0)])
def test_tails_without_any_spread_are_certain(value: float, below: float, above: float) -> None:
    mean = Mean(n=9, clusters=9, value=value, se=0.0)
    assert (tail_below(mean), tail_above(mean, 0.0)) == (below, above)


def test_tails_are_those_of_students_t() -> None:
    mean = Mean(n=12, clusters=12, value=-0.08, se=0.04)
    assert tail_below(mean) == pytest.approx(scipy.stats.t.cdf(-2, 11), rel=1e-10)
    assert tail_above(mean, -0.05) == pytest.approx(scipy.stats.t.sf(-0.75, 11), rel=1e-10)


def test_rounding_is_not_spread() -> None:
    mean = mean_of(apart([0.1 + 0.2 - 0.3] * 9))
    assert (mean.value, mean.se) == (0.0, 0.0)


def test_pseudo_cases_weigh_as_much_as_a_case() -> None:
    assert [v.weight for v in with_pseudo_cases(apart([0.5, 0.5], [3.0, 3.0]))] == [1.0, 1.0, 1.0, 1.0]


def test_many_cases_of_hardly_any_weight_do_not_dilute_the_pseudo_cases() -> None:
    real, padding = [0.0] * 5, [0.0] * 500
    values = apart(real + padding, [1.0] * 5 + [1e-6] * 500)
    assert effective_size(values) == pytest.approx(5, rel=1e-3)
    padded = mean_of(with_pseudo_cases(values)).se
    assert padded == pytest.approx(math.sqrt(2) / 7, rel=0.01)


@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=20))
def test_the_effective_size_is_at_most_the_number_of_cases(weights: list[float]) -> None:
    assert effective_size(apart([0.0] * len(weights), weights)) <= len(weights) + 1e-9


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 30, 0.8333, 0.9941),
        (95, 100, 0.8882, 0.9785),
        (30, 30, 0.8865, 1.0),
    ],
)
def test_wilson_is_newcombes_table(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes / n, n, z_quantile(0.975))
    assert found == pytest.approx((low, high), abs=5e-5)
    assert found == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)
