"""Tables of cases to nodes: one case a row, standing where its row starts.

Columns: `id`, `tags` (`a|b`), `cluster`, `weight`, `threshold`, `must_pass` (true or false), `input.<name>` and `expect.<grader>` for the
graders whose short form is text. An empty cell of any column but `input.<name>` is no value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from harness.errors import Place
from harness.suite.notation.fields import Noted, suggest
from harness.suite.notation.json_lines import valid_text
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.suite.notation.scalar import resolve

_COLUMNS = ("id", "tags", "cluster", "weight", "threshold", "must_pass")
_EXPECT = ("expect.equals", "expect.contains", "expect.matches", "expect.refusal")


def csv_cases(path: str, text: str, noted: Noted) -> Iterator[Node]:
    """One node for every row after the first line, which names the columns."""
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    number = 1
    try:
        heads = next(rows, None)
        if heads is None or not _heads(heads, Place(path, 1, 1), noted):
            return
        while True:
            number = rows.line_num + 1
            row = next(rows, None)
            if row is None:
                return
            place = Place(path, number, 1)
            if len(row) != len(heads) and row:
                what = f"{len(row)} cells where the first line has {len(heads)}"
                noted.bad(place, what, "quote cells that hold a comma")
            elif row:
                yield _row(dict(zip(heads, row, strict=True)), place, noted)
    except csv.Error as error:
        noted.bad(Place(path, number, 1), f"not CSV: {error}", "quote cells that hold quotes or line ends")


def _heads(heads: list[str], place: Place, noted: Noted) -> bool:
    before = len(noted.problems)
    known = (*_COLUMNS, *_EXPECT)
    for head in heads:
        if head not in known and not head.startswith("input."):
            noted.bad(place, f"there is no column {head[:80]!r}", suggest(head, (*known, "input.<name>")))
        if heads.count(head) > 1:
            noted.bad(place, f"column {head[:80]!r} appears twice", "keep one")
    return len(noted.problems) == before


def _row(cells: dict[str, str], place: Place, noted: Noted) -> Table:
    case: dict[str, Entry] = {}
    inputs: dict[str, Entry] = {}
    expect: list[Node] = []
    for head, cell in cells.items():
        kind, _dot, name = head.partition(".")
        text = Scalar(place=place, value=valid_text(cell, place, noted), text=cell, style='"')
        if kind == "input":
            inputs[name] = Entry(place=place, node=text)
        elif kind == "expect" and cell:
            expect.append(Table(place=place, entries={name: Entry(place=place, node=text)}))
        elif cell:
            case[kind] = Entry(place=place, node=_SPECIAL.get(kind, _as_it_is)(text))
    if inputs:
        case["inputs"] = Entry(place=place, node=Table(place=place, entries=inputs))
    if expect:
        case["expect"] = Entry(place=place, node=Items(place=place, items=tuple(expect)))
    return Table(place=place, entries=case)


def _as_it_is(cell: Scalar) -> Node:
    return cell


def _value(cell: Scalar) -> Node:
    try:
        return Scalar(place=cell.place, value=resolve(cell.text.strip()), text=cell.text.strip())
    except ValueError:
        return cell


def _tags(cell: Scalar) -> Node:
    tags = (each.strip() for each in cell.text.split("|"))
    return Items(
        place=cell.place,
        items=tuple(Scalar(place=cell.place, value=each, text=each, style='"') for each in tags),
    )


_SPECIAL = {"weight": _value, "threshold": _value, "must_pass": _value, "tags": _tags}
