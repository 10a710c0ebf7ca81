"""Variance components, against numbers drawn from known ones."""

from __future__ import annotations

import numpy as np
import pytest

from harness.compare.components import (
    NO_COMPARISON,
    NOMINAL_ALIKE,
    NOMINAL_VARIANCE,
    NOMINAL_WITHIN,
    CaseMoments,
    Components,
    Pairs,
    Within,
    between_of,
    cluster_size,
    within_of,
)

RNG = np.random.default_rng


def moments(name: str, scores: list[float], cluster: str | None = None) -> CaseMoments:
    variance = float(np.var(scores, ddof=1)) if len(scores) > 1 else 0.0
    return CaseMoments(
        case_id=name,
        cluster=cluster or name,
        samples=len(scores),
        mean=float(np.mean(scores)),
        variance=variance,
    )


def asked(chances: np.ndarray, repeats: int, seed: int, per_cluster: int = 1) -> list[CaseMoments]:
    hits = RNG(seed).random((len(chances), repeats)) < chances[:, None]
    return [moments(f"c{i}", [float(h) for h in row], f"k{i // per_cluster}") for i, row in enumerate(hits)]


def test_the_variance_within_a_case_is_the_mean_over_cases() -> None:
    found = within_of([moments("a", [0, 1]), moments("b", [1, 1, 1, 1])])
    assert found == Within(variance=0.25, samples=6, cases=2)


def test_several_variants_of_a_case_are_pooled_before_cases_are_averaged() -> None:
    cases = [moments("a", [0, 1]), moments("a", [1, 1, 1]), moments("b", [1, 1])]
    assert within_of(cases).variance == pytest.approx((0.5 / 3 + 0) / 2)


def test_a_side_where_only_flaky_cases_were_asked_again_does_not_speak_for_itself() -> None:
    own = [moments("a", [0, 1]), *(moments(f"b{i}", [1]) for i in range(9))]
    everything = [*own, *(moments(f"b{i}", [1, 1]) for i in range(9))]
    assert within_of(own).samples == 0
    assert within_of(own, everything).variance == pytest.approx(0.05)


def test_answers_that_never_differ_leave_the_most_that_would_explain_it() -> None:
    same = [moments(f"c{i}", [1.0] * 5) for i in range(30)]
    found = within_of(same)
    assert found.bounded
    assert found.variance == pytest.approx(1.5 / 120)
    assert within_of([moments("a", [0.5, 0.5])]).variance == NOMINAL_VARIANCE


def test_no_variance_is_larger_than_the_scores_leave_room_for() -> None:
    good = [moments(f"c{i}", [1.0]) for i in range(98)]
    assert within_of(good).variance == pytest.approx(0.99 * 0.01)


def test_without_any_repeat_the_variance_is_nominal() -> None:
    assert within_of([moments(f"c{i}", [i % 2]) for i in range(9)]) == NOMINAL_WITHIN
    assert within_of([]) == NOMINAL_WITHIN


def test_the_variance_of_true_changes_is_found_beneath_the_noise_of_repeats() -> None:
    draw = RNG(3)
    before = draw.uniform(0.4, 0.6, 3000)
    after = before + draw.normal(-0.05, 0.15, 3000)
    pairs = list(zip(asked(before, 3, 1), asked(after, 3, 2), strict=True))
    found = between_of([pairs], NOMINAL_WITHIN)
    assert found.variance == pytest.approx(0.0225, abs=0.005)
    assert found.comparisons == 1


def test_where_nothing_changed_the_variance_of_changes_is_about_nothing_and_never_below() -> None:
    chances = RNG(4).uniform(0, 1, 400)
    pairs = [list(zip(asked(chances, 3, s), asked(chances, 3, 90 + s), strict=True)) for s in range(5)]
    assert 0 <= between_of(pairs, NOMINAL_WITHIN).variance < 0.01


def test_sides_that_were_asked_once_are_taken_to_vary_as_the_suite_does() -> None:
    chances = np.full(2000, 0.5)
    pairs = list(zip(asked(chances, 1, 1), asked(chances, 1, 2), strict=True))
    assert between_of([pairs], Within(variance=0.25, samples=10, cases=5)).variance < 0.03


def clustered(spread: float, seed: int) -> Pairs:
    draw = RNG(seed)
    together = np.repeat(draw.normal(0, spread, 300), 5)
    alone = draw.normal(0, 0.1, 1500)
    return [
        (moments(f"c{i}", [0.5], f"k{i // 5}"), moments(f"c{i}", [0.5 + t + a], f"k{i // 5}"))
        for i, (t, a) in enumerate(zip(together, alone, strict=True))
    ]


def test_changes_that_go_together_in_a_cluster_are_seen() -> None:
    found = between_of([clustered(0.1, 5)], NOMINAL_WITHIN)
    assert found.alike == pytest.approx(0.5, abs=0.08)
    assert between_of([clustered(0.0, 6)], NOMINAL_WITHIN).alike < 0.06


def test_the_median_of_the_comparisons_counts() -> None:
    found = between_of([clustered(0.1, 5), clustered(0.0, 6), clustered(0.0, 7)], NOMINAL_WITHIN)
    assert found.alike < 0.1
    assert found.comparisons == 3


def test_without_an_earlier_comparison_it_is_said_that_there_is_none() -> None:
    assert between_of([], NOMINAL_WITHIN) == NO_COMPARISON
    assert between_of([[(moments("a", [1]), moments("a", [1]))]], NOMINAL_WITHIN) == NO_COMPARISON


def test_clusters_that_never_differ_are_not_alike() -> None:
    same = [(moments(f"c{i}", [1], f"k{i // 2}"), moments(f"c{i}", [1], f"k{i // 2}")) for i in range(8)]
    assert between_of([same], NOMINAL_WITHIN).alike == 0.0


def test_cases_of_their_own_cluster_leave_the_nominal_likeness() -> None:
    pairs = [(moments(f"c{i}", [1]), moments(f"c{i}", [i % 2])) for i in range(8)]
    assert between_of([pairs], NOMINAL_WITHIN).alike == NOMINAL_ALIKE


def test_the_size_of_clusters_is_that_of_the_cluster_a_case_is_in() -> None:
    assert cluster_size("aab") == pytest.approx(5 / 3)
    assert cluster_size("abc") == 1.0
    assert cluster_size("") == 1.0


def test_clusters_blow_up_the_variance_by_the_design_effect() -> None:
    components = Components(
        mean=0.8, baseline=NOMINAL_WITHIN, candidate=NOMINAL_WITHIN, between=NO_COMPARISON, cluster_size=5
    )
    assert components.design_effect == pytest.approx(1.8)
