"""Which cases of a suite are wanted: every filter narrows, and nothing left is an error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.selection import EVERYTHING, Sample, Selection
from tests.values import case, suite

MANY = suite(*(case(f"case-{number:03}") for number in range(100)))
PARCEL = replace(case("parcel", tags=("urdu",)), inputs={"ticket": "Wo ist mein PAKET? Straße 5"})
SUITE = suite(case("a"), PARCEL, case("b", tags=("urdu",)))


def ids(selection: Selection) -> list[str]:
    return [each.id for each in selection.chosen(SUITE)]


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        (EVERYTHING, ["a", "parcel", "b"]),
        (Selection(text="paket"), ["parcel"]),
        (Selection(text="STRASSE"), ["parcel"]),
        (Selection(text="PARC"), ["parcel"]),
        (Selection(tags=frozenset({"urdu"}), text="refund"), ["b"]),
        (Selection(since="main", among=frozenset({"a", "b"}), tags=frozenset({"urdu"})), ["b"]),
        (Selection(ids=frozenset({"b", "a"})), ["a", "b"]),
    ],
)
def test_every_filter_narrows_what_the_others_leave(selection: Selection, wanted: list[str]) -> None:
    assert ids(selection) == wanted


@pytest.mark.parametrize(
    ("selection", "because"),
    [
        (Selection(text="nowhere"), "no id and no input holds 'nowhere'"),
        (Selection(tags=frozenset({"zz"})), "no case has the tag zz; its tags are: refund, urdu"),
        (Selection(since="main", among=frozenset()), "nothing changed since main"),
        (Selection(last_failed=True, among=frozenset()), "nothing failed in the newest run"),
        (Selection(text="paket", ids=frozenset({"a"})), "no case fits all of them together"),
    ],
)
def test_a_selection_of_nothing_says_which_filter_left_nothing(selection: Selection, because: str) -> None:
    with pytest.raises(UsageError, match="0 cases selected") as refused:
        selection.chosen(SUITE)
    assert because in str(refused.value)


def test_what_changed_has_to_be_looked_up_first() -> None:
    with pytest.raises(ValueError, match="looked up"):
        Selection(since="main").chosen(SUITE)


def drawn(count: int, seed: int, of: int = 100) -> set[str]:
    cases = MANY.cases[:of]
    return {each.id for each in Selection(sample=Sample(count=count, seed=seed)).chosen(suite(*cases))}


@given(st.integers(1, 100), st.integers(0, 1000))
def test_a_smaller_sample_is_a_part_of_a_larger_one(count: int, seed: int) -> None:
    assert len(drawn(count, seed)) == count
    assert drawn(count, seed) <= drawn(min(100, count + 10), seed)


@given(st.permutations(MANY.cases), st.integers(0, 100))
def test_a_sample_does_not_depend_on_the_order_of_the_cases(cases: list[object], seed: int) -> None:
    shuffled = replace(MANY, cases=tuple(cases))  # type: ignore[arg-type]
    found = Selection(sample=Sample(count=7, seed=seed)).chosen(shuffled)
    assert {each.id for each in found} == drawn(7, seed)
    assert list(found) == [each for each in shuffled.cases if each in found]


def test_another_seed_draws_other_cases_and_every_case_has_its_chance() -> None:
    assert drawn(5, 0) != drawn(5, 1)
    assert set().union(*(drawn(20, seed) for seed in range(60))) == {each.id for each in MANY.cases}


def test_a_case_that_is_added_takes_at_most_one_place() -> None:
    assert len(drawn(10, 3, of=99) - drawn(10, 3, of=100)) <= 1
