"""The grader of size: characters and words.

Characters are Unicode code points in normal form C, without white space at either end; words are what white
space separates. A script that writes without spaces has one long word: bound its characters instead.
"""

from __future__ import annotations

from harness.grade.decision import Decision
from harness.grade.spelling import composed
from harness.suite.expectations.text import Length


def length(wanted: Length, text: str) -> Decision:
    """Whether every bound holds; each is inclusive."""
    stripped = composed(text.strip())
    characters, words = len(stripped), len(stripped.split())
    met = _is_within(characters, wanted.min_chars, wanted.max_chars) and _is_within(
        words, wanted.min_words, wanted.max_words
    )
    return Decision(met=met, found=f"{characters:,} characters and {words:,} words")


def _is_within(size: int, least: int | None, most: int | None) -> bool:
    return (least is None or size >= least) and (most is None or size <= most)
