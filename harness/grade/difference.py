"""The grader `json_diff`: how much of one JSON value is as in another.

Both are taken apart into leaves: strings, numbers, constants, empty objects and empty lists, each at its place (keys and indices from the
root). The score is the number of places where both have the same leaf, divided by the number of places where either has one (Jaccard's index).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.grade.decision import Decision, Undecidable, printable
from harness.grade.path import Steps, places_of, value_at
from harness.grade.reading import read_json
from harness.grade.subset import is_list, is_same
from harness.suite.canonical import canonical
from harness.suite.expectations.structure import JsonDiff
from harness.units import Json

MOST_LEAVES: Final = 20_000
SHOWN: Final = 3
"""Places that evidence names."""


def json_diff(wanted: JsonDiff, text: str) -> Decision:
    """The share of leaves that agree. Raises Undecidable where nothing is left to compare."""
    found = read_json(text) if wanted.path is None else value_at(wanted.path, text)
    wanted_value: Json = json.loads(
        canonical(wanted.to)
    )  # paths look into plain lists and dictionaries alone
    ours, theirs = _leaves(wanted_value, wanted.ignore), _leaves(found, wanted.ignore)
    places = {**ours, **theirs}
    if not places:
        raise Undecidable("nothing that is not ignored")
    other = [each for each in places if not _agree(each, ours, theirs)]
    score = 1.0 - len(other) / len(places)
    return Decision(met=not other, found=_told(other, len(places)), score=score)


def _leaves(value: Json, ignore: Sequence[str]) -> dict[Steps, Json]:
    ignored = {place for path in ignore for place in places_of(path, value)}
    leaves: dict[Steps, Json] = {}
    for place, leaf in _walked(value, ignored):
        leaves[place] = leaf
        if len(leaves) > MOST_LEAVES:
            raise Undecidable(f"more than {MOST_LEAVES:,} values")
    return leaves


def _walked(value: Json, ignored: set[Steps]) -> Iterator[tuple[Steps, Json]]:
    """Every leaf that is not ignored with its place, without recursion."""
    waiting: list[tuple[Steps, Json]] = [((), value)]
    while waiting:
        place, each = waiting.pop()
        if place in ignored:
            continue
        inner = _members(each)
        if inner:
            waiting += [((*place, step), member) for step, member in reversed(inner)]
        else:
            yield place, each


def _members(value: Json) -> list[tuple[int | str, Json]]:
    if isinstance(value, Mapping):
        return list(value.items())
    return list(enumerate(value)) if is_list(value) else []


def _agree(place: Steps, ours: Mapping[Steps, Json], theirs: Mapping[Steps, Json]) -> bool:
    if place not in ours or place not in theirs:
        return False
    one, two = ours[place], theirs[place]
    is_object = isinstance(one, Mapping), isinstance(two, Mapping)
    if any(is_object) or is_list(one) or is_list(two):  # empty ones, or they would be no leaves
        return is_object[0] == is_object[1] and is_list(one) == is_list(two)
    return is_same(one, two)


def _told(other: Sequence[Steps], places: int) -> str:
    """How many differ, and the JSON Pointers of the first."""
    if not other:
        return f"no difference in {places:,}"
    first = ", ".join(printable(_pointer(each), 80) or "the whole" for each in other[:SHOWN])
    more = ", ..." if len(other) > SHOWN else ""
    return f"{len(other):,} of {places:,} values that differ: {first}{more}"


def _pointer(place: Steps) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
