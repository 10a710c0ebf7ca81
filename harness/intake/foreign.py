"""Other people's YAML, JSON, JSON lines and CSV to the trees of our own readers: every value knows its place.

Tolerant where our own files are strict: anchors, aliases, merge keys and tags are understood, and what is wrong is
said beside the tree instead of in its stead. Bounded all the same: depth, size, and what aliases come to.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from harness.errors import Place, Problem
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.suite.notation.scalar import resolve
from harness.suite.notation.syntax import explain

MOST_DEPTH = 64
MOST_NODES = 300_000
"""Values of one file, each alias counted as what it stands for."""
MOST_CELL = 1_000_000
"""Characters of one cell of a CSV file."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_TEXT = "tag:yaml.org,2002:str"


def foreign_text(file: str, content: bytes, problems: list[Problem]) -> str | None:
    """The text of a file, without a byte order mark, or None. Characters that no text has are noted and replaced."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(Place(file, 1, 1), "the file is UTF-16, not UTF-8", "save it as UTF-8"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = content.count(b"\n", 0, bad.start) + 1
        what = f"byte 0x{content[bad.start]:02x} is not UTF-8"
        problems.append(Problem(Place(file, line, 1), what, "save the file as UTF-8"))
        return None
    unseen = _UNSEEN.search(text)
    if unseen is not None:
        line = text.count("\n", 0, unseen.start()) + 1
        what = f"the character U+{ord(unseen.group()):04X} stands for nothing, and was replaced"
        problems.append(Problem(Place(file, line, 1), what, ""))
        text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return text


def foreign_yaml(file: str, text: str, problems: list[Problem]) -> Node | None:
    """The first document of a YAML file, or None where it is none. JSON is YAML, too."""
    builder = _Builder(file, problems)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _GiveUp:
        return None
    except _Enough:
        pass
    except yaml.MarkedYAMLError as error:
        problems.append(explain(file, text.split("\n"), error))
        return None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        problems.append(Problem(Place(file, 1, 1), "the file is not YAML", "check it with an editor"))
        return None
    return builder.root


def foreign_json(file: str, text: str, problems: list[Problem]) -> Node | None:
    """The value of a JSON file, or None where it is none."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        problems.append(Problem(place, f"not JSON: {error.msg}", "mend it"))
        return None
    except (RecursionError, ValueError):
        problems.append(Problem(Place(file, 1, 1), "the file is nested too deeply", "make it flatter"))
        return None
    return foreign_yaml(file, _as_yaml(text), problems)


_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _as_yaml(text: str) -> str:
    """JSON that YAML takes: no tabs between values, no characters written as two escapes."""

    def joined(pair: re.Match[str]) -> str:
        return pair[1] + chr(0x10000 + ((int(pair[2], 16) - 0xD800) << 10) + int(pair[3], 16) - 0xDC00)

    return _PAIR.sub(joined, text.replace("\t", " "))


def foreign_lines(file: str, text: str, problems: list[Problem]) -> Iterator[Node]:
    """A value for every line of JSON that is not blank."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        found: list[Problem] = []
        node = foreign_json(file, line, found)
        problems += [
            Problem(Place(file, number, each.place.column), each.what, each.remedy) for each in found
        ]
        if node is not None:
            yield _on_line(node, number)


def _on_line(node: Node, number: int) -> Node:
    place = Place(node.place.file, number, node.place.column)
    match node:
        case Scalar():
            return Scalar(place=place, value=node.value, text=node.text, style='"' if node.style else "")
        case Items():
            return Items(place=place, items=tuple(_on_line(each, number) for each in node.items))
        case Table():
            entries = {
                name: Entry(
                    place=Place(place.file, number, entry.place.column), node=_on_line(entry.node, number)
                )
                for name, entry in node.entries.items()
            }
            return Table(place=place, entries=MappingProxyType(entries))


def foreign_csv(file: str, text: str, problems: list[Problem]) -> Iterator[Table]:
    """A table for every row below the header: texts by column, where the row begins and in which column."""
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(text.splitlines(keepends=True), skipinitialspace=False)
    header: list[str] = []
    line = 1
    try:
        for row in reader:
            first, line = line, reader.line_num + 1
            if not header:
                header = row
            elif row:
                yield _row(header, row, (file, first), problems)
    except csv.Error as error:
        problems.append(Problem(Place(file, line, 1), f"not CSV: {error}", "mend the row"))


def _row(header: list[str], row: list[str], at: tuple[str, int], problems: list[Problem]) -> Table:
    file, line = at
    if len(row) > len(header):
        what = f"the row has {len(row)} cells, the header {len(header)}"
        problems.append(Problem(Place(file, line, 1), what, "quote texts that hold commas"))
    entries: dict[str, Entry] = {}
    for number, (name, cell) in enumerate(zip(header, row, strict=False), start=1):
        place = Place(file, line, number)
        entries[name] = Entry(place=place, node=Scalar(place=place, value=cell, text=cell, style='"'))
    return Table(place=Place(file, line, 1), entries=MappingProxyType(entries))


class _GiveUp(Exception):
    """A limit is passed."""


class _Enough(Exception):
    """Everything that counts is read."""


@dataclass
class _Open:
    place: Place
    anchor: str | None
    items: list[Node] | None = None
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    merged: dict[str, Entry] = field(default_factory=dict[str, Entry])
    key: tuple[str, Place] | None = None
    size: int = 1


class _Builder:
    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.root: Node | None = None
        self._problems = problems
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._bad(event, "a second document starts here, and is not read")
                    raise _Enough
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._anchored(self._scalar(event), 1, event.anchor)
            case yaml.SequenceStartEvent():
                self._enter(event, _Open(self._place(event), event.anchor, items=[]))
            case yaml.MappingStartEvent():
                self._enter(event, _Open(self._place(event), event.anchor))
            case yaml.CollectionEndEvent():
                self._leave()
            case _:
                pass

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def _bad(self, event: yaml.Event, what: str) -> None:
        self._problems.append(Problem(self._place(event), what, ""))

    def _enter(self, event: yaml.Event, opened: _Open) -> None:
        if len(self._open) >= MOST_DEPTH:
            self._bad(event, f"nested deeper than {MOST_DEPTH} levels")
            raise _GiveUp
        self._open.append(opened)

    def _leave(self) -> None:
        done = self._open.pop()
        if done.items is not None:
            node: Node = Items(place=done.place, items=tuple(done.items))
        else:
            node = Table(place=done.place, entries=MappingProxyType({**done.merged, **done.entries}))
        self._anchored(node, done.size, done.anchor)

    def _alias(self, event: yaml.AliasEvent) -> None:
        node, size = self._anchors.get(str(event.anchor), (None, 1))
        if node is None:
            self._bad(event, f"there is no anchor {str(event.anchor)[:40]!r}")
            node = Scalar(place=self._place(event), value=None, text="")
        self._put(node, size)

    def _anchored(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        self._put(node, size)

    def _put(self, node: Node, size: int) -> None:
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        top.size += size
        if top.size > MOST_NODES:
            self._problems.append(Problem(node.place, f"more than {MOST_NODES:,} values in one file", ""))
            raise _GiveUp
        if top.items is not None:
            top.items.append(node)
        elif top.key is None:
            top.key = (node.text, node.place) if isinstance(node, Scalar) else ("?", node.place)
        else:
            self._entry(top, top.key, node)
            top.key = None

    def _entry(self, top: _Open, key: tuple[str, Place], node: Node) -> None:
        name, place = key
        if name == "<<" and not isinstance(node, Scalar):
            for each in node.items if isinstance(node, Items) else (node,):
                if isinstance(each, Table):
                    top.merged = {**each.entries, **top.merged}
            return
        if name in top.entries:
            first = top.entries[name].place.line
            self._problems.append(
                Problem(
                    place, f"key {name[:80]!r} appears twice (first on line {first}); the last one counts", ""
                )
            )
        top.entries[name] = Entry(place=place, node=node)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text, style = str(event.value), str(event.style or "")
        place = self._place(event)
        if style or event.tag == _TEXT:
            return Scalar(
                place=place,
                value=_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text),
                text=text,
                style=style or '"',
            )
        try:
            value = resolve(text)
        except ValueError:
            value = text
        if isinstance(value, float) and not float("-inf") < value < float("inf"):
            value = text
        return Scalar(place=place, value=value, text=text)
