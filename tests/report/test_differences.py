"""Short diffs: what differs comes first, nothing is endless, and nothing is left out in silence."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from harness.report.views.differences import MOST_LINES, MOST_WIDE, short_diff
from tests.report.hostile import nasty


def test_two_short_texts_are_two_lines() -> None:
    assert short_diff('{"queue": "refunds"}', '{"queue": "billing"}') == (
        '-{"queue": "refunds"}',
        '+{"queue": "billing"}',
    )


def test_equal_lines_stand_around_what_changed() -> None:
    before, after = "a\nb\nc\nd\ne\nf", "a\nb\nc\nX\ne\nf"
    assert short_diff(before, after) == (" b", " c", "-d", "+X", " e", " f")


def test_json_in_one_long_line_is_compared_value_by_value() -> None:
    value = {"queue": "refunds", "why": "because " * 20, "tags": ["a", "b"]}
    shown = short_diff(json.dumps(value), json.dumps({**value, "queue": "billing"}))
    assert '- "queue": "refunds",' in shown
    assert '+ "queue": "billing",' in shown
    assert len([line for line in shown if not line.startswith(" ")]) == 2


def test_json_that_differs_in_its_spelling_alone_is_compared_as_it_is() -> None:
    value = {"why": "because " * 20}
    assert len(short_diff(json.dumps(value), json.dumps(value, separators=(",", ":")))) == 2


def test_what_only_begins_like_json_is_text() -> None:
    assert short_diff("{" * 100, "[" * 5_000)[0] == "-" + "{" * 100


def test_a_long_line_is_shown_from_where_it_differs() -> None:
    same = "the same words again and " * 40
    removed, added = short_diff(f"{same}refunds{same}", f"{same}billing{same}")
    assert removed.startswith("-…")
    assert "refunds" in removed
    assert "billing" in added
    assert "more characters)" in added


def test_what_is_left_out_is_counted() -> None:
    before, after = ("\n".join(f"{side} {n}" for n in range(1_000)) for side in ("old", "new"))
    shown = short_diff(before, after)
    assert shown[-2:] == (f" ({600 - MOST_LINES} more lines)", " (700 lines beyond were not compared)")


def test_a_change_far_down_is_found() -> None:
    lines = [f"line {n}" for n in range(900)]
    shown = short_diff("\n".join(lines), "\n".join([*lines[:-1], "other"]))
    assert shown == (" line 897", " line 898", "-line 899", "+other")


def test_a_difference_that_cannot_be_seen_is_named() -> None:
    assert short_diff("a\u200bb", "ab") == ("-a⟨U+200B⟩b", "+ab")


def test_an_answer_that_is_not_there_leaves_only_the_other() -> None:
    assert short_diff("", "a\nb") == ("+a", "+b")
    assert short_diff("a", "") == ("-a",)


@given(nasty | st.text(max_size=400), nasty | st.text(max_size=400))
def test_whatever_the_answers_are_the_diff_is_bounded_and_marked(before: str, after: str) -> None:
    shown = short_diff(before, after)
    assert len(shown) <= MOST_LINES + 2
    assert all(line[0] in "-+ " and len(line) <= MOST_WIDE + 40 and "\n" not in line for line in shown)
    assert bool([line for line in shown if line[0] in "-+"]) == (before != after)
