"""Hostile text never acts where it is shown."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from harness.report import safe
from tests.github.runner import newer_command, older_command
from tests.report.hostile import PAYLOADS, nasty

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def forbidden(text: str) -> set[str]:
    kinds = {"Cc", "Cs", "Zl", "Zp"}
    return {
        c for c in text if unicodedata.category(c) in kinds or c in BIDI or c in "\u200b\u2060\ufeff\u00ad"
    }


@given(nasty)
@example(PAYLOADS[9])
@example("###[x]")
@example("\u00a0::error::x")
def test_no_text_is_a_command_of_a_runner(text: str) -> None:
    shown = safe.term(text)
    assert not older_command(shown)
    assert not newer_command(shown)


@given(st.lists(st.sampled_from(["##[", "::", ":", "#", "[", " ", "x", "]"]), max_size=12).map("".join))
def test_no_mixture_of_the_pieces_of_commands_is_a_command(text: str) -> None:
    assert not older_command(safe.term(text))
    assert not newer_command(safe.term(text))


@given(nasty)
def test_a_terminal_gets_one_line_without_controls(text: str) -> None:
    assert forbidden(safe.term(text)) == set()


@given(nasty)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert safe.term(safe.term(text)) == safe.term(text)
    assert safe.visible(safe.visible(text)) == safe.visible(text)


@given(nasty)
def test_what_cannot_be_seen_is_named(text: str) -> None:
    assert forbidden(safe.visible(text)) <= {"\n", "\t"}
    safe.visible(text).encode()


def test_ordinary_text_of_any_language_stays_as_it_is() -> None:
    for text in ("Grüße, 你好", "آرڈر کہاں ہے", "naïve 👍", "a: b :: c"):
        assert safe.term(text) == text
        assert safe.visible(text) == text


def test_controls_are_shown_as_escapes() -> None:
    assert safe.term("a\x1b[31m\u202e\n\ud800") == r"a\x1b[31m\u202e\n\ud800"
    assert safe.visible("a\u202e") == "a⟨U+202E⟩"


def test_a_block_keeps_its_lines() -> None:
    assert safe.term_block("one\n::error::two\r") == ("one", r"\::error::two\r")


@given(nasty)
def test_a_fence_is_longer_than_any_backticks_in_it(text: str) -> None:
    first, *inner, last = safe.fence(text).split("\n")
    assert last == first.removesuffix("text")
    assert max((len(run) for line in inner for run in re.findall("`+", line)), default=0) < len(last)


@given(nasty)
def test_a_code_span_holds_in_a_table_cell(text: str) -> None:
    span = safe.code_span(text)
    assert span.count("`") in {0, 2}
    assert not set("|\\\n\r") & set(span)
