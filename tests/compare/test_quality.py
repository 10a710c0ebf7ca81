"""Quality and the score of one side, against the reference values."""

from dataclasses import replace

import pytest

from harness.compare.asked import by_case
from harness.compare.comparison import Quality
from harness.compare.planner import smallest_visible
from harness.compare.quality import measured_scores, quality_of, score_of
from harness.gate.statuses import quality_status
from harness.gate.verdict import Status
from tests.compare.build import Scores, observation, side, singles


def quality(baseline: Scores, candidate: Scores, margin: float = 0.05) -> Quality:
    before, after = by_case(side(baseline).observations), by_case(side(candidate).observations)
    found = quality_of([(before[k], after[k]) for k in before], measured_scores, alpha=0.05, margin=margin)
    assert found is not None
    return found


TWELVE_LOST_FOUR_GAINED = quality(
    singles((12, 1.0), (4, 0.0), (84, 1.0)), singles((12, 0.0), (4, 1.0), (84, 1.0))
)


def test_twelve_losses_and_four_gains_are_the_reference_values() -> None:
    found = TWELVE_LOST_FOUR_GAINED
    assert found.difference == pytest.approx(-0.08)
    assert found.se == pytest.approx(0.0393893, abs=1e-7)
    assert (found.lower, found.upper) == pytest.approx((-0.1466025, -0.0145984), abs=1e-7)
    assert found.p_regress == pytest.approx(0.0224674, abs=1e-7)
    assert found.p_noninferior == pytest.approx(0.775954, abs=1e-6)
    assert quality_status(found, 0.05) is Status.REGRESSED


def test_the_smallest_visible_drop_is_planned_with_the_pseudo_cases() -> None:
    found = TWELVE_LOST_FOUR_GAINED
    assert smallest_visible(found.se, alpha=0.05) == pytest.approx(0.0979404, abs=1e-7)
    assert found.mde == smallest_visible(found.se_plan, alpha=0.05)
    assert found.se < found.se_plan < 1.05 * found.se


@pytest.mark.parametrize(
    ("n", "lower", "p_noninferior", "status"),
    [
        (100, -0.0231304, 0.000257434, Status.PASS),
        (30, -0.0761310, 0.137015536, Status.INCONCLUSIVE),
        (5, -0.3927163, None, Status.INCONCLUSIVE),
    ],
)
def test_no_difference_at_all_passes_only_with_enough_cases(
    n: int, lower: float, p_noninferior: float | None, status: Status
) -> None:
    found = quality(singles((n, 1.0)), singles((n, 1.0)))
    assert (found.difference, found.se, found.upper, found.p_regress) == (0.0, 0.0, 0.0, 1.0)
    assert quality_status(found, 0.05) is status
    assert found.mde > 0
    if p_noninferior is not None:
        assert found.lower == pytest.approx(lower, abs=1e-7)
        assert found.p_noninferior == pytest.approx(p_noninferior, abs=1e-8)


@pytest.mark.parametrize(("margin", "smallest"), [(0.02, 116), (0.03, 77), (0.05, 46), (0.10, 23)])
def test_the_smallest_number_of_equal_cases_that_passes(margin: float, smallest: int) -> None:
    statuses = [
        quality_status(quality(singles((n, 1.0)), singles((n, 1.0)), margin), margin)
        for n in (smallest - 1, smallest)
    ]
    assert statuses == [Status.INCONCLUSIVE, Status.PASS]


def test_one_cluster_leaves_everything_open() -> None:
    found = quality({"only": [1.0]}, {"only": [0.0]})
    assert (found.lower, found.upper, found.se, found.mde) == (-1.0, 1.0, 1.0, 1.0)
    assert (found.p_regress, found.p_noninferior) == (1.0, 1.0)


def test_repeats_of_another_number_but_the_same_rate_are_no_difference() -> None:
    found = quality({f"c{i}": [0.1] * 3 for i in range(30)}, {f"c{i}": [0.1] * 7 for i in range(30)})
    assert (found.difference, found.se, found.upper) == (0.0, 0.0, 0.0)


def test_noise_is_the_part_that_repeats_would_shrink() -> None:
    found = quality({f"c{i}": [0.0, 1.0] for i in range(10)}, {f"c{i}": [1.0, 1.0] for i in range(10)})
    assert found.noise == pytest.approx(0.5 / 2 / 10)
    assert quality(singles((9, 1.0)), singles((9, 0.0))).noise == 0.0


def test_no_pairs_have_no_quality() -> None:
    assert quality_of([], measured_scores, alpha=0.05, margin=0.05) is None


def score(successes: int, n: int, clusters: int) -> tuple[float, float, float]:
    """The failures come first, so with few clusters all are in the first."""
    asked = [
        replace(observation(f"{i:03}", float(i >= n - successes)), cluster=str(i * clusters // n))
        for i in range(n)
    ]
    found = score_of(tuple(by_case(asked).values()))
    assert found is not None
    return found.mean, found.lower, found.upper


def test_the_score_of_one_side_is_the_reference_value() -> None:
    assert score(27, 30, 30) == pytest.approx((0.9, 0.73173, 0.96742), abs=5e-6)


def test_failures_in_one_cluster_widen_the_score() -> None:
    assert score(27, 30, 6) == pytest.approx((0.9, 0.47223, 0.98907), abs=5e-6)


def test_a_perfect_score_is_not_certain() -> None:
    mean, low, high = score(30, 30, 30)
    assert (mean, high) == (1.0, 1.0)
    assert 0.85 < low < 0.8865  # Wilson with t instead of z: a little wider


def test_one_cluster_has_no_interval_and_nothing_has_no_score() -> None:
    assert score(2, 3, 1) == (2 / 3, 0.0, 1.0)
    assert score_of([]) is None
