"""`number`: which number is meant, and how near is near enough."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.grade.decision import Undecidable
from harness.grade.number import last_number
from harness.suite.expectations.number import Number
from harness.units import Json
from tests.grade.cases import only, passes, undecided
from tests.grade.strategies import PLACE


def near(value: float, tolerance: float = 0.0, relative: float = 0.0, path: str | None = None) -> Number:
    return Number(place=PLACE, value=value, tolerance=tolerance, relative=relative, path=path)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It is 12.", "12"),
        ("first 5, then 7.25 in all", "7.25"),
        ("1,234.50", "1234.50"),
        ("12,34,567 rupees", "1234567"),
        ("$1,000,000!", "1000000"),
        ("costs -5", "-5"),
        ("costs \u22125", "-5"),
        ("loss: -$5.20", "-5.20"),
        ("loss: $-5.20", "-5.20"),
        ("loss: -€ 5", "-5"),
        ("(-5)", "-5"),
        ("+5", "5"),
        ("3-5", "5"),
        ("5%-10%", "10"),
        ("2026-11-21", "21"),
        ("- 5", "5"),
        ("15%", "15"),
        ("Rs.500", "500"),
        ("USD12.50", "12.50"),
        ("costs .5", "0.5"),
        ("1.5e6", "1500000"),
        ("2E-3", "0.002"),
        ("route e6", "6"),
        ("۱۲۳٫۵", "123.5"),
        ("١٬٢٣٤٪", "1234"),
        ("१२", "12"),
        ("کل \u200e-۵ روپے", "-5"),
        ("version 1.2.3", "3"),
        ("12,50", "50"),
        ("1,2,3", "3"),
        ("1,2345", "2345"),
        ("1,23,45", "45"),
        ("10²", "10"),
        ("007", "7"),
        ("x" * 1000 + " 42", "42"),
        ("1" * 400, "1" * 400),
    ],
)
def test_the_last_number_of_a_text(text: str, number: str) -> None:
    assert last_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["none", "", "²", "½", "...", "-", "1" * 401, "1," + "23," * 200_000 + "456"]
)
def test_a_text_without_a_number_to_read_passes_neither_way(text: str) -> None:
    undecided(f"x {text}", near(5))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_number_written_in_the_english_style_is_read_back(number: Decimal) -> None:
    assert last_number(f"So it is {number:,} in all.") == number
    assert last_number(f"So it is {number}") == number


@given(st.text())
def test_reading_a_number_never_breaks(text: str) -> None:
    with contextlib.suppress(Undecidable):
        assert last_number(text).is_finite()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12.5", near(12.5)),
        ("12.50", near(12.5)),
        ("0.3", near(0.1, tolerance=0.2)),
        ("-0", near(0)),
        ("110", near(100, relative=0.1)),
        ("-110", near(-100, relative=0.1)),
        ("102", near(100, tolerance=5, relative=0.01)),
        ("102", near(100, tolerance=1, relative=0.05)),
        ("9007199254740993", near(9007199254740992, tolerance=1)),
    ],
)
def test_near_enough(text: str, wanted: Number) -> None:
    assert passes(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12.49", near(12.5)),
        ("0.30000000000000001", near(0.3)),
        ("110.1", near(100, relative=0.1)),
        ("9007199254740993", near(9007199254740992)),
        ("1e999", near(1e308, relative=0.5)),
        ("100, or rather 7", near(100)),
    ],
)
def test_not_near_enough(text: str, wanted: Number) -> None:
    assert not passes(text, wanted)


@pytest.mark.parametrize("total", [12.5, "12.50", "USD 12.50"])
def test_a_number_at_a_path_may_be_written_in_a_string(total: Json) -> None:
    assert passes(json.dumps({"total": total}), near(12.5, path="$.total"))


@pytest.mark.parametrize("total", [True, None, [12.5], "many"])
def test_what_is_no_number_is_not_compared(total: Json) -> None:
    undecided(json.dumps({"total": total}), near(1, path="$.total"))


def test_an_integer_of_any_size_is_compared() -> None:
    assert not passes("9" * 4000, near(5, path="$"))


def test_evidence_tells_the_slack() -> None:
    wanted = near(12.5, tolerance=0.01, relative=0.1, path="$.total")
    assert only('{"total": 20}', wanted).evidence == (
        "wanted the number 12.5 give or take 0.01 or 0.1 of it at $.total; found 20"
    )
    assert only("20", near(12.5)).evidence == "wanted the number 12.5; found 20"
