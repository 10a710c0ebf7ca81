"""YAML text to a tree of nodes with places: strict, bounded, and with `syntax`, the only module that knows yaml.

The event stream is walked with a stack of our own, so that no nesting can exhaust Python's: the walk ends at
the first event that is too deep. Anchors, aliases, merge keys and tags are refused, since a file that says
what it means does not need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from harness.errors import Place, Problem
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.suite.notation.scalar import MOST_DIGITS, resolve
from harness.suite.notation.syntax import Quote, explain
from harness.suite.notation.text import has_bidi, has_surrogate

MOST_DEPTH = 32
MOST_SCALAR = 256_000
"""Characters in one value."""
MOST_NODES = 100_000
"""Values in a file people write."""
MOST_CASE_NODES = 2_000_000
"""Values in a file of cases, which a program may have written."""

_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def parse(file: str, text: str, problems: list[Problem], *, most_nodes: int = MOST_NODES) -> Node | None:
    """The one document in `text`, or None. Adds every mistake to `problems`; never raises."""
    builder = _Builder(file, text.split("\n"), problems, most_nodes)
    try:
        for event in _events(text):
            builder.take(event)
    except _GiveUp:
        return None
    except yaml.MarkedYAMLError as error:
        problems.append(explain(file, builder.lines, error, builder.quote))
        return None
    except (yaml.YAMLError, ValueError, RecursionError):
        problems.append(Problem(Place(file, 1, 1), "the file is not YAML", "check it with an editor"))
        return None
    if builder.root is None and not builder.refused:
        problems.append(Problem(Place(file, 1, 1), "the file is empty", "write something, or delete it"))
    return None if builder.left_out else builder.root


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=_LOADER)


class _GiveUp(Exception):
    """A limit is passed: reading on would be the attack."""


@dataclass
class _Open:
    """A list or mapping that has not ended yet."""

    place: Place
    items: list[Node] | None = None
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    key: tuple[str, Place] | None = None


class _Builder:
    def __init__(self, file: str, lines: list[str], problems: list[Problem], most_nodes: int) -> None:
        self.file = file
        self.lines = lines
        self.root: Node | None = None
        self.quote: Quote | None = None
        self.refused = False
        self.left_out = False
        """Whether something stood for a value elsewhere: the rest of the file cannot be judged without it."""
        self._problems = problems
        self._most_nodes = most_nodes
        self._nodes = 0
        self._documents = 0
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._document(event)
            case yaml.AliasEvent():
                self._bad(event, "aliases (`*name`) are not allowed", "write the value out")
                self.left_out = True
                self._put(Scalar(place=self._place(event), value=None, text=""))
            case yaml.ScalarEvent():
                self._decorated(event)
                self._put(self._scalar(event))
            case yaml.SequenceStartEvent():
                self._enter(event, _Open(self._place(event), items=[]))
            case yaml.MappingStartEvent():
                self._enter(event, _Open(self._place(event)))
            case yaml.CollectionEndEvent():
                self._leave()
            case _:
                pass

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def _bad(self, event: yaml.Event, what: str, remedy: str) -> None:
        self.refused = True
        self._problems.append(Problem(self._place(event), what, remedy))

    def _document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            self._bad(event, "a second document starts here", "keep one document in a file")
            raise _GiveUp

    def _decorated(self, event: Any) -> None:
        if event.anchor is not None:
            self._bad(event, f"anchors (`&{str(event.anchor)[:40]}`) are not allowed", "write the value out")
        if event.tag is not None:
            self._bad(event, f"tags (`{str(event.tag)[:60]}`) are not allowed", "remove it; quote text")

    def _enter(self, event: yaml.Event, opened: _Open) -> None:
        self._decorated(event)
        if len(self._open) >= MOST_DEPTH:
            self._bad(event, f"nested deeper than {MOST_DEPTH} levels", "make it flatter")
            raise _GiveUp
        self._open.append(opened)

    def _leave(self) -> None:
        done = self._open.pop()
        if done.items is not None:
            self._put(Items(place=done.place, items=tuple(done.items)))
        else:
            self._put(Table(place=done.place, entries=MappingProxyType(done.entries)))

    def _put(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > self._most_nodes:
            what = f"more than {self._most_nodes:,} values in one file"
            self._problems.append(Problem(node.place, what, "move the cases to files of their own"))
            raise _GiveUp
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        if top.items is not None:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            self._entry(top, top.key, node)
            top.key = None

    def _key(self, node: Node) -> tuple[str, Place]:
        if isinstance(node, Scalar):
            if node.text == "<<" and not node.style:
                self.left_out = True
                self._problems.append(
                    Problem(node.place, "merge keys (`<<`) are not allowed", "write it out")
                )
            if has_bidi(node.text):
                what = "this key holds characters that change the direction of text"
                self._problems.append(Problem(node.place, what, "remove them"))
            return (node.text, node.place)
        self._problems.append(Problem(node.place, "a key must be text", "write `key: value`"))
        return ("", node.place)

    def _entry(self, top: _Open, key: tuple[str, Place], node: Node) -> None:
        name, place = key
        first = top.entries.get(name)
        if first is None:
            top.entries[name] = Entry(place=place, node=node)
        elif name != "<<":
            what = f"key {name[:80]!r} appears twice (first on line {first.place.line})"
            self._problems.append(Problem(place, what, "keep one"))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text, style = str(event.value), str(event.style or "")
        place = self._place(event)
        if style in {"'", '"'} and event.end_mark is not None:
            self.quote = Quote(place, event.end_mark.line, event.end_mark.column)
        if len(text) > MOST_SCALAR:
            what = f"a value of {len(text):,} characters; the most is {MOST_SCALAR:,}"
            self._bad(event, what, "shorten it")
            text = ""
        if has_surrogate(text):
            self._bad(event, "half of a surrogate pair is not a character", "write the whole character")
            text = ""
        if style:
            return Scalar(place=place, value=text, text=text, style=style, indent=self._indent(event, style))
        try:
            return Scalar(place=place, value=resolve(text), text=text)
        except ValueError as error:
            self._bad(event, f"{error}; the most is {MOST_DIGITS}", "quote it if it is text")
            return Scalar(place=place, value=text, text=text)

    def _indent(self, event: yaml.Event, style: str) -> int:
        """Columns before the text of a literal block: those of its first line that is not blank."""
        mark = event.start_mark
        if style != "|" or mark is None:
            return 0
        first = next((line for line in self.lines[mark.line + 1 :] if line.strip()), "")
        return len(first) - len(first.lstrip(" "))
