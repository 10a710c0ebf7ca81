"""Files as trees of nodes: every key and every value knows where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.errors import Place
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value. `text` is how it was written (without quotes), so that money never passes through a float."""

    place: Place
    value: bool | int | float | str | None
    text: str
    style: str = ""
    """How YAML wrote it: empty (plain), `'`, `"`, `|` or `>`."""
    indent: int = 0
    """For `|` only: how many columns its lines are indented by."""

    def inside(self, line: int, column: int) -> Place:
        """The place of a spot in the text: line and column count from 1. Exact for `|` and one-line texts."""
        if self.style == "|":
            return Place(self.place.file, self.place.line + line, self.indent + column)
        if line == 1 and self.style != ">":
            quote = 1 if self.style else 0
            return Place(self.place.file, self.place.line, self.place.column + quote + column - 1)
        return self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a mapping, with the key's own place."""

    place: Place
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping, in the order of the file."""

    place: Place
    entries: Mapping[str, Entry]


Node = Scalar | Items | Table


def plain(node: Node) -> Json:
    """What the node says, as a JSON value that nobody can change."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return tuple(plain(each) for each in node.items)
        case Table():
            return MappingProxyType({key: plain(entry.node) for key, entry in node.entries.items()})


def named(node: Node) -> str:
    """What kind of value this is, for a person."""
    match node:
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return f"`{node.text}` (true or false)"
        case Scalar(value=int() | float()):
            return f"the number {node.text[:40]}"
        case Scalar():
            return "text"
        case Items():
            return "a list"
        case Table():
            return "a mapping"
