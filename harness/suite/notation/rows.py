"""A row of a table as a case: what its columns may be called, and where each of them goes.

Columns: `id`, `tags` (`a|b`), `cluster`, `weight`, `threshold`, `must_pass`, `repeats`, one `input.<name>` for each
input and one `expect.<grader>` for each expectation with a short form. Columns named like any other key of a case
hold JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

from harness.errors import Place
from harness.suite.notation.fields import Noted, suggest
from harness.suite.notation.json_lines import json_node
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.suite.notation.scalar import resolve

Cell = Literal["text", "value", "json"]
"""What a cell holds: text as it stands, a number or a word like `true`, or JSON."""
Graders = Mapping[str, Cell]
"""The graders a column may name, and what its cells hold."""

_TEXTS = ("id", "cluster")
_VALUES = ("weight", "threshold", "must_pass", "repeats")
_JSON = ("inputs", "expect", "expect_only", "tools", "turns", "history", "attachments", "quarantine")
_COLUMNS = (*_TEXTS, *_VALUES, "tags", *_JSON)


def check_columns(heads: Collection[str], graders: Graders, place: Place, noted: Noted) -> bool:
    """Whether every column is known and stands there once."""
    before = len(noted.problems)
    known = (*_COLUMNS, *(f"expect.{name}" for name in graders))
    listed = list(heads)
    for head in dict.fromkeys(listed):
        if head not in known and not head.startswith("input."):
            noted.bad(place, f"there is no column {head[:80]!r}", suggest(head, (*known, "input.<name>")))
        if listed.count(head) > 1:
            noted.bad(place, f"column {head[:80]!r} appears twice", "keep one")
    return len(noted.problems) == before


def row_case(cells: Mapping[str, Node], graders: Graders, place: Place, noted: Noted) -> Table | None:
    """The case of a row; None after noting a cell that cannot be read."""
    before = len(noted.problems)
    case: dict[str, Entry] = {}
    inputs: dict[str, Entry] = {}
    expect: list[Node] = []
    for head, cell in cells.items():
        kind, dot, name = head.partition(".")
        if kind == "input" and dot:
            inputs[name] = Entry(place=place, node=cell)
        elif kind == "expect" and dot:
            short = _as(graders[name], head, cell, noted)
            entries = MappingProxyType({name: Entry(place=place, node=short)})
            expect.append(Table(place=place, entries=entries))
        else:
            case[head] = Entry(place=place, node=_cell(head, cell, noted))
    _add(case, "inputs", inputs, place)
    if expect:
        said = case.get("expect")
        first = said.node.items if said is not None and isinstance(said.node, Items) else ()
        case["expect"] = Entry(place=place, node=Items(place=place, items=(*first, *expect)))
    table = Table(place=place, entries=MappingProxyType(case))
    return table if len(noted.problems) == before else None


def _add(case: dict[str, Entry], name: str, more: Mapping[str, Entry], place: Place) -> None:
    """Columns of their own beside the entries of a column that holds all of them."""
    if not more:
        return
    said = case.get(name)
    entries = dict(said.node.entries) if said is not None and isinstance(said.node, Table) else {}
    table = Table(place=place, entries=MappingProxyType({**entries, **more}))
    case[name] = Entry(place=place, node=table)


def _cell(head: str, cell: Node, noted: Noted) -> Node:
    if head == "tags" and isinstance(cell, Scalar) and isinstance(cell.value, str):
        return _tags(cell)
    kind: Cell = "value" if head in _VALUES else "json" if head in _JSON else "text"
    return _as(kind, head, cell, noted)


def _as(kind: Cell, head: str, cell: Node, noted: Noted) -> Node:
    """A cell of text as what it means; what is something else already stays."""
    if kind == "text" or not isinstance(cell, Scalar) or not isinstance(cell.value, str):
        return cell
    if kind == "value":
        return _value(cell)
    return json_node(cell.text, cell.place, noted, f"column {head!r}") or cell


def _value(cell: Scalar) -> Node:
    try:
        return Scalar(place=cell.place, value=resolve(cell.text.strip()), text=cell.text.strip())
    except ValueError:
        return cell


def _tags(cell: Scalar) -> Node:
    tags = (each.strip() for each in cell.text.split("|"))
    items = tuple(Scalar(place=cell.place, value=each, text=each, style='"') for each in tags)
    return Items(place=cell.place, items=items)
