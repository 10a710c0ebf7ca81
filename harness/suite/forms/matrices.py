"""A case with a `matrix` to cases: one for every combination of its values, with `{axis}` filled in everywhere.

`{axis}` is replaced in every text of the case, `{axis.key}` where the values of an axis are mappings. A text that
is nothing else becomes the value itself, whatever its kind. Every other brace stays as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from harness.suite.canonical import canonical
from harness.suite.forms.filling import MARK, Combination, Filling
from harness.suite.names import VARIABLE
from harness.suite.notation.fields import Noted, suggest
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table, plain

MOST = 20_000
"""Cases of one matrix."""

_NOT_AXES = ("include", "exclude")
_MOST_EXCEPTIONS = 1_000
"""Entries of `include` or `exclude`."""

Axes = Mapping[str, Mapping[str, Node]]
"""By name and, within an axis, by how the value is spelled."""
Spelled = tuple[str, ...]
"""One combination: how its value is spelled, axis by axis."""


def unfolded(node: Node, noted: Noted) -> Iterator[Node]:
    """The node itself, or the cases of its matrix in the order of its axes, the last one fastest."""
    if not isinstance(node, Table) or "matrix" not in node.entries:
        yield node
        return
    before = len(noted.problems)
    matrix = noted.table(node.entries["matrix"].node, "'matrix'")
    combinations = () if matrix is None else _Matrix(matrix, noted).combinations()
    rest = Table(
        place=node.place,
        entries=MappingProxyType({name: each for name, each in node.entries.items() if name != "matrix"}),
    )
    if len(noted.problems) == before:
        _check_id(rest, combinations, noted)
    if len(noted.problems) > before:
        return
    filling = Filling(noted)
    for combination in combinations:
        case = filling.filled(rest, combination)
        if len(noted.problems) > before:
            return
        yield case


@dataclass(frozen=True, slots=True)
class _Matrix:
    table: Table
    noted: Noted

    def combinations(self) -> tuple[Combination, ...]:
        """Every combination that is wanted, after noting what is wrong with them."""
        axes = {
            name: self._values(name, entry)
            for name, entry in self.table.entries.items()
            if name not in _NOT_AXES
        }
        if not axes:
            self.noted.bad(self.table.place, "a matrix without an axis", "add one, such as `lang: [en, ur]`")
        size = math.prod(len(values) for values in axes.values())
        if size > MOST:
            what = f"a matrix of {size:,} combinations; the most is {MOST:,}"
            self.noted.bad(self.table.place, what, "take values out")
        if not 0 < size <= MOST or not axes:
            return ()
        found = self._without(dict.fromkeys(product(*axes.values())), axes)
        made = [
            {name: values[key] for (name, values), key in zip(axes.items(), spelled, strict=True)}
            for spelled in found
        ]
        return (*made, *self._more(found, axes))

    def _values(self, name: str, entry: Entry) -> Mapping[str, Node]:
        if not re.fullmatch(VARIABLE, name):
            self.noted.bad(entry.place, f"{name[:80]!a} is no name of an axis", "use a-z, 0-9 and `_`")
        values = self.noted.items(entry.node, f"the axis {name[:80]!r}")
        if isinstance(entry.node, Items) and not values:
            self.noted.bad(entry.node.place, f"the axis {name[:80]!r} has no value", "add one, or remove it")
        found: dict[str, Node] = {}
        for value in values:
            if found.setdefault(_spelled(value), value) is not value:
                self.noted.bad(value.place, f"a value of {name[:80]!r} appears twice", "keep one")
        return found

    def _without(self, found: dict[Spelled, None], axes: Axes) -> dict[Spelled, None]:
        for table in self._listed("exclude", axes):
            said = [(at, _said(table, name)) for at, name in enumerate(axes) if name in table.entries]
            left = {each: None for each in found if any(each[at] != value for at, value in said)}
            if len(left) == len(found):
                self.noted.bad(table.place, "this excludes no combination", "mend it, or remove it")
            elif not left:
                self.noted.bad(table.place, "this leaves nothing of the matrix", "mend it, or remove it")
            found = left
        return found

    def _more(self, found: dict[Spelled, None], axes: Axes) -> Iterator[Combination]:
        there = set(found)
        for table in self._listed("include", axes):
            missing = [name for name in axes if name not in table.entries]
            if missing:
                what = f"a combination without the axis {missing[0]!r}"
                self.noted.bad(table.place, what, f"add `{missing[0]}:`")
                continue
            spelled = tuple(_said(table, name) for name in axes)
            if spelled in there:
                self.noted.bad(table.place, "the matrix has this combination already", "remove it")
            there.add(spelled)
            yield {name: table.entries[name].node for name in axes}

    def _listed(self, name: str, axes: Axes) -> Iterator[Table]:
        """The entries of `include` or `exclude` that name nothing but axes."""
        entry = self.table.entries.get(name)
        items = () if entry is None else self.noted.items(entry.node, repr(name))
        if len(items) > _MOST_EXCEPTIONS and entry is not None:
            what = f"{len(items):,} entries of {name!r}; the most is {_MOST_EXCEPTIONS:,}"
            self.noted.bad(entry.place, what, "write the cases one by one")
            return
        for item in items:
            table = self.noted.table(item, f"an entry of {name!r}")
            if table is None:
                continue
            strange = [each for each in table.entries if each not in axes]
            for each in strange:
                what = f"the matrix has no axis {each[:80]!r}"
                self.noted.bad(table.entries[each].place, what, suggest(each, axes))
            if not table.entries:
                self.noted.bad(table.place, f"an entry of {name!r} is empty", "name an axis, or remove it")
            elif not strange:
                yield table


def _said(table: Table, name: str) -> str:
    return _spelled(table.entries[name].node)


def _spelled(value: Node) -> str:
    """Equal for equal values. NaN has no JSON, and is refused where it is put to use."""
    try:
        return canonical(plain(value))
    except ValueError:
        return repr(value)


def _check_id(case: Table, combinations: tuple[Combination, ...], noted: Noted) -> None:
    """An id that leaves an axis out would be that of several cases."""
    entry = case.entries.get("id")
    written = entry.node if entry is not None else None
    if not isinstance(written, Scalar):
        return
    named = {found[1] for found in MARK.finditer(written.text)}
    for axis in combinations[0] if combinations else ():
        if axis not in named and len({_spelled(each[axis]) for each in combinations}) > 1:
            what = f"the id says nothing of the axis {axis!r}, so that several cases would share it"
            noted.bad(written.place, what, f"write `{{{axis}}}` into it")
            return
