"""Nodes to expectations: one grader each, checked as far as that goes without an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from harness.errors import Place
from harness.suite.expectation import (
    Confidence,
    Contains,
    Equals,
    Expectation,
    JsonPath,
    JsonSchema,
    Length,
    Matches,
    Number,
    Refusal,
)
from harness.suite.forms import shapes
from harness.suite.forms.compiled import check_path, check_pattern
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Node, Scalar, Table
from harness.units import Json

FindSchema = Callable[[Node], Json]
"""The JSON Schema a `json` expectation names or holds, or None after noting why there is none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the expectations of one suite."""

    noted: Noted
    find_schema: FindSchema

    def read(self, node: Node) -> Expectation | None:
        """One entry of `expect`, or None after noting what is wrong with it."""
        table = self.noted.table(node, "an expectation")
        if table is None:
            return None
        entry = Fields(table, shapes.EXPECTATION, self.noted)
        weight = self._weight(entry)
        if "not" in entry:
            return self._negated(entry, table, weight)
        found = self._only(entry, table)
        if isinstance(found, Confidence) and "weight" in entry:
            self.noted.bad(
                entry.place_of("weight"), "confidence is recorded, never scored", "remove the weight"
            )
        return None if found is None else replace(found, weight=weight)

    def _weight(self, entry: Fields) -> float:
        weight = entry.within("weight", entry.number("weight"), above=0, most=1e9)
        return 1.0 if weight is None else weight

    def _negated(self, entry: Fields, table: Table, weight: float) -> Expectation | None:
        beside = [name for name in table.entries if name in shapes.GRADERS]
        if beside:
            self.noted.bad(
                table.entries[beside[0]].place, f"{beside[0]!r} stands beside 'not'", "put it inside"
            )
        node = entry.node("not")
        inner = None if node is None else self.noted.table(node, "'not'")
        if inner is None:
            return None
        found = self._only(Fields(inner, shapes.GRADER, self.noted), inner)
        if isinstance(found, Confidence):
            self.noted.bad(inner.place, "confidence is recorded, never scored", "remove the `not`")
            return None
        return None if found is None else replace(found, weight=weight, negated=True)

    def _only(self, entry: Fields, table: Table) -> Expectation | None:
        named = [name for name in table.entries if name in shapes.GRADERS]
        if len(named) > 1:
            what = f"an expectation has one grader, not {len(named)} ({', '.join(named)})"
            self.noted.bad(table.entries[named[1]].place, what, "write one list item each")
            return None
        if named:
            return self._grader(entry, named[0], table.entries[named[0]].place)
        if not any(name not in shapes.EXPECTATION.keys for name in table.entries):
            what = "an expectation names no grader"
            self.noted.bad(table.place, what, f"use one of: {', '.join(shapes.GRADERS)}")
        return None

    def _grader(self, entry: Fields, name: str, place: Place) -> Expectation | None:
        node = entry.node(name)
        if node is None:
            return None
        shape, short, _doc = shapes.GRADERS[name]
        if isinstance(node, Table):
            before = len(self.noted.problems)
            found = _LONG[name](self, Fields(node, shape, self.noted), place)
            return found if len(self.noted.problems) == before else None
        if short is None:
            self.noted.table(node, repr(name))
            return None
        return self._short(entry, name, node, place)

    def _short(self, entry: Fields, name: str, node: Node, place: Place) -> Expectation | None:
        if name == "equals":
            self._is_said(node, name)
            return Equals(place=place, value=self.noted.json(node, "'equals'"))
        if name == "number":
            number = self.noted.number(node, "'number'")
            return None if number is None else Number(place=place, value=number)
        if name == "refusal":
            word = entry.word(name, ("expected", "forbidden"))
            return None if word is None else Refusal(place=place, expected=word == "expected")
        text = self.noted.text(node, repr(name))
        if text is None or self._is_empty(node, text, name):
            return None
        if name == "contains":
            return Contains(place=place, all_of=(text,))
        return Matches(place=place, pattern=text) if check_pattern(self.noted, node.place, text) else None

    def _is_said(self, node: Node, name: str) -> None:
        """Notes a value somebody forgot to write. A null that is meant is written out."""
        if isinstance(node, Scalar) and node.value is None and not node.text:
            self.noted.bad(node.place, f"{name!r} has no value", 'write it; `null` or `""` if that is wanted')

    def _is_empty(self, node: Node, text: str, name: str) -> bool:
        if not text:
            self.noted.bad(node.place, f"{name!r} of nothing is true of every answer", "write what is wanted")
        return not text

    def path(self, given: Fields) -> str | None:
        path = given.text("path")
        if path is not None:
            check_path(self.noted, given.place_of("path"), path)
        return path

    def equals(self, given: Fields, place: Place) -> Expectation | None:
        ignore_case, strip = given.flag("ignore_case"), given.flag("strip")
        value = given.node("value")
        if value is not None:
            self._is_said(value, "value")
        return Equals(
            place=place,
            value=given.json("value"),
            path=self.path(given),
            ignore_case=bool(ignore_case),
            strip=strip is not False,
        )

    def contains(self, given: Fields, place: Place) -> Expectation | None:
        ignore_case, path = bool(given.flag("ignore_case")), self.path(given)
        all_of, any_of = given.texts("all"), given.texts("any")
        if not all_of and not any_of:
            self.noted.bad(given.place, "'contains' asks for nothing", "add `all: [...]` or `any: [...]`")
        if "" in (*all_of, *any_of):
            self.noted.bad(
                given.place, "'contains' of nothing is true of every answer", "remove the empty text"
            )
        return Contains(place=place, all_of=all_of, any_of=any_of, path=path, ignore_case=ignore_case)

    def matches(self, given: Fields, place: Place) -> Expectation | None:
        pattern, path = given.text("pattern"), self.path(given)
        ignore_case = bool(given.flag("ignore_case"))
        if pattern is None or not check_pattern(self.noted, given.place_of("pattern"), pattern):
            return None
        if self._is_empty(Scalar(place=given.place_of("pattern"), value="", text=""), pattern, "matches"):
            return None
        return Matches(place=place, pattern=pattern, path=path, ignore_case=ignore_case)

    def number(self, given: Fields, place: Place) -> Expectation | None:
        value, path = given.number("value"), self.path(given)
        off = given.number("tolerance")
        share = given.share("relative")
        for name, said in (("tolerance", off), ("relative", share)):
            if said is not None and said < 0:
                self.noted.bad(given.place_of(name), f"{name!r} is negative", "write a number from 0")
        if value is None:
            return None
        return Number(place=place, value=value, tolerance=off or 0.0, relative=share or 0.0, path=path)

    def json_path(self, given: Fields, place: Place) -> Expectation | None:
        path, exists, count = self.path(given), given.flag("exists"), given.integer("count", 0)
        if count is not None and exists is False:
            self.noted.bad(
                given.place_of("count"), "a count of what must not exist", "keep `count` or `exists`"
            )
        return (
            None
            if path is None
            else JsonPath(place=place, path=path, exists=exists is not False, count=count)
        )

    def json(self, given: Fields, place: Place) -> Expectation | None:
        node = given.node("schema")
        schema = None if node is None else self.find_schema(node)
        return None if schema is None else JsonSchema(place=place, schema=schema)

    def length(self, given: Fields, place: Place) -> Expectation | None:
        least_chars, most_chars = given.integer("min_chars", 0), given.integer("max_chars", 0)
        least_words, most_words = given.integer("min_words", 0), given.integer("max_words", 0)
        for unit, least, most in (("chars", least_chars, most_chars), ("words", least_words, most_words)):
            if least is not None and most is not None and least > most:
                at = given.place_of(f"min_{unit}")
                self.noted.bad(at, f"no answer has {least} {unit} or more and {most} or fewer", "swap them")
        if not any(name in given for name in shapes.LENGTH.keys):
            self.noted.bad(given.place, "'length' sets no bound", "add `max_words:` or another bound")
        elif (least_chars, least_words) in (
            (0, None),
            (None, 0),
            (0, 0),
        ) and most_chars is most_words is None:
            self.noted.bad(given.place, "every answer is that long", "write a number from 1")
        return Length(
            place=place,
            min_chars=least_chars,
            max_chars=most_chars,
            min_words=least_words,
            max_words=most_words,
        )

    def refusal(self, given: Fields, place: Place) -> Expectation | None:
        expected, pattern = given.flag("expected"), given.text("pattern")
        if pattern is not None:
            check_pattern(self.noted, given.place_of("pattern"), pattern)
        return None if expected is None else Refusal(place=place, expected=expected, pattern=pattern)

    def confidence(self, given: Fields, place: Place) -> Expectation | None:
        path = self.path(given)
        return None if path is None else Confidence(place=place, path=path)


_LONG: Mapping[str, Callable[[Reader, Fields, Place], Expectation | None]] = {
    name: getattr(Reader, name) for name in shapes.GRADERS
}


def spelled(expectation: Expectation) -> Json:
    """The expectation as JSON, without its place: what a digest is made of."""
    said: dict[str, Json] = {"grader": expectation.grader}
    for each in fields(expectation):
        if each.name != "place":
            said[each.name] = getattr(expectation, each.name)
    return said
