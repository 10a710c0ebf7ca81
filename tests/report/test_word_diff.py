"""Two texts held against each other: nothing is lost, and what differs is told apart by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.views import word_diff
from harness.report.views.laid_out import laid_out
from harness.report.views.word_diff import Line, blocks
from tests.report.hostile import nasty

texts = st.one_of(
    nasty, st.lists(st.sampled_from(["a", "b", " ", "\n", "word", "退", "款", ".", "é"])).map("".join)
)


def side(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


def changed(lines: tuple[Line, ...]) -> list[str]:
    return [piece.text for line in lines for piece in line if piece.changed]


@given(before=texts, after=texts)
def test_joined_again_each_side_is_what_it_was(before: str, after: str) -> None:
    found = blocks(before, after)
    assert [line for block in found for line in side(block.before)] == before.split("\n")
    assert [line for block in found for line in side(block.after)] == after.split("\n")


@given(text=texts)
def test_a_text_is_no_different_from_itself(text: str) -> None:
    [only] = blocks(text, text)
    assert only.is_same
    assert only.before == only.after


def test_words_that_differ_are_told_apart_from_those_around_them() -> None:
    [block] = blocks("the parcel is late", "the invoice is late")
    assert (changed(block.before), changed(block.after)) == (["parcel"], ["invoice"])


def test_an_equal_line_stands_between_lines_that_differ() -> None:
    found = blocks("one\nsame\ntwo", "uno\nsame")
    assert [each.is_same for each in found] == [False, True, False]
    assert side(found[2].before) == ["two"]
    assert found[2].after == ()


def test_scripts_without_blanks_differ_by_characters() -> None:
    [block] = blocks("退款问题", "退货问题")
    assert (changed(block.before), changed(block.after)) == (["款"], ["货"])


def test_what_is_equal_by_chance_is_part_of_what_differs() -> None:
    [block] = blocks("I want a refund, a lot of money now", "I see my friends, a new house now")
    assert len(changed(block.after)) == 1


def test_a_line_that_was_broken_elsewhere_is_no_difference_of_words() -> None:
    [block] = blocks("please sort this\nticket and answer", "please sort this ticket and reply")
    assert (changed(block.before), changed(block.after)) == (["answer"], ["reply"])


def test_a_blank_counts_where_nothing_else_differs() -> None:
    [block] = blocks("a  b c d e", "a b c d e")
    assert (changed(block.before), changed(block.after)) == (["  "], [" "])


def test_texts_with_little_in_common_are_not_told_apart_by_words() -> None:
    [block] = blocks("refunds are paid in a week", "who knows")
    assert (changed(block.before), changed(block.after)) == (["refunds are paid in a week"], ["who knows"])


def test_texts_too_long_to_be_held_against_each_other_cost_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_diff, "MAX_LINES", 8)
    found = blocks("same\na\nb\nc\nend", "same\nb\nd\ne\nend")
    assert [each.is_same for each in found] == [True, False, True]


def test_json_has_a_line_for_each_member_and_every_number_as_it_came() -> None:
    assert laid_out('{"a": 1.50, "b": [1, 2], "c": {"d": 1e5, "d": []}, "e": {}, "f": [{"g": null}]}') == (
        '{\n  "a": 1.50,\n  "b": [1, 2],\n  "c": {\n    "d": 1e5,\n    "d": []\n  },\n  "e": {},\n'
        '  "f": [\n    {\n      "g": null\n    }\n  ]\n}'
    )


def test_a_long_list_has_a_line_for_each_value() -> None:
    assert (laid_out(f"[{', '.join(['12345678'] * 9)}]") or "").count("\n") == 10


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        '"text"',
        "{not json",
        "[" * 5000 + "]" * 5000,
        "[" * 60 + "]" * 60 + "",
        "[" + "1," * 20_000 + "1]",
    ],
)
def test_what_is_no_json_is_left_as_it_is(text: str) -> None:
    assert laid_out(text) is None
