"""Forms of the graders of text."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.text import Contains, Equals, Length, Matches
from harness.suite.forms.compiled import check_pattern
from harness.suite.forms.graders.form import ALSO_PATH, IGNORE_CASE, GraderForm, Reading
from harness.suite.forms.kinds import ANYTHING, FLAG, NO_MAPPING, TEXT, TEXTS, may, need, whole
from harness.suite.notation.fields import Fields
from harness.suite.notation.node import Node


def _equals(reading: Reading, given: Fields, place: Place) -> Expectation:
    ignore_case, strip = given.flag("ignore_case"), given.flag("strip")
    value = given.node("value")
    if value is not None:
        reading.is_said(value, "value")
    return Equals(
        place=place,
        value=given.json("value"),
        path=reading.path(given),
        ignore_case=bool(ignore_case),
        strip=strip is not False,
    )


def _equals_short(reading: Reading, node: Node, place: Place) -> Expectation:
    reading.is_said(node, "equals")
    return Equals(place=place, value=reading.noted.json(node, "'equals'"))


def _contains(reading: Reading, given: Fields, place: Place) -> Expectation:
    ignore_case, path = bool(given.flag("ignore_case")), reading.path(given)
    all_of, any_of = given.texts("all"), given.texts("any")
    if not all_of and not any_of:
        reading.noted.bad(given.place, "'contains' asks for nothing", "add `all: [...]` or `any: [...]`")
    if "" in (*all_of, *any_of):
        reading.noted.bad(
            given.place, "'contains' of nothing is true of every answer", "remove the empty text"
        )
    return Contains(place=place, all_of=all_of, any_of=any_of, path=path, ignore_case=ignore_case)


def _contains_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
    text = reading.noted.text(node, "'contains'")
    if text is None or reading.is_empty(node.place, text, "contains"):
        return None
    return Contains(place=place, all_of=(text,))


def _matches(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    pattern, path = given.text("pattern"), reading.path(given)
    ignore_case = bool(given.flag("ignore_case"))
    at = given.place_of("pattern")
    if pattern is None or not check_pattern(reading.noted, at, pattern):
        return None
    if reading.is_empty(at, pattern, "matches"):
        return None
    return Matches(place=place, pattern=pattern, path=path, ignore_case=ignore_case)


def _matches_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
    text = reading.noted.text(node, "'matches'")
    if text is None or reading.is_empty(node.place, text, "matches"):
        return None
    return Matches(place=place, pattern=text) if check_pattern(reading.noted, node.place, text) else None


_BOUNDS: Final = {
    "min_chars": may("At least so many characters.", whole(0)),
    "max_chars": may("At most so many characters.", whole(0)),
    "min_words": may("At least so many words.", whole(0)),
    "max_words": may("At most so many words.", whole(0)),
}


def _length(reading: Reading, given: Fields, place: Place) -> Expectation:
    noted = reading.noted
    least_chars, most_chars = given.integer("min_chars", 0), given.integer("max_chars", 0)
    least_words, most_words = given.integer("min_words", 0), given.integer("max_words", 0)
    for unit, least, most in (("chars", least_chars, most_chars), ("words", least_words, most_words)):
        if least is not None and most is not None and least > most:
            at = given.place_of(f"min_{unit}")
            noted.bad(at, f"no answer has {least} {unit} or more and {most} or fewer", "swap them")
    if not any(name in given for name in _BOUNDS):
        noted.bad(given.place, "'length' sets no bound", "add `max_words:` or another bound")
    elif not (least_chars or least_words) and most_chars is most_words is None:
        noted.bad(given.place, "every answer is that long", "write a number from 1")
    return Length(
        place=place,
        min_chars=least_chars,
        max_chars=most_chars,
        min_words=least_words,
        max_words=most_words,
    )


FORMS: Final = (
    GraderForm(
        name="equals",
        means="The answer is exactly this.",
        keys={
            "value": need("The value wanted: any JSON.", ANYTHING),
            "path": ALSO_PATH,
            "ignore_case": IGNORE_CASE,
            "strip": may("Whether space around the text is ignored; true where it is left out.", FLAG),
        },
        read=_equals,
        short=NO_MAPPING,
        read_short=_equals_short,
    ),
    GraderForm(
        name="contains",
        means="The answer contains this.",
        keys={
            "all": may("Texts that must all be there.", TEXTS),
            "any": may("Texts of which one must be there.", TEXTS),
            "path": ALSO_PATH,
            "ignore_case": IGNORE_CASE,
        },
        read=_contains,
        short=TEXT,
        read_short=_contains_short,
    ),
    GraderForm(
        name="matches",
        means="An RE2 pattern is found in the answer.",
        keys={
            "pattern": need("An RE2 pattern, found anywhere.", TEXT),
            "path": ALSO_PATH,
            "ignore_case": IGNORE_CASE,
        },
        read=_matches,
        short=TEXT,
        read_short=_matches_short,
    ),
    GraderForm(name="length", means="Bounds on the answer's length.", keys=_BOUNDS, read=_length),
)
