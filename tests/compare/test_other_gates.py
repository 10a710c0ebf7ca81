"""What other gates decide: each rule on a suite small enough to be read."""

from __future__ import annotations

import numpy as np
import pytest

from harness.compare.other_gates import (
    Draws,
    any_broken,
    any_failing,
    any_less_than_all,
    below,
    dropped_and_mcnemar,
    dropped_beyond,
    mcnemar,
    mcnemar_mid,
    mcnemar_p,
    old_gates,
    paired_t,
    single_tests,
    two_proportions,
)


def draws(losses: int, gains: int = 0, n: int = 100) -> Draws:
    """Cases that passed and fail, then cases that failed and pass, then cases that pass on both sides."""
    before, after = np.ones((n, 1)), np.ones((n, 1))
    after[:losses] = 0
    before[losses : losses + gains] = 0
    return Draws(baseline=before, candidate=after)


def test_one_lost_case_stops_whoever_allows_no_failure() -> None:
    assert any_failing(draws(1))
    assert any_broken(draws(1))
    assert not any_failing(draws(0))
    assert not any_broken(draws(0, gains=1))


def test_a_case_that_failed_before_is_a_failure_and_not_a_break() -> None:
    failing = Draws(baseline=np.zeros((3, 1)), candidate=np.zeros((3, 1)))
    assert any_failing(failing)
    assert not any_broken(failing)


def test_one_repeat_of_three_is_no_majority() -> None:
    once = Draws(baseline=np.ones((1, 3)), candidate=np.array([[1.0, 0.0, 1.0]]))
    assert not any_broken(once)
    assert any_less_than_all(once)


def test_a_fixed_threshold_looks_at_the_score_alone() -> None:
    assert below(0.9)(draws(11))
    assert not below(0.9)(draws(10))


def test_a_drop_is_counted_in_points() -> None:
    assert dropped_beyond(0.0)(draws(2, gains=1))
    assert not dropped_beyond(0.02)(draws(2))
    assert dropped_beyond(0.02)(draws(3))


def test_mcnemar_s_values_are_those_of_the_reference() -> None:
    assert mcnemar_p(10, 2) == pytest.approx(0.0192871, abs=1e-7)
    assert mcnemar_p(0, 0) == 1.0


@pytest.mark.parametrize("fires", [mcnemar, mcnemar_mid, two_proportions, paired_t, dropped_and_mcnemar])
def test_tests_see_many_losses_and_no_single_one(fires: object) -> None:
    assert callable(fires)
    assert fires(draws(12, gains=2))
    assert not fires(draws(1))
    assert not fires(draws(0))


def test_the_mid_p_value_sees_what_the_exact_one_does_not() -> None:
    assert mcnemar_p(4, 0) == 0.0625
    assert mcnemar_mid(draws(4))
    assert not mcnemar(draws(4))


def test_a_single_case_is_no_t_test() -> None:
    assert not paired_t(draws(1, n=1))


def test_the_gates_of_a_suite_stand_at_its_own_score() -> None:
    assert [gate.key for gate in old_gates(0.93)][2:4] == ["below_91.0", "below_88.0"]
    assert [gate.name for gate in old_gates(0.93, threshold=0.9)][2] == "score below 90.0 %"
    assert len({gate.key for gate in (*old_gates(0.5), *single_tests())}) == 12


def test_mcnemar_s_mid_p_is_the_reference_value() -> None:
    mid = mcnemar_p(10, 2) - 66 / 2**12 / 2
    assert mid == pytest.approx(0.0112304687, abs=1e-9)
