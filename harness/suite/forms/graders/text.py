"""Forms of the graders of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.text import Contains, EndsWith, Equals, Matches, StartsWith
from harness.suite.forms.compiled import check_pattern
from harness.suite.forms.graders.form import ALSO_PATH, IGNORE_CASE, GraderForm, Reading, stands_for
from harness.suite.forms.kinds import ANYTHING, FLAG, NO_MAPPING, TEXT, TEXTS, may, need
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


_SIDES: Final[Mapping[str, type[StartsWith | EndsWith]]] = {"starts_with": StartsWith, "ends_with": EndsWith}


def _side(name: str) -> GraderForm:
    """The form of `starts_with` or `ends_with`."""
    keys = {
        "text": may("The text it must be.", TEXT),
        "any": may("Texts of which it must be one.", TEXTS),
        "path": ALSO_PATH,
        "ignore_case": IGNORE_CASE,
    }

    def read(reading: Reading, given: Fields, place: Place) -> Expectation | None:
        path, ignore_case = reading.path(given), bool(given.flag("ignore_case"))
        wanted = reading.one_or_any(given, "text", name)
        for each in wanted:
            if not reading.is_empty(given.place, each, name) and each.strip() != each:
                what = f"{name!r} looks at the answer without the white space around it, not at {each[:40]!r}"
                reading.noted.bad(given.place, what, "write a text without white space around it")
        return _SIDES[name](place=place, any_of=wanted, path=path, ignore_case=ignore_case)

    return GraderForm(
        name=name,
        means=f"The answer {name.replace('_', ' ')} this.",
        keys=keys,
        read=read,
        short=TEXT,
        read_short=stands_for("text", read, keys),
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
    _side("starts_with"),
    _side("ends_with"),
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
)
