"""One spelling for texts that look the same: Unicode normal form C, in time linear in the text.

Putting combining marks in order takes time quadratic in their number, and a hostile answer can hold a million
of them on one letter. So a run of marks is cut after 30 of them, the bound of the stream-safe text format (UAX #15,
section 13); no writing system needs more. Both sides of a comparison are spelled by this function.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise
from typing import Final

MOST_MARKS: Final = 30
"""Combining marks in a row that are put in order together."""

_LONG_RUN: Final = re.compile(rf"[^\w\s!-~\ud800-\udfff]{{{MOST_MARKS + 1},}}")
"""No letter, digit, white space or half a character is a combining mark: longer runs of marks are in here."""


@functools.lru_cache(maxsize=8)
def composed(text: str) -> str:
    """`text` in normal form C; runs of more than 30 marks are normalised 30 at a time.

    Remembered: every expectation of a case spells the same answer.
    """
    if text.isascii():
        return text
    cuts = [0, *_cuts(text), len(text)]
    pieces = (text[start:end] for start, end in pairwise(cuts))
    return "".join(unicodedata.normalize("NFC", each) for each in pieces)


@functools.lru_cache(maxsize=8)
def folded(text: str) -> str:
    """`text` in normal form C with its case folded: `ß` equals `SS`."""
    return composed(composed(text).casefold())


def _cuts(text: str) -> list[int]:
    cuts: list[int] = []
    for run in _LONG_RUN.finditer(text):
        marks = 0
        for position in range(*run.span()):
            marks = marks + 1 if unicodedata.combining(text[position]) else 0
            if marks > MOST_MARKS:
                cuts.append(position)
                marks = 1
    return cuts
