"""Files to nodes: YAML, JSON, JSON lines, CSV and Parquet, each with the same limits and the same refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import Place
from harness.suite.notation.csv_cases import csv_cases
from harness.suite.notation.document import MOST_CASE_NODES, MOST_NODES, parse
from harness.suite.notation.fields import Noted
from harness.suite.notation.json_lines import json_lines
from harness.suite.notation.node import Items, Node, Table
from harness.suite.notation.parquet_cases import parquet_cases
from harness.suite.notation.rows import Graders
from harness.suite.notation.text import decode, decoded_lines
from harness.suite.tree import Tree, Unreadable

MOST_BYTES = 1024 * 1024
"""Of a file people write."""
MOST_CASE_BYTES = 64 * 1024 * 1024
"""Of a file of cases, which a program may have written."""

_SECRET = re.compile(r"(x[-_])?([a-z0-9]+[-_])*api[-_]?keys?|(anthropic[-_])?auth[-_]?token", re.IGNORECASE)
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def load_text(
    tree: Tree, path: str, noted: Noted, *, most: int = MOST_BYTES, at: Place | None = None
) -> str | None:
    """The text of a file. `at` is where another file names it, for when it cannot be read at all."""
    try:
        content = tree.read(path, most)
    except Unreadable as error:
        noted.bad(at or Place(path, 0, 0), f"{path}: {error.what}" if at else error.what, error.remedy)
        return None
    text = decode(path, content)
    if isinstance(text, str):
        return text
    noted.problems.append(text)
    return None


def load_yaml(tree: Tree, path: str, noted: Noted, *, at: Place | None = None) -> Node | None:
    """The tree of a file people write. `at` is where another file names it."""
    text = load_text(tree, path, noted, at=at)
    if text is None:
        return None
    node = parse(path, text, noted.problems, most_nodes=MOST_NODES)
    return None if node is None else _without_secrets(noted, node)


def load_json(tree: Tree, path: str, noted: Noted, at: Place) -> Node | None:
    """The tree of a JSON file. JSON is YAML, so every value has its own place."""
    text = load_text(tree, path, noted, at=at)
    if text is None:
        return None
    node = parse(path, _PAIR.sub(_joined, text.replace("\t", " ")), noted.problems)
    return None if node is None else _without_secrets(noted, node)


def _joined(pair: re.Match[str]) -> str:
    """A character JSON writes as two escapes, as itself: YAML knows no such pairs."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return pair[1] + chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


SUFFIXES = (".jsonl", ".csv", ".parquet", ".yaml")
"""Of files of cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiles:
    """Reads files of cases, of every kind there is."""

    tree: Tree
    noted: Noted
    graders: Graders

    def read(self, path: str, at: Place) -> Iterator[Node]:
        """The cases of a file, one by one. `at` is where the suite names the file."""
        before = len(self.noted.problems)
        some = False
        for node in self._nodes(path, at):
            some = True
            yield _without_secrets(self.noted, node)
        if not some and len(self.noted.problems) == before:
            what = "the file holds no case"
            self.noted.bad(Place(path, 1, 1), what, "add one, or remove the entry that names the file")

    def _nodes(self, path: str, at: Place) -> Iterator[Node]:
        try:
            match path.rpartition(".")[2]:
                case "jsonl":
                    yield from json_lines(path, self._lines(path), self.noted)
                case "csv":
                    yield from csv_cases(path, self._lines(path), self.graders, self.noted)
                case "parquet":
                    content = self.tree.read(path, MOST_CASE_BYTES)
                    yield from parquet_cases(path, content, self.graders, self.noted, at)
                case _:
                    yield from self._listed(path, at)
        except Unreadable as error:
            self.noted.bad(at, f"{path}: {error.what}", error.remedy)

    def _lines(self, path: str) -> Iterator[str]:
        return decoded_lines(path, self.tree.lines(path, MOST_CASE_BYTES), self.noted.problems)

    def _listed(self, path: str, at: Place) -> Iterator[Node]:
        text = load_text(self.tree, path, self.noted, most=MOST_CASE_BYTES, at=at)
        node = None if text is None else parse(path, text, self.noted.problems, most_nodes=MOST_CASE_NODES)
        if node is not None:
            yield from self.noted.items(node, "a file of cases")


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
