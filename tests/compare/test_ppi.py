"""Labels of some cases and a judge of all: what people would say, and how sure that is."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.interval import Value, mean_of
from harness.compare.ppi import Corrected, Labelled, corrected_mean

SCORES = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=15)
JUDGED = st.lists(st.floats(-1, 1), min_size=2, max_size=15)


def corrected(scores: list[tuple[float, float]], judged: list[float]) -> Corrected:
    """Every case a cluster of its own."""
    labelled = [Labelled(human=y, judge=f, cluster=f"l{i}") for i, (y, f) in enumerate(scores)]
    return corrected_mean(labelled, [Value(value=f, cluster=f"u{i}") for i, f in enumerate(judged)])


@given(SCORES, JUDGED)
def test_it_is_the_formula_of_independent_cases(
    scores: list[tuple[float, float]], judged: list[float]
) -> None:
    found = corrected(scores, judged)
    y, f, unlabelled = np.array(scores)[:, 0], np.array(scores)[:, 1], np.array(judged)
    trust = found.trust
    assert 0 <= trust <= 1
    assert found.mean.value == pytest.approx(trust * unlabelled.mean() + (y - trust * f).mean())
    variance = trust**2 * unlabelled.var(ddof=1) / len(unlabelled) + (y - trust * f).var(ddof=1) / len(y)
    assert found.mean.se == pytest.approx(math.sqrt(variance), abs=1e-9)


@given(SCORES)
def test_no_other_trust_makes_the_error_smaller(scores: list[tuple[float, float]]) -> None:
    """Where the judge's values vary as much without a label as with one, as the formula takes them to."""
    judged = [f for _, f in scores]
    y, f = np.array(scores)[:, 0], np.array(judged)

    def variance(trust: float) -> float:
        return float(trust**2 * f.var() / len(f) + (y - trust * f).var() / len(y))

    found = corrected(scores, judged).trust
    assert all(variance(found) <= variance(other) + 1e-9 for other in np.linspace(0, 1, 41))


def test_over_all_choices_of_whom_to_label_it_is_the_mean_that_people_would_give() -> None:
    """A judge that is far too kind moves it by next to nothing."""
    human, judge = [0.0, 1.0, 0.0, 1.0, 0.8, 0.2, 0.4], [0.5, 1.0, 0.7, 1.0, 1.0, 0.5, 0.9]
    found = []
    for chosen in combinations(range(7), 4):
        rest = [i for i in range(7) if i not in chosen]
        result = corrected([(human[i], judge[i]) for i in chosen], [judge[i] for i in rest])
        found.append(result.mean.value)
    assert np.mean(judge) - np.mean(human) > 0.3
    assert np.mean(found) == pytest.approx(np.mean(human), abs=0.02)


def test_a_judge_that_knows_nothing_is_left_out() -> None:
    for judge in ([0.5] * 4, [0.0, 0.0, 1.0, 1.0]):
        found = corrected(list(zip([0.0, 1.0, 0.0, 1.0], judge, strict=True)), [0.9, 0.8, 1.0])
        assert (found.trust, found.mean.value) == (0.0, 0.5)


def test_a_judge_that_says_the_opposite_is_left_out_too() -> None:
    assert corrected([(0.0, 1.0), (1.0, 0.0), (0.0, 0.9)], [0.5, 0.1]).trust == 0.0


def test_without_other_cases_it_is_the_mean_of_the_labels() -> None:
    scores = [(0.2, 0.1), (0.8, 0.9), (0.5, 0.4)]
    found = corrected(scores, [])
    plain = mean_of([Value(value=y, cluster=f"{i}") for i, (y, _) in enumerate(scores)])
    assert (found.mean.value, found.mean.se) == pytest.approx((plain.value, plain.se))


def test_a_good_judge_of_many_cases_says_more_than_the_labels_alone() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(1000)
    judge = truth + rng.normal(0, 0.1, 1000) + 0.2
    scores = list(zip(truth[:50].tolist(), judge[:50].tolist(), strict=True))
    found = corrected(scores, judge[50:].tolist())
    assert found.mean.se < 0.6 * corrected(scores, []).mean.se
    assert found.mean.value == pytest.approx(truth.mean(), abs=3 * found.mean.se)


def test_clusters_that_are_shared_are_counted_as_one() -> None:
    """Two cases of every cluster are labelled and two are not: what they share is squared together."""
    labelled = [
        Labelled(human=h, judge=j, cluster=c)
        for h, j, c in [(1, 1, "a"), (1, 0.9, "a"), (0, 0, "b"), (0, 0.1, "b")]
    ]
    apart = [Value(value=v, cluster=c) for v, c in [(1, "c"), (1, "c"), (0, "d"), (0, "d")]]
    shared = [Value(value=v, cluster=c) for v, c in [(1, "a"), (1, "a"), (0, "b"), (0, "b")]]
    assert corrected_mean(labelled, shared).trust == corrected_mean(labelled, apart).trust
    assert corrected_mean(labelled, shared).mean.se > corrected_mean(labelled, apart).mean.se
    assert corrected_mean(labelled, shared).mean.clusters == 2


def test_weights_that_are_all_the_same_change_nothing() -> None:
    labelled = [
        Labelled(human=h, judge=j, cluster=str(j), weight=3.0) for h, j in [(1, 0.9), (0, 0.2), (1, 0.7)]
    ]
    other = [Value(value=v, cluster=f"u{v}", weight=5.0) for v in (0.5, 0.6, 0.1)]
    plain = corrected([(1, 0.9), (0, 0.2), (1, 0.7)], [0.5, 0.6, 0.1])
    found = corrected_mean(labelled, other)
    assert (found.mean.value, found.mean.se) == pytest.approx((plain.mean.value, plain.mean.se))


def test_one_label_says_nothing_of_its_error() -> None:
    assert corrected([(1.0, 0.9)], [0.5]).mean.se == math.inf


def test_no_label_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        corrected([], [0.5])
