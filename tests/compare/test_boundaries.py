"""Boundaries of sequential designs: the published ones, and what has to hold of any."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from harness.compare.boundaries import Spend, boundaries, spent

SPENDS: tuple[Spend, ...] = ("squared", "pocock", "obrien_fleming")
EACH = pytest.mark.parametrize("spend", SPENDS)
DESIGNS = st.lists(st.integers(1, 1000), min_size=1, max_size=6).map(
    lambda ks: [k / 1000 for k in sorted(ks)]
)


def crossed(looks: tuple[float, ...], spend: Spend) -> float:
    """The chance of reaching any boundary where nothing changed, by one integral over all looks."""
    covariance = np.array([[math.sqrt(min(s, t) / max(s, t)) for t in looks] for s in looks])
    found = np.array(boundaries(looks, 0.05, spend))
    below = multivariate_normal.cdf(found, cov=covariance, maxpts=400_000, abseps=1e-7, releps=1e-7)
    return 1 - float(below)


@pytest.mark.parametrize(
    ("spend", "published"),
    [
        ("obrien_fleming", (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        ("pocock", (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)),
    ],
)
def test_five_equal_looks_have_the_boundaries_of_rpact_and_gsdesign(
    spend: Spend, published: tuple[float, ...]
) -> None:
    assert boundaries([0.2, 0.4, 0.6, 0.8, 1.0], 0.025, spend) == pytest.approx(published, abs=0.0002)


@pytest.mark.parametrize(
    ("spend", "looks", "known"),
    [
        ("squared", (0.2, 0.4, 0.6, 1), (2.8782, 2.4702, 2.2010, 1.7285)),
        ("pocock", (0.2, 0.4, 0.6, 1), (2.1762, 2.1437, 2.1133, 1.9685)),
        ("obrien_fleming", (0.2, 0.4, 0.6, 1), (4.2292, 2.8881, 2.2981, 1.6807)),
        ("squared", (0.25, 0.5, 0.75, 1), (2.7344, 2.3019, 2.0102, 1.7692)),
        ("pocock", (0.25, 0.5, 0.75, 1), (2.0999, 2.0767, 2.0532, 2.0348)),
        ("obrien_fleming", (0.25, 0.5, 0.75, 1), (3.7496, 2.5399, 2.0161, 1.7202)),
        ("squared", (0.2, 0.4, 0.6, 0.8, 1), (2.8782, 2.4702, 2.2010, 1.9818, 1.7902)),
        ("squared", (1 / 3, 2 / 3, 1), (2.5392, 2.0687, 1.7407)),
        ("pocock", (1 / 3, 2 / 3, 1), (2.0020, 1.9938, 1.9803)),
        ("obrien_fleming", (1 / 3, 2 / 3, 1), (3.2001, 2.1408, 1.6948)),
    ],
)
def test_unequal_looks_have_their_known_boundaries(
    spend: Spend, looks: tuple[float, ...], known: tuple[float, ...]
) -> None:
    assert boundaries(looks, 0.05, spend) == pytest.approx(known, abs=0.0001)


@EACH
@pytest.mark.parametrize("looks", [(0.1, 0.15, 0.6), (0.25, 0.5, 0.52, 0.9, 1.0), (0.3, 0.31, 1.0)])
def test_all_looks_together_spend_what_they_may(spend: Spend, looks: tuple[float, ...]) -> None:
    assert crossed(looks, spend) == pytest.approx(spent(looks[-1], 0.05, spend), abs=5e-5)


@EACH
def test_one_look_is_a_plain_test(spend: Spend) -> None:
    assert boundaries([1.0], 0.05, spend) == pytest.approx((norm.isf(0.05),), abs=1e-9)


@EACH
def test_a_look_at_the_same_information_has_the_same_boundary(spend: Spend) -> None:
    first, again, last = boundaries([0.5, 0.5, 1.0], 0.05, spend)
    assert first == again
    assert (first, last) == boundaries([0.5, 1.0], 0.05, spend)


@EACH
@pytest.mark.parametrize("step", [2e-16, 1e-15, 1e-9, 1e-5, 0.0019])
def test_a_look_that_is_hardly_later_has_hardly_another_boundary(spend: Spend, step: float) -> None:
    first, again, last = boundaries([0.5, 0.5 + step, 1.0], 0.05, spend)
    assert first <= again <= first + 10 * math.sqrt(step) + 1e-6
    assert last == pytest.approx(boundaries([0.5, 1.0], 0.05, spend)[-1], abs=0.005)


@EACH
@pytest.mark.parametrize("looks", [(0.5, 0.501, 1.0), (0.2, 0.4, 0.4004, 0.4008), (0.997, 0.999, 1.0)])
def test_looks_on_top_of_each_other_never_spend_too_much(spend: Spend, looks: tuple[float, ...]) -> None:
    may = spent(looks[-1], 0.05, spend)
    assert 0.95 * may < crossed(looks, spend) <= may + 5e-5


def test_nothing_to_spend_cannot_be_crossed() -> None:
    assert boundaries([0.001, 0.0011, 0.0012], 0.05, "obrien_fleming") == (math.inf,) * 3
    assert boundaries([0.001, 1.0], 0.05, "obrien_fleming")[1] == pytest.approx(norm.isf(0.05), abs=1e-6)


def test_what_an_uncrossable_look_left_is_there_for_a_close_one() -> None:
    first, close = boundaries([0.0630, 0.0649], 0.05, "obrien_fleming")
    assert first == math.inf
    assert norm.sf(close) == pytest.approx(spent(0.0649, 0.05, "obrien_fleming"), rel=1e-6, abs=0)


@EACH
def test_alpha_is_spent_from_nothing_to_all(spend: Spend) -> None:
    assert (spent(0.0, 0.05, spend), spent(1.0, 0.05, spend)) == (0.0, 0.05)


def test_the_slices_spend_the_increments_of_alpha_t_squared() -> None:
    at = [spent(t, 0.05, "squared") for t in (0, 0.2, 0.4, 0.6, 1)]
    assert np.diff(at) == pytest.approx([0.002, 0.006, 0.010, 0.032])


@pytest.mark.parametrize(
    ("looks", "alpha"),
    [
        ((0.5, 0.4), 0.05),
        ((0.0, 1.0), 0.05),
        ((0.5, 1.1), 0.05),
        ((1.0,), 0.5),
        ((1.0,), 0.0),
        ((math.nan,), 0.1),
    ],
)
def test_designs_that_cannot_be_are_refused(looks: tuple[float, ...], alpha: float) -> None:
    with pytest.raises(ValueError, match="must"):
        boundaries(looks, alpha, "squared")


def test_a_share_out_of_range_spends_nothing() -> None:
    with pytest.raises(ValueError, match="fraction"):
        spent(1.5, 0.05, "pocock")


def test_no_looks_have_no_boundaries() -> None:
    assert boundaries([], 0.05, "pocock") == ()


@given(looks=DESIGNS, spend=st.sampled_from(SPENDS), alpha=st.floats(0.001, 0.2))
def test_a_smaller_alpha_asks_for_more_at_every_look(looks: list[float], spend: Spend, alpha: float) -> None:
    strict, lenient = boundaries(looks, alpha / 2, spend), boundaries(looks, alpha, spend)
    assert all(s >= z for s, z in zip(strict, lenient, strict=True))


@given(looks=DESIGNS, spend=st.sampled_from(SPENDS))
def test_no_look_is_easier_than_a_single_one_that_may_spend_it_all(looks: list[float], spend: Spend) -> None:
    found = boundaries(looks, 0.05, spend)
    single = [norm.isf(spent(t, 0.05, spend)) for t in looks]
    assert found[0] == pytest.approx(single[0], abs=1e-8) or found[0] == math.inf
    assert all(z >= alone - 1e-6 for z, alone in zip(found, single, strict=True))


@EACH
def test_looks_of_equal_distance_get_easier_from_one_to_the_next(spend: Spend) -> None:
    found = boundaries([k / 8 for k in range(1, 9)], 0.05, spend)
    assert list(found) == sorted(found, reverse=True)
