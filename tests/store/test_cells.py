"""CSV: whatever a text begins with, a spreadsheet shows it; numbers are numbers; nothing else is changed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.store.cells import cell, write_table

FIRST = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "|", "%"]
BEFORE = ["", " ", "   ", "\u00a0", "\u200b", "\ufeff", "\u202e", "\u2060", "\x00", "\x07", "\u3000"]
texts = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\"|%,;\t\r\n＝＠ "), max_size=30)


def written(rows: list[list[object]], names: tuple[str, ...] = ("a",)) -> list[list[str]]:
    file = io.StringIO(newline="")
    write_table(names, rows, file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


@pytest.mark.parametrize("first", FIRST)
def test_nothing_that_begins_a_formula_begins_a_cell(first: str) -> None:
    for before in BEFORE:
        (_, (found,)) = written([[f"{before}{first}SUM(1)\n=2"]])
        assert found == f"'{before}{first}SUM(1)\n=2"


def test_a_column_is_no_formula_either() -> None:
    assert written([], ("=cmd|' /C calc'!A0", "plain")) == [["'=cmd|' /C calc'!A0", "plain"]]


@given(texts)
def test_a_text_comes_back_as_it_was_but_for_one_apostrophe(text: str) -> None:
    (_, (found,)) = written([[text]])
    assert found in {text, f"'{text}"}
    assert cell(found) == found
    assert found[:1] not in FIRST


@given(
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
def test_a_number_is_a_number_whatever_its_sign(number: Decimal | float) -> None:
    file = io.StringIO(newline="")
    write_table(["n"], [[number]], file)
    said = file.getvalue().splitlines()[1]
    assert not said.startswith(("'", '"'))
    assert type(number)(said) == number


def test_lists_are_json_and_nothing_is_empty() -> None:
    assert written([[["=a", "b"], None, True]], ("x", "y", "z"))[1] == ['["=a", "b"]', "", "True"]
