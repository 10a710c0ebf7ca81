from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from harness.cli.table import Column, number, table, text

HEADS = (Column(head="model"), number("cost"), text("note"))
ROWS = [("opus-5-5", "$0.31", "a note that goes on and on and on"), ("haiku", "$12.00", "short")]


def test_columns_are_aligned_and_numbers_stand_right() -> None:
    assert table(HEADS, ROWS, fit=None).splitlines() == [
        "model       cost  note",
        "opus-5-5   $0.31  a note that goes on and on and on",
        "haiku     $12.00  short",
    ]


def test_only_what_may_be_cut_is_cut() -> None:
    assert table(HEADS, ROWS, fit=30).splitlines()[1] == "opus-5-5   $0.31  a note that…"


def test_where_nothing_more_can_be_cut_the_rows_are_stacked() -> None:
    assert table(HEADS, ROWS, fit=20).splitlines() == [
        "model  opus-5-5",
        "cost   $0.31",
        "note   a note that goes on and on and on",
        "",
        "model  haiku",
        "cost   $12.00",
        "note   short",
    ]


def test_wide_characters_take_two_columns() -> None:
    lines = table(HEADS, [("漢字", "$1", "漢字漢字漢字漢字漢字")], fit=26).splitlines()
    assert lines[1] == "漢字     $1  漢字漢字漢字…"
    assert cell_len(lines[1]) <= 26


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=4), st.integers(20, 90))
def test_no_cell_reaches_the_terminal_raw(rows: list[tuple[str, str, str]], fit: int) -> None:
    shown = table(HEADS, rows, fit=fit)
    assert not set(shown) & set("\x1b\x07\r\u202e\u2028\x85")
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert "##[" not in shown


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=50)), min_size=1, max_size=4))
def test_every_row_is_one_line_in_a_pipe(rows: list[tuple[str, str]]) -> None:
    assert table((Column(head="a"), text("b")), rows, fit=None).count("\n") == len(rows) + 1


def test_a_head_is_as_hostile_as_a_cell() -> None:
    assert "\x1b" not in table([text("\x1b[31m")], [["x"]], fit=None)
