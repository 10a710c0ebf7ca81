"""Sentences as a page sets them: real minus signs and arrows, and no percent sign alone at the start of a line."""

from __future__ import annotations

import re

_MINUS = re.compile(r"(?<![^\s(])-(?=[0-9])")
_ARROW = re.compile(r"(?<=%) -> (?=[0-9])")
_UNIT = re.compile(r"(?<=[0-9]) (?=%(?![0-9]))")


def typeset(text: str) -> str:
    """The same words: `92.0 % -> 86.0 %, -6.0 points` as a book has it."""
    return _UNIT.sub("\u00a0", _ARROW.sub(" → ", _MINUS.sub("−", text)))
