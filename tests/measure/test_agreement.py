"""A judge beside people: against published values, statsmodels, and by law."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from harness.compare.interval import t_quantile
from harness.measure.agreement import Pair, agreement_of, kappa_of, true_rate
from harness.measure.estimate import Estimate

verdicts = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def pairs_of(table: list[list[int]]) -> list[Pair]:
    """Rows are labels, columns scores, both evenly spread over [0, 1]."""
    last = len(table) - 1
    cells = [
        (i / last, j / last) for i, row in enumerate(table) for j, many in enumerate(row) for _ in range(many)
    ]
    return [Pair(label=a, score=b, cluster=f"i{n}") for n, (a, b) in enumerate(cells)]


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304348),
        ([[25, 35], [5, 35]], 0.2592593),
        ([[88, 10], [14, 88]], 0.7600960),
    ],
)
def test_kappa_of_textbook_tables(table: list[list[int]], kappa: float) -> None:
    found = kappa_of(pairs_of(table))
    assert found is not None
    assert found.value == pytest.approx(kappa, abs=1e-6)


@pytest.mark.parametrize(
    "table", [[[53, 5, 2], [11, 14, 5], [1, 6, 3]], [[20, 5, 1], [4, 30, 6], [0, 3, 31]]]
)
def test_weighted_kappa_and_its_error_are_those_of_fleiss_cohen_and_everitt(table: list[list[int]]) -> None:
    oracle: Any = cast("Any", inter_rater).cohens_kappa(np.array(table), wt="quadratic")
    found = kappa_of(pairs_of(table))
    assert found is not None
    assert found.value == pytest.approx(oracle.kappa)
    n = sum(map(sum, table))
    se = (found.upper - found.value) / t_quantile(n - 1, 0.975)
    assert se == pytest.approx((oracle.var_kappa * n / (n - 1)) ** 0.5)


def test_five_right_verdicts_prove_no_judge() -> None:
    found = kappa_of(pairs_of([[2, 0], [0, 3]]))
    assert found is not None
    assert found.value == 1
    assert found.lower < 0.3


def test_kappa_is_told_only_where_somebody_differs() -> None:
    assert kappa_of(pairs_of([[0, 0], [0, 9]])) is None
    assert kappa_of(pairs_of([[0, 3], [0, 9]])) is None
    single = [Pair(label=x, score=y, cluster="one") for x, y in ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0))]
    found = kappa_of(single)
    assert found is not None
    assert (found.lower, found.upper) == (-1, 1)


@given(verdicts)
def test_rates_confusion_and_accuracy_fit_together(drawn: list[tuple[bool, bool]]) -> None:
    pairs = [Pair(label=float(a), score=float(b), cluster=f"i{n}") for n, (a, b) in enumerate(drawn)]
    found = agreement_of(pairs, 0.5)
    table = found.confusion
    assert table.n == found.items == len(pairs)
    assert found.accuracy.value == pytest.approx((table.true_positive + table.true_negative) / len(pairs))
    assert found.constant >= 0.5
    assert (found.tpr is None) == (table.true_positive + table.false_negative == 0)
    assert (found.tnr is None) == (table.true_negative + table.false_positive == 0)
    assert found.kappa_weighted is None
    assert (found.youden is None) == (found.tpr is None or found.tnr is None)
    if found.kappa is not None:
        assert -1 <= found.kappa.lower <= found.kappa.value <= found.kappa.upper <= 1


def test_graded_scores_have_a_weighted_kappa_too() -> None:
    found = agreement_of(pairs_of([[10, 3, 0], [2, 10, 2], [0, 1, 12]]), 0.5)
    assert found.kappa is not None
    assert found.kappa_weighted is not None
    assert found.kappa_weighted.value > found.kappa.value


def share(passed: int, of: int) -> Estimate:
    return Estimate(value=passed / of, lower=0.0, upper=1.0, n=of)


def test_a_true_rate_is_rogan_and_gladen_s_with_lang_and_reiczigel_s_interval() -> None:
    """The method's formula, by hand for 30 of 100, 45 of 50 and 80 of 100."""
    found = true_rate(share(30, 100), share(45, 50), share(80, 100))
    assert found is not None
    assert found.value == pytest.approx((0.3 + 0.8 - 1) / 0.7)
    z = 1.959963984540054
    n, p = 100 + z * z, (30 + z * z / 2) / (100 + z * z)
    se, sp = 46 / 52, 81 / 102
    rate = (p + sp - 1) / (se + sp - 1)
    a, b = se * (1 - se) / 52, sp * (1 - sp) / 102
    move = 2 * z * z * (rate * a - (1 - rate) * b)
    reach = z * (p * (1 - p) / n + rate**2 * a + (1 - rate) ** 2 * b) ** 0.5 / (se + sp - 1)
    assert found.lower == pytest.approx(max(0, rate + move - reach))
    assert found.upper == pytest.approx(rate + move + reach)


def test_a_coin_has_no_true_rate_and_nearly_a_coin_says_nothing() -> None:
    assert true_rate(share(5, 10), share(5, 10), share(5, 10)) is None
    found = true_rate(share(5, 10), share(1, 1), share(1, 10))
    assert found is not None
    assert (found.lower, found.upper) == (0, 1)


def test_two_groups_of_the_same_two_values_still_differ_with_pseudo_items() -> None:
    found = kappa_of(pairs_of([[1, 1], [1, 1]]))
    assert found is not None
    assert found.value == 0
