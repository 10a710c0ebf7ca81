"""What became of each case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.asked import by_case
from harness.compare.change import WORST_FIRST, Change, change_of, changes_of
from tests.compare.build import side, with_each

OK, NO = 1.0, 0.0
SCORES = st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("baseline", "candidate", "change"),
    [
        ((OK, OK, OK), (NO, NO, NO), Change.REGRESSED),
        ((OK, OK, OK), (OK, OK, NO), Change.UNSURE),
        ((OK, OK, OK), (OK, NO, NO), Change.UNSURE),
        ((NO, NO, NO), (OK, OK, OK), Change.IMPROVED),
        ((OK,), (NO,), Change.REGRESSED),
        ((NO,), (OK,), Change.IMPROVED),
        ((OK,), (NO, OK, OK), Change.UNSURE),
        ((OK, NO), (NO, OK), Change.SAME),
        ((OK,) * 10, (OK,) + (NO,) * 9, Change.REGRESSED),
        ((0.9, 0.8, 0.85), (0.3, 0.35, 0.2), Change.REGRESSED),
        ((0.1,) * 3, (0.1,) * 7, Change.SAME),
        ((OK,), (), Change.BROKE),
        ((), (OK,), Change.MENDED),
        ((), (), Change.UNMEASURED),
    ],
)
def test_a_change_is_more_than_the_repeats_differ_among_themselves(
    baseline: tuple[float, ...], candidate: tuple[float, ...], change: Change
) -> None:
    assert change_of(baseline, candidate) is change


OPPOSITE = {
    Change.IMPROVED: Change.REGRESSED,
    Change.REGRESSED: Change.IMPROVED,
    Change.BROKE: Change.MENDED,
    Change.MENDED: Change.BROKE,
}


@given(SCORES, SCORES)
def test_swapping_the_sides_turns_the_change_around(
    baseline: tuple[float, ...], candidate: tuple[float, ...]
) -> None:
    one = change_of(baseline, candidate)
    assert change_of(candidate, baseline) is OPPOSITE.get(one, one)


def test_every_change_has_its_place_in_the_order() -> None:
    assert sorted(WORST_FIRST) == sorted(Change)


def test_cases_of_one_side_are_listed_worst_first() -> None:
    before = by_case(side({"gone": [1.0], "bad": [1.0], "worse": [1.0], "same": [1.0]}).observations)
    after = by_case(side({"bad": [0.5], "worse": [0.0], "same": [1.0], "new": [0.0]}).observations)
    found = [(c.case_id, c.change) for c in changes_of(before, after)]
    assert found == [
        ("worse", Change.REGRESSED),
        ("bad", Change.REGRESSED),
        ("gone", Change.REMOVED),
        ("new", Change.ADDED),
        ("same", Change.SAME),
    ]


def test_an_edited_case_is_not_comparable() -> None:
    before = by_case(side({"a": [1.0]}).observations)
    after = by_case(with_each(side({"a": [0.0]}), case_digest="edited").observations)
    assert [c.change for c in changes_of(before, after)] == [Change.NOT_COMPARABLE]


def test_reasons_of_missing_repeats_name_their_side() -> None:
    before = by_case(side({"a": [1.0, None]}).observations)
    after = by_case(with_each(side({"a": [None, None]}), missing="skipped: budget").observations)
    (found,) = changes_of(before, after)
    assert found.missing == ("baseline: timeout", "candidate: skipped: budget")
    assert (found.baseline_repeats, found.candidate_repeats, found.difference) == (1, 0, None)
    assert found.change is Change.BROKE


def test_a_measured_case_knows_its_difference() -> None:
    (found,) = changes_of(by_case(side({"a": [1.0]}).observations), by_case(side({"a": [0.25]}).observations))
    assert found.difference == -0.75
