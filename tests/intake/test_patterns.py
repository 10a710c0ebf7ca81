"""Patterns of JavaScript for RE2."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.patterns import re2_pattern

# The pattern, its flags, a text it is found in, a text it is not found in.
TABLE = [
    (r"^\d{3}-\d{4}$", "", "555-1234", "x555-1234"),
    (r"a\/b", "", "a/b", "ab"),
    (r"\u00e9|\u{1F600}|\x41", "", "é", "e"),
    ("[^]x", "", "\nx", "x"),
    (r"[[\]]", "", "[", "a"),
    (r"[a\]]b", "", "]b", "b"),
    (r"(?<year>\d{4})", "", "in 2026", "in 26"),
    (r"[\b]", "", "\b", "b"),
    ("HELLO", "i", "hello", "hallo"),
    ("^b", "m", "a\nb", "ab"),
    ("a.b", "s", "a\nb", "ab"),
    (r"\w+@\w+\.com", "g", "a@b.com", "a@b"),
    (r"é\-ü", "", "é-ü", "éü"),
]


@pytest.mark.parametrize(("pattern", "flags", "found", "other"), TABLE, ids=[row[0] for row in TABLE])
def test_the_pattern_finds_the_same(pattern: str, flags: str, found: str, other: str) -> None:
    said = re2_pattern(pattern, flags)
    assert said is not None
    assert re2.search(said, found)
    assert not re2.search(said, other)


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?!a)b", "(?<=a)b", "(?<!a)b", r"(a)\1", r"(?<n>a)\k<n>", "[]", r"\cA", "x" * 3000]
)
def test_what_re2_has_not_is_no_pattern(pattern: str) -> None:
    assert re2_pattern(pattern) is None


def test_sticky_matching_is_no_pattern() -> None:
    assert re2_pattern("a", "y") is None


@given(st.text("ab()[]{}^$.|?*+\\/-:=!<>du0123456789kx", max_size=20))
def test_no_pattern_breaks_the_translation(pattern: str) -> None:
    said = re2_pattern(pattern)
    assert said is None or isinstance(said, str)
