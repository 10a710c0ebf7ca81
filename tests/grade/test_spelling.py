"""Normal form C, whatever an answer piles up on one letter."""

from __future__ import annotations

import time
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from harness.grade.spelling import MOST_MARKS, composed, folded
from harness.suite.expectations.text import Equals, Length, Matches
from tests.grade.cases import passes
from tests.grade.strategies import PLACE

marks = st.text("\u0300\u0315\u0327\u05b0\u064b", max_size=MOST_MARKS)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=2), marks), max_size=4))
def test_text_that_people_write_gets_its_normal_form(syllables: list[tuple[str, str]]) -> None:
    text = "".join(f"{letters}a{pile[: MOST_MARKS - 2]}" for letters, pile in syllables)
    assert composed(text) == unicodedata.normalize("NFC", text)


@given(st.text(), st.integers(0, 200))
def test_a_spelling_loses_nothing_however_many_marks_there_are(text: str, pile: int) -> None:
    piled = text + "\u0315\u0300" * pile
    plain = sorted(unicodedata.normalize("NFD", piled))
    assert sorted(unicodedata.normalize("NFD", composed(piled))) == plain


def test_folding_knows_more_than_lower_case() -> None:
    assert folded("Straße") == folded("STRASSE")
    assert folded("İ") == folded("i\u0307")


def test_a_million_marks_on_one_letter_do_not_hold_up_a_run() -> None:
    tower = "a" + "\u0315\u0300" * 150_000
    start = time.perf_counter()
    assert passes(tower, Equals(place=PLACE, value=tower, ignore_case=True))
    assert passes(tower, Matches(place=PLACE, pattern="^[aà]"))
    assert passes(tower, Length(place=PLACE, min_chars=2))
    assert time.perf_counter() - start < 30  # in one piece it takes minutes
