"""The grader of size: characters, words, sentences and lines.

Characters are Unicode code points in normal form C, without white space at either end; words are what white
space separates. A script that writes without spaces has one long word: bound its characters instead. Lines are those
that are not blank. Sentences are counted by their ends (`harness.grade.sentences`).
"""

from __future__ import annotations

import re
from typing import Final

from harness.grade.decision import Decision
from harness.grade.path import text_at
from harness.grade.sentences import sentences
from harness.grade.spelling import composed
from harness.suite.expectations.text import Length

_LINE: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")


def length(wanted: Length, text: str) -> Decision:
    """Whether every bound holds; each is inclusive."""
    stripped = composed(text_at(wanted.path, text).strip())
    sizes = {"characters": len(stripped), "words": len(stripped.split())}
    bounds = [
        _is_within(sizes["characters"], wanted.min_chars, wanted.max_chars),
        _is_within(sizes["words"], wanted.min_words, wanted.max_words),
    ]
    if wanted.min_sentences is not None or wanted.max_sentences is not None:
        sizes["sentences"] = sentences(stripped)
        bounds.append(_is_within(sizes["sentences"], wanted.min_sentences, wanted.max_sentences))
    if wanted.min_lines is not None or wanted.max_lines is not None:
        sizes["lines"] = lines(stripped)
        bounds.append(_is_within(sizes["lines"], wanted.min_lines, wanted.max_lines))
    *most, last = (f"{size:,} {unit}" for unit, size in sizes.items())
    return Decision(met=all(bounds), found=f"{', '.join(most)} and {last}")


def lines(text: str) -> int:
    """The lines of `text` that are not blank."""
    return sum(1 for each in _LINE.split(text) if each.strip())


def _is_within(size: int, least: int | None, most: int | None) -> bool:
    return (least is None or size >= least) and (most is None or size <= most)
