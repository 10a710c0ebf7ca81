"""Numbers read the same everywhere, and never as NaN."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report import words

ANY = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("share", "text"),
    [(-0.052, "−5.2"), (0.004, "+0.4"), (0.0, "0.0"), (-0.0001, "0.0"), (math.nan, "unknown")],
)
def test_points_have_a_sign_unless_they_are_nothing(share: float, text: str) -> None:
    assert words.points(share) == text


@pytest.mark.parametrize(
    ("exact", "text"),
    [("0.31", "$0.31"), ("0", "$0.00"), ("0.000467", "$0.00047"), ("1234.5", "$1,234.50"), ("NaN", "unknown"), (None, "unpriced"), ("x", "unknown")],
)  # fmt: skip
def test_small_amounts_keep_two_digits(exact: str | None, text: str) -> None:
    assert words.dollars(exact) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [(0.82, "0.82 s"), (4.04, "4.0 s"), (41, "41 s"), (125, "2 min 5 s"), (3780, "1 h 3 min")],
)
def test_times_are_as_precise_as_they_are_useful(length: float, text: str) -> None:
    assert words.seconds(length) == text


def test_a_sum_is_exact_and_unpriced_where_a_part_is() -> None:
    assert words.total(["0.1", "0.2"]) == "0.3"
    assert words.total(["0.1", None]) is None


def test_what_is_called_excluded_is_excluded() -> None:
    assert words.excluded(-0.0612) == "6.2"
    assert words.excluded(-0.061) == "6.1"


@given(ANY)
def test_no_number_is_shown_as_nan_or_infinity(number: float) -> None:
    said = (
        words.points,
        words.percent,
        words.change,
        words.seconds,
        words.p_value,
        words.margin,
        words.excluded,
    )
    for say in said:
        assert not {"nan", "inf"} & set(say(number).lower().split())


def test_words_are_listed_and_counted() -> None:
    assert words.listing(["a", "b", "c"]) == "a, b and c"
    assert (words.count(1, "case"), words.count(1200, "case")) == ("1 case", "1,200 cases")
    assert (words.change(1.12), words.change(0.97), words.level(0.05)) == ("+12 %", "−3 %", "95 %")
