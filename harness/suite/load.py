"""Files to nodes: YAML, JSON, JSON lines and CSV, each with the same limits and the same refusals."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, NoReturn, cast

from harness.errors import Place
from harness.suite.document import MOST_CASE_NODES, MOST_DEPTH, MOST_NODES, MOST_SCALAR, parse
from harness.suite.fields import Noted, suggest
from harness.suite.node import Entry, Items, Node, Scalar, Table
from harness.suite.scalar import MOST_DIGITS, resolve
from harness.suite.text import decode, has_surrogate
from harness.suite.tree import Tree, Unreadable

MOST_BYTES = 1024 * 1024
"""Of a file people write."""
MOST_CASE_BYTES = 64 * 1024 * 1024
"""Of a file of cases, which a program may have written."""

_SECRET = re.compile(r"(x[-_])?([a-z0-9]+[-_])*api[-_]?keys?|(anthropic[-_])?auth[-_]?token", re.IGNORECASE)


def load_text(
    tree: Tree, path: str, noted: Noted, *, most: int = MOST_BYTES, at: Place | None = None
) -> str | None:
    """The text of a file. `at` is where another file names it, for when it cannot be read at all."""
    try:
        content = tree.read(path, most)
    except Unreadable as error:
        noted.bad(at or Place(path, 0, 0), f"{path} {error.what}" if at else error.what, error.remedy)
        return None
    text = decode(path, content)
    if isinstance(text, str):
        return text
    noted.problems.append(text)
    return None


def load_yaml(tree: Tree, path: str, noted: Noted) -> Node | None:
    """The tree of a file people write."""
    text = load_text(tree, path, noted)
    if text is None:
        return None
    node = parse(path, text, noted.problems, most_nodes=MOST_NODES)
    return None if node is None else _without_secrets(noted, node)


def load_json(tree: Tree, path: str, noted: Noted, at: Place) -> Node | None:
    """The tree of a JSON file. JSON is YAML, so every value has its own place."""
    text = load_text(tree, path, noted, at=at)
    if text is None:
        return None
    node = parse(path, text.replace("\t", " "), noted.problems)
    return None if node is None else _without_secrets(noted, node)


def load_cases(tree: Tree, path: str, noted: Noted, at: Place) -> Iterator[Node]:
    """The cases of a file of cases, as nodes. `at` is where the suite names the file."""
    text = load_text(tree, path, noted, most=MOST_CASE_BYTES, at=at)
    if text is None:
        return
    before = len(noted.problems)
    some = False
    for node in _CASES[path.rpartition(".")[2]](path, text, noted):
        some = True
        yield _without_secrets(noted, node)
    if not some and len(noted.problems) == before:
        noted.bad(
            Place(path, 1, 1), "the file holds no case", "add one, or remove the entry that names the file"
        )


def _yaml_cases(path: str, text: str, noted: Noted) -> Iterator[Node]:
    node = parse(path, text, noted.problems, most_nodes=MOST_CASE_NODES)
    if node is not None:
        yield from noted.items(node, "a file of cases")


def _json_lines(path: str, text: str, noted: Noted) -> Iterator[Node]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            node = _json_line(line, Place(path, number, 1), noted)
            if node is not None:
                yield node


def _json_line(line: str, place: Place, noted: Noted) -> Node | None:
    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _value in found]
        for name in sorted({name for name in names if names.count(name) > 1} if len(found) < 1000 else set()):
            noted.bad(place, f"key {name[:80]!r} appears twice", "keep one")
        return dict(found)

    try:
        value = json.loads(line, object_pairs_hook=pairs, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        noted.bad(
            Place(place.file, place.line, error.colno),
            f"not JSON: {error.msg}",
            "write one object on the line",
        )
    except RecursionError:
        noted.bad(place, f"nested deeper than {MOST_DEPTH} levels", "make it flatter")
    except ValueError as error:
        noted.bad(place, str(error), "quote it if it is text")
    else:
        return _grown(value, place, noted, 0)
    return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} characters; the most is {MOST_DIGITS}")
    return int(digits)


def _grown(value: Any, place: Place, noted: Noted, depth: int) -> Node | None:
    """A JSON value as a node that stands where its line does."""
    if depth > MOST_DEPTH:
        noted.bad(place, f"nested deeper than {MOST_DEPTH} levels", "make it flatter")
        return None
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        grown = {name: _grown(each, place, noted, depth + 1) for name, each in table.items()}
        entries = {name: Entry(place=place, node=node) for name, node in grown.items() if node is not None}
        return Table(place=place, entries=MappingProxyType(entries))
    if isinstance(value, list):
        nodes = (_grown(each, place, noted, depth + 1) for each in cast("list[object]", value))
        return Items(place=place, items=tuple(node for node in nodes if node is not None))
    if isinstance(value, str):
        return Scalar(place=place, value=_text(value, place, noted), text=value, style='"')
    return Scalar(place=place, value=value, text=json.dumps(value))


def _text(text: str, place: Place, noted: Noted) -> str:
    if has_surrogate(text):
        noted.bad(place, "half of a surrogate pair is not a character", "write the whole character")
        return ""
    if len(text) > MOST_SCALAR:
        noted.bad(place, f"a value of {len(text):,} characters; the most is {MOST_SCALAR:,}", "shorten it")
    return text


_COLUMNS = ("id", "tags", "cluster", "weight", "threshold")
_EXPECT = ("expect.equals", "expect.contains", "expect.matches", "expect.refusal")


def _csv(path: str, text: str, noted: Noted) -> Iterator[Node]:
    """Columns: id, tags (`a|b`), cluster, weight, threshold, input.<name>, expect.<grader>. An empty cell of any
    column but input.* is no value.
    """
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
        entry = Entry(
            place=place, node=Scalar(place=place, value=_text(cell, place, noted), text=cell, style='"')
        )
        if kind == "input":
            inputs[name] = entry
        elif not cell:
            continue
        elif kind == "expect":
            expect.append(Table(place=place, entries={name: entry}))
        elif kind in {"weight", "threshold"}:
            case[kind] = Entry(place=place, node=_number(cell, place))
        elif kind == "tags":
            tags = (Scalar(place=place, value=each.strip(), text=each, style='"') for each in cell.split("|"))
            case[kind] = Entry(place=place, node=Items(place=place, items=tuple(tags)))
        else:
            case[kind] = entry
    if inputs:
        case["inputs"] = Entry(place=place, node=Table(place=place, entries=inputs))
    if expect:
        case["expect"] = Entry(place=place, node=Items(place=place, items=tuple(expect)))
    return Table(place=place, entries=case)


def _number(cell: str, place: Place) -> Scalar:
    try:
        return Scalar(place=place, value=resolve(cell.strip()), text=cell.strip())
    except ValueError:
        return Scalar(place=place, value=cell, text=cell)


_CASES = {"jsonl": _json_lines, "csv": _csv, "yaml": _yaml_cases}


def _without_secrets(noted: Noted, node: Node) -> Node:
    """Notes every key that looks like a place for a secret. The value is never shown."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Items):
            waiting.extend(found.items)
        elif isinstance(found, Table):
            for name, entry in found.entries.items():
                waiting.append(entry.node)
                if _SECRET.fullmatch(name):
                    noted.bad(
                        entry.place, f"{name[:80]!r} has no place in a file", "keys come from the environment"
                    )
    return node
