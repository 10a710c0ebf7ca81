"""Forms of the graders that are made of others."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.combined import AllOf, AnyOf, SomeOf
from harness.suite.forms.graders.form import GraderForm, Reading, stands_for
from harness.suite.forms.kinds import EXPECTATIONS, may, need
from harness.suite.notation.fields import Fields
from harness.suite.notation.node import Node, Scalar, Table

MOST_PARTS: Final = 100


def _parts(reading: Reading, given: Fields, *, weighed: bool) -> tuple[Expectation, ...]:
    """The expectations under `of`, after noting what is wrong with any."""
    node = given.node("of")
    items = () if node is None else reading.noted.items(node, "'of'")
    if node is not None and not 1 <= len(items) <= MOST_PARTS:
        what = f"it is made of {len(items)} expectations"
        reading.noted.bad(node.place, what, f"write one to {MOST_PARTS}")
    for each in items:
        if not weighed and isinstance(each, Table) and "weight" in each.entries:
            at = each.entries["weight"].place
            remedy = "remove it, or use `some_of` with `at_least: 60%`"
            reading.noted.bad(at, "a weight says nothing where every part counts once", remedy)
    read = (reading.nested(each) for each in items)
    return tuple(each for each in read if each is not None)


def _all(reading: Reading, given: Fields, place: Place) -> Expectation:
    return AllOf(place=place, of=_parts(reading, given, weighed=False))


def _any(reading: Reading, given: Fields, place: Place) -> Expectation:
    return AnyOf(place=place, of=_parts(reading, given, weighed=False))


def _some_of(reading: Reading, given: Fields, place: Place) -> Expectation:
    node = given.node("at_least")
    is_count = _is_count(node)
    parts = _parts(reading, given, weighed=not is_count)
    count = given.integer("at_least", 1, MOST_PARTS) if is_count else None
    if count is not None and count > len(parts) > 0:
        what = f"no answer meets {count} of {len(parts)} expectations"
        reading.noted.bad(given.place_of("at_least"), what, "ask for fewer")
    share = None if node is None or is_count else _share(reading, given, node)
    return SomeOf(place=place, of=parts, count=count, at_least=share)


def _is_count(node: Node | None) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool)


def _share(reading: Reading, given: Fields, node: Node) -> float | None:
    """A share is written with its sign: 0.5 could be meant as a count of parts by somebody who miscounted."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return reading.at_least(given)
    reading.noted.bad(node.place, "'at_least' is no count of parts and no share", "write `2` or `60%`")
    return None


_OF: Final = {"of": need("The expectations.", EXPECTATIONS)}

FORMS: Final = (
    GraderForm(
        name="all",
        means="Every one of several expectations.",
        keys=_OF,
        read=_all,
        short=EXPECTATIONS,
        read_short=stands_for("of", _all, _OF),
    ),
    GraderForm(
        name="any",
        means="One of several expectations, or more of them.",
        keys=_OF,
        read=_any,
        short=EXPECTATIONS,
        read_short=stands_for("of", _any, _OF),
    ),
    GraderForm(
        name="some_of",
        means="Some of several expectations: so many, or so much of their weight.",
        keys={
            "of": need("The expectations.", EXPECTATIONS),
            "at_least": may(
                "How many must be met (2), or how much of the weight (60%); without it the share counts as it is.",
                {
                    "anyOf": [
                        {"type": "integer", "minimum": 1, "maximum": MOST_PARTS},
                        {"type": "string", "pattern": r"^[-+]?[0-9]+(\.[0-9]+)? ?%$"},
                    ]
                },
            ),
        },
        read=_some_of,
    ),
)
