"""The scale of a judge, as it is written."""

from __future__ import annotations

from harness.suite.forms import judge_shapes as shapes
from harness.suite.judge import BINARY, Levels, Preference, Range, Scale
from harness.suite.notation.fields import Fields, suggest
from harness.suite.notation.node import Items, Scalar, Table

_WORDS = ("binary", "preference")
_MOST_LEVELS = 25


def read_scale(given: Fields) -> Scale | None:
    """The scale, or None after noting why it is none."""
    node = given.node("scale")
    match node:
        case None:
            return None
        case Items():
            return _levels(given)
        case Table():
            return _range(node, given)
        case Scalar():
            word = given.text("scale")
            if word is not None and word not in _WORDS:
                given.noted.bad(node.place, f"'scale' cannot be {word[:80]!r}", suggest(word, _WORDS))
            return BINARY if word == "binary" else Preference() if word == "preference" else None


def _levels(given: Fields) -> Levels | None:
    names, place, noted = given.texts("scale"), given.place_of("scale"), given.noted
    before = len(noted.problems)
    if not 2 <= len(names) <= _MOST_LEVELS:
        noted.bad(place, f"a scale of {len(names)} words", f"write 2 to {_MOST_LEVELS}, the worst first")
    if len(set(names)) < len(names):
        noted.bad(place, "a word stands twice in the scale", "keep one")
    if any(not each.strip() or each != each.strip() for each in names):
        noted.bad(place, "a word of the scale is empty, or has space around it", "mend it")
    return Levels(names=names) if len(noted.problems) == before else None


def _range(table: Table, given: Fields) -> Range | None:
    said = Fields(table, shapes.RANGE, given.noted)
    least, most = said.number("from"), said.number("to")
    if least is None or most is None:
        return None
    if most <= least or abs(least) > 1e9 or abs(most) > 1e9:
        what = f"a scale from {least:g} to {most:g}"
        given.noted.bad(table.place, what, "the best number is the larger one; turn the criteria round")
        return None
    return Range(least=least, most=most, whole=False)
