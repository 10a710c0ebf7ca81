"""What claimed confidence is worth: by hand, by enumeration, and against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.interval import Value
from harness.compare.observation import Observation
from harness.measure.auroc import area_of
from harness.measure.bins import Claim, bins_of, curve_of, error_of, parts_of
from harness.measure.claims import confidence_of, shift_of
from tests.compare.build import observation

claims_drawn = st.lists(
    st.tuples(st.floats(0, 1), st.booleans(), st.sampled_from([0.5, 1.0, 2.0])), min_size=1, max_size=60
)


def claim(number: int, claimed: float, *, right: bool, weight: float = 1.0) -> Claim:
    return Claim(case_id=f"c{number}", cluster=f"c{number}", claimed=claimed, right=right, weight=weight)


def claimed(case: int, confidence: float | None, right: float, *, repeat: int = 1) -> Observation:
    return replace(observation(f"c{case:03}", right, repeat=repeat), answer_confidence=confidence)


def drawn(many: int, *, modest: float = 0.0, seed: int = 1) -> list[Observation]:
    """Answers that are right as often as they claim, less `modest`."""
    chance = np.random.default_rng(seed)
    claims = 0.5 + 0.5 * chance.random(many)
    return [claimed(i, float(c), float(chance.random() < c - modest)) for i, c in enumerate(claims)]


def test_the_brier_score_of_four_answers_by_hand() -> None:
    found = confidence_of([claimed(1, 0.9, 1), claimed(2, 0.8, 0), claimed(3, 0.6, 1), claimed(4, 0.3, 0)])
    assert found is not None
    assert found.brier.value == pytest.approx((0.01 + 0.64 + 0.16 + 0.09) / 4)
    assert found.claimed.value == pytest.approx(0.65)
    assert found.right.value == 0.5
    assert found.overconfidence.value == pytest.approx(0.15)
    assert found.auroc is not None
    assert found.auroc.value == 0.75


def test_answers_that_claim_nothing_are_counted_apart() -> None:
    found = confidence_of([claimed(1, 0.9, 1), claimed(2, None, 0)])
    assert found is not None
    assert (found.answers, found.silent) == (1, 1)
    assert found.auroc is None
    assert confidence_of([claimed(2, None, 0)]) is None


@given(claims_drawn)
def test_the_parts_of_a_brier_score_add_up_and_bins_are_whole(rows: list[tuple[float, bool, float]]) -> None:
    claims = [claim(i, c, right=right, weight=w) for i, (c, right, w) in enumerate(rows)]
    bins = bins_of(claims)
    assert sum(map(len, bins)) == len(claims)
    assert len(bins) <= 10
    ends = [(each[0].claimed, each[-1].claimed) for each in bins]
    assert all(one[1] < other[0] for one, other in pairwise(ends))
    parts = parts_of(bins)
    weight = fsum(each.weight for each in claims)
    score = fsum(each.weight * each.gap**2 for each in claims) / weight
    assert parts.reliability - parts.resolution + parts.uncertainty + parts.within == pytest.approx(score)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0
    error = error_of(bins)
    assert 0 <= error.error.lower <= error.error.value <= error.error.upper <= 1
    assert error.error.value <= error.plain + 1e-12


def test_equal_claims_within_bins_leave_nothing_within() -> None:
    claims = [claim(i, (0.2, 0.7)[i % 2], right=i % 3 == 0) for i in range(40)]
    assert parts_of(bins_of(claims)).within == pytest.approx(0, abs=1e-15)


def test_the_curve_of_two_claims_has_two_points() -> None:
    claims = [claim(i, 0.9 if i < 10 else 0.6, right=i % 2 == 0) for i in range(20)]
    low, high = curve_of(bins_of(claims))
    assert (low.answers, low.lowest, low.highest, high.right.value) == (10, 0.6, 0.6, 0.5)
    assert [low.claimed, high.claimed] == pytest.approx([0.6, 0.9])
    assert error_of(bins_of(claims)).plain == pytest.approx(0.25)


@given(
    st.lists(st.sampled_from([0.1, 0.5, 0.5, 0.9]), min_size=1, max_size=12),
    st.lists(st.sampled_from([0.1, 0.5, 0.9, 0.95]), min_size=1, max_size=12),
)
def test_the_area_is_the_share_of_pairs_in_order(above: list[float], below: list[float]) -> None:
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in above for b in below]
    found = area_of(
        [Value(value=a, cluster=f"a{i}") for i, a in enumerate(above)],
        [Value(value=b, cluster=f"b{i}") for i, b in enumerate(below)],
    )
    assert found is not None
    assert found.estimate.value == pytest.approx(fsum(pairs) / len(pairs))
    assert 0 <= found.estimate.lower <= found.estimate.value <= found.estimate.upper <= 1


def test_the_error_of_an_area_is_delong_s() -> None:
    """By the definition: variances of the placements, each over its own number."""
    chance = np.random.default_rng(2)
    above, below = chance.normal(1, 1, 40), chance.normal(0, 1, 25)
    inside = (above[:, None] > below[None, :]).astype(float)
    squares = float(inside.mean(1).var() / 40 + inside.mean(0).var() / 25)
    found = area_of(
        [Value(value=float(x), cluster=f"a{i}") for i, x in enumerate(above)],
        [Value(value=float(x), cluster=f"b{i}") for i, x in enumerate(below)],
    )
    assert found is not None
    assert found.influences.se**2 == pytest.approx(squares * 65 / 64)


def test_claims_that_hold_have_no_proved_error() -> None:
    found = confidence_of(drawn(300))
    assert found is not None
    assert found.error.lower == 0
    assert found.error.value < found.error_plain
    assert found.overconfidence.lower < 0 < found.overconfidence.upper


def test_claims_that_are_too_high_are_found_out_with_their_size() -> None:
    found = confidence_of(drawn(300, modest=0.2))
    assert found is not None
    assert found.overconfidence.lower <= 0.2 <= found.overconfidence.upper
    assert found.error.lower > 0.05
    assert found.error.lower <= 0.2 <= found.error.upper


def test_thirty_right_answers_that_claim_95_are_not_called_modest() -> None:
    found = confidence_of([claimed(i, 0.95, 1) for i in range(30)])
    assert found is not None
    assert found.error.lower == 0
    assert found.error.upper > found.error.value


def test_a_side_that_claims_more_than_before_has_shifted() -> None:
    found = shift_of(drawn(300), drawn(300, modest=0.25))
    assert found is not None
    assert found.overconfidence.is_proved
    assert found.overconfidence.lower <= 0.25 <= found.overconfidence.upper
    assert found.brier.lower > 0
    assert found.error.value > 0.1
    assert not found.claimed.is_proved
    assert found.cases == 300
    assert found.auroc is not None


def test_equal_sides_have_not_shifted_and_a_few_prove_nothing() -> None:
    for many in (5, 200):
        found = shift_of(drawn(many), drawn(many))
        assert found is not None
        assert found.brier.value == found.error.value == 0
        assert found.brier.lower < 0 < found.brier.upper
        assert (found.brier.upper < 0.02) == (many == 200)


def test_only_cases_that_both_sides_asked_alike_count() -> None:
    before = [claimed(1, 0.9, 1), claimed(2, 0.9, 1), claimed(3, 0.9, 1), claimed(4, 0.9, 0)]
    after = [
        claimed(1, 0.8, 1),
        replace(claimed(2, 0.8, 1), case_digest="another"),
        claimed(3, None, 1),
        replace(claimed(4, 0.7, 0), case_digest=""),
    ]
    found = shift_of(before, after)
    assert found is not None
    assert found.cases == 2
    assert shift_of(before, [claimed(9, 0.5, 1)]) is None
    same = shift_of(before[:2], before[:2])
    assert same is not None
    assert same.auroc is None


@pytest.mark.sim
def test_intervals_of_claims_hold_the_truth_as_often_as_they_say() -> None:
    held = {"error": 0, "over": 0}
    for seed in range(300):
        found = confidence_of(drawn(120, modest=0.15, seed=seed))
        assert found is not None
        held["error"] += found.error.lower <= 0.15 <= found.error.upper
        held["over"] += found.overconfidence.lower <= 0.15 <= found.overconfidence.upper
    assert all(count >= 0.92 * 300 for count in held.values()), held


@pytest.mark.sim
def test_shifts_of_nothing_are_proved_as_seldom_as_they_say() -> None:
    wrong = {"brier": 0, "error": 0, "auroc": 0, "overconfidence": 0}
    for seed in range(300):
        found = shift_of(drawn(100, seed=seed), drawn(100, seed=seed + 10_000))
        assert found is not None
        for name in wrong:
            wrong[name] += getattr(found, name).is_proved
    assert all(count <= 0.08 * 300 for count in wrong.values()), wrong
