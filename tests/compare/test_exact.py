"""Exact tests of small samples, held against scipy, statsmodels and plain enumeration."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest, fisher_exact
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from harness.compare.exact import (
    Tally,
    benjamini_hochberg,
    fell_p,
    fisher_p,
    holm,
    jeffreys,
    mcnemar_exact,
    mcnemar_mid_p,
    pass_at_k,
    pass_hat_k,
)

COUNT = st.integers(0, 40)
GRADES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.731, 1.0]), min_size=1, max_size=5)
PS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    asked = draw(st.integers(0, 15))
    return Tally(passed=draw(st.integers(0, asked)), asked=asked)


def test_ten_losses_against_two_gains_have_their_reference_p() -> None:
    assert mcnemar_exact(10, 2) == 0.019287109375
    assert mcnemar_mid_p(10, 2) == 0.01123046875


def test_agresti_s_approvals_have_their_two_sided_p() -> None:
    assert 2 * mcnemar_exact(150, 86) == pytest.approx(3.716e-05, rel=1e-4)
    assert 2 * mcnemar_exact(150, 86) == pytest.approx(mcnemar([[794, 86], [150, 570]], exact=True).pvalue)


@given(losses=COUNT, gains=COUNT)
def test_mcnemar_is_a_test_of_a_coin(losses: int, gains: int) -> None:
    total = losses + gains
    expected = binomtest(losses, total, 0.5, alternative="greater").pvalue if total else 1.0
    assert mcnemar_exact(losses, gains) == pytest.approx(expected)
    assert mcnemar_mid_p(losses, gains) <= mcnemar_exact(losses, gains)


@given(losses=COUNT, gains=COUNT)
def test_mid_p_is_symmetric(losses: int, gains: int) -> None:
    assert mcnemar_mid_p(losses, gains) + mcnemar_mid_p(gains, losses) == pytest.approx(1)


def test_counts_below_nothing_are_refused() -> None:
    for test in (mcnemar_exact, mcnemar_mid_p):
        with pytest.raises(ValueError, match="cannot be"):
            test(-1, 3)
    with pytest.raises(ValueError, match="3 of 2"):
        Tally(passed=3, asked=2)


@pytest.mark.parametrize(("failed", "p"), [(1, 0.0909), (2, 0.0152), (3, 0.0035), (5, 0.00033)])
def test_a_bank_of_ten_against_answers_that_all_fail(failed: int, p: float) -> None:
    found = fisher_p(Tally(passed=10, asked=10), Tally(passed=0, asked=failed))
    assert found == pytest.approx(p, rel=0.02)
    assert fell_p([1.0] * 10, [0.0] * failed) == found


@given(before=tallies(), after=tallies())
def test_fisher_is_that_of_scipy(before: Tally, after: Tally) -> None:
    table = np.array([[t.passed, t.asked - t.passed] for t in (after, before)])
    expected = fisher_exact(table, alternative="less")[1]
    assert fisher_p(before, after) == pytest.approx(expected)


@given(before=GRADES, after=GRADES)
def test_graded_scores_are_counted_over_all_choices(before: list[float], after: list[float]) -> None:
    scores = [round(1000 * score) for score in (*before, *after)]
    seen = sum(scores[len(before) :])
    sums = [sum(choice) for choice in combinations(scores, len(after))]
    assert fell_p(before, after) == pytest.approx(sum(s <= seen for s in sums) / len(sums))


@given(before=GRADES, after=GRADES, order=st.randoms(use_true_random=False))
def test_the_order_of_repeats_changes_no_p(before: list[float], after: list[float], order: Random) -> None:
    mixed = [order.sample(scores, len(scores)) for scores in (before, after)]
    assert fell_p(before, after) == fell_p(mixed[0], mixed[1])


@given(before=GRADES, after=GRADES)
def test_one_of_both_directions_is_at_least_as_likely_as_not(before: list[float], after: list[float]) -> None:
    """Both tails hold what was seen, so together they are more than everything."""
    upside_down = [[1 - score for score in scores] for scores in (before, after)]
    assert fell_p(before, after) + fell_p(upside_down[0], upside_down[1]) > 1


def test_a_lower_score_of_a_graded_case_is_told_from_noise_with_enough_repeats() -> None:
    assert fell_p([0.9, 0.85, 0.95, 0.9, 0.8] * 2, [0.4, 0.5, 0.45]) == pytest.approx(1 / 286)
    assert fell_p([0.9, 0.85], [0.4]) == pytest.approx(1 / 3)


def test_many_graded_repeats_are_compared_on_a_coarser_grid() -> None:
    before, after = [0.7, 0.9] * 100, [0.69, 0.88] * 100
    assert fell_p(before, [0.1, 0.3] * 100) < 1e-60
    assert 0 < fell_p(before, after) <= 1


def test_a_side_that_was_never_asked_proves_nothing() -> None:
    for before, after in (([], [0.5]), ([0.5], []), ([], [])):
        assert fell_p(before, after) == 1


def test_scores_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="scores"):
        fell_p([0.5], [1.5])


def test_adjusted_p_have_their_reference_values() -> None:
    ps = [0.01, 0.04, 0.03, 0.005]
    assert holm(ps) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert benjamini_hochberg(ps) == pytest.approx((0.02, 0.04, 0.04, 0.02))
    assert holm([]) == benjamini_hochberg([]) == ()


@settings(
    max_examples=8
)  # statsmodels collects garbage in every call, which takes a while beside all other tests
@given(PS)
def test_adjusted_p_are_those_of_statsmodels(ps: list[float]) -> None:
    assert holm(ps) == pytest.approx(tuple(multipletests(ps, method="holm")[1]))
    assert benjamini_hochberg(ps) == pytest.approx(tuple(multipletests(ps, method="fdr_bh")[1]))


@given(PS)
def test_adjusting_keeps_the_order_and_makes_nothing_likelier(ps: list[float]) -> None:
    for adjusted in (holm(ps), benjamini_hochberg(ps)):
        pairs = sorted(zip(ps, adjusted, strict=True))
        assert [a for _, a in pairs] == sorted(a for _, a in pairs)
        assert all(p * (1 - 1e-12) <= a <= 1 for p, a in pairs)
    assert all(q <= h * (1 + 1e-12) for q, h in zip(benjamini_hochberg(ps), holm(ps), strict=True))


def test_three_of_ten_passed() -> None:
    assert pass_at_k(Tally(passed=3, asked=10), 1) == pytest.approx(0.3)
    assert pass_at_k(Tally(passed=3, asked=10), 5) == pytest.approx(0.9166666666666666)
    assert pass_hat_k(Tally(passed=3, asked=10), 2) == pytest.approx(3 / 45)


@given(passed=st.lists(st.booleans(), min_size=1, max_size=7), k=st.integers(1, 7))
def test_any_and_all_are_counted_over_all_draws(passed: list[bool], k: int) -> None:
    tally = Tally(passed=sum(passed), asked=len(passed))
    if k > len(passed):
        with pytest.raises(ValueError, match="cannot be drawn"):
            pass_at_k(tally, k)
        return
    draws = list(combinations(passed, k))
    assert pass_at_k(tally, k) == pytest.approx(sum(map(any, draws)) / len(draws))
    assert pass_hat_k(tally, k) == pytest.approx(sum(map(all, draws)) / len(draws))


@pytest.mark.parametrize(("passed", "asked"), [(0, 5), (3, 7), (9, 10), (10, 10), (0, 0)])
def test_jeffreys_interval_is_that_of_statsmodels_with_closed_ends(passed: int, asked: int) -> None:
    low, high = jeffreys(passed, asked)
    expected = proportion_confint(passed, asked, method="jeffreys") if asked else (0.0, 1.0)
    assert low == (0.0 if passed == 0 else pytest.approx(expected[0]))
    assert high == (1.0 if passed == asked else pytest.approx(expected[1]))


def test_jeffreys_interval_takes_graded_scores() -> None:
    assert jeffreys(2.5, 4, 0.9)[1] == pytest.approx(beta.ppf(0.95, 3, 2))


@pytest.mark.parametrize(("passed", "asked", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0)])
def test_intervals_that_cannot_be_are_refused(passed: float, asked: float, level: float) -> None:
    with pytest.raises(ValueError, match="no interval"):
        jeffreys(passed, asked, level)
