"""How many sentences a text has, by rules anybody can follow, in time linear in the text.

A sentence ends with `.`, `!`, `?`, an ellipsis or the sign of another script (`。`, `؟`, `۔`, `।` ...), together
with the quotes and brackets that close behind it, where white space or the end of the text follows (behind the signs
of Chinese and Japanese nothing need follow); and it ends before a blank line. What holds no letter and no digit is no sentence.

No end is: a sign before a lower-case letter ("Really?" she asked), the full stop of an initial or an abbreviation of
single letters (J. Doe, e.g. this), of a few titles, and of the number of a list item.
"""

from __future__ import annotations

import re
from typing import Final

from harness.grade.decision import Undecidable

LONGEST: Final = 100_000
"""Characters of a text whose sentences are counted."""

_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n")
_END: Final = re.compile(r"[.!?…‽؟۔।॥։።]{1,9}[\"'”’»)\]*_]{0,4}(?=\s|\Z)|[。！？｡．]{1,9}[”’」』）]{0,3}")
_SAYS: Final = re.compile(r"[^\W_]")
_TITLES: Final = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "vs", "bzw", "nr"})
_LETTERS: Final = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")
_REACH: Final = 20
"""Characters before a full stop that tell whether it ends an abbreviation."""


def sentences(text: str) -> int:
    """The sentences of `text`. Raises Undecidable for a text too long."""
    if len(text) > LONGEST:
        raise Undecidable(f"a text of {len(text):,} characters, and sentences are counted in {LONGEST:,}")
    return sum(_in_paragraph(each) for each in _PARAGRAPH.split(text))


def _in_paragraph(text: str) -> int:
    count = start = 0
    for end in _END.finditer(text):
        if _goes_on(text, end):
            continue
        count += _SAYS.search(text, start, end.end()) is not None
        start = end.end()
    return count + (_SAYS.search(text, start) is not None)


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Whether the sentence goes on behind what looks like its end."""
    following = text[end.end() : end.end() + _REACH].lstrip()
    return following[:1].islower() or (end[0] == "." and _is_abbreviated(text, end.start()))


def _is_abbreviated(text: str, stop: int) -> bool:
    before = text[max(0, stop - _REACH) : stop]
    if not before or before[-1].isspace():
        return False
    word = before.split()[-1].lstrip("([\"'“‘«*_")
    if word.isdecimal():  # of a list item, if nothing stands before it in its line
        return not before[before.rfind("\n") + 1 : len(before) - len(word)].strip()
    return word.lower() in _TITLES or _LETTERS.fullmatch(word) is not None
