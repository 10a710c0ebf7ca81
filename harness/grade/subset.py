"""Whether one JSON value holds another: the grader `json_subset`, and the arguments of `tool_call`.

An object holds another if it has every key of it, with a value that holds the wanted one. A list holds another if it has members
that hold the wanted ones, in the same order; there may be more between them. Anything else must be equal: numbers by value
(1 and 1.0), true is not 1, text in Unicode normal form C. Every value holds itself, and more never holds less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from typing_extensions import TypeIs

from harness.grade.spelling import composed
from harness.units import Json


def holds(whole: Json, part: Json) -> bool:
    """Whether `part` is in `whole`, in time linear in `whole`. Both are of bounded depth."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            name in whole and holds(whole[name], each) for name, each in part.items()
        )
    if is_list(part):
        return is_list(whole) and _in_order(whole, part)
    return is_same(whole, part)


def is_same(one: Json, two: Json) -> bool:
    """Whether two values that hold no others are equal; false where either is an object or a list."""
    if isinstance(one, str) or isinstance(two, str):
        return isinstance(one, str) and isinstance(two, str) and composed(one) == composed(two)
    if isinstance(one, Mapping) or isinstance(two, Mapping) or is_list(one) or is_list(two):
        return False
    return isinstance(one, bool) is isinstance(two, bool) and one == two


def is_list(value: Json) -> TypeIs[Sequence[Json]]:
    """Whether it is a JSON list: tuples of files, lists of answers."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def _in_order(whole: Sequence[Json], part: Sequence[Json]) -> bool:
    """Taking the first member that fits is best: whatever a later one would leave, it leaves too."""
    rest = iter(whole)
    return all(any(holds(each, wanted) for each in rest) for wanted in part)
