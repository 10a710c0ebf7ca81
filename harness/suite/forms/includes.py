"""Parts of a suite in files of their own: defaults, and lists of expectations, that several suites share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.errors import Place
from harness.suite.forms import case_shapes as shapes
from harness.suite.forms.paths import inside_evals
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.load import load_yaml
from harness.suite.notation.node import Items, Node, Scalar, Table
from harness.suite.tree import Tree

MOST_DEEP = 8
"""Files that include one another."""

Chain = tuple[str, ...]
"""The files that led here, outermost first."""


@dataclass
class Includes:
    """The parts that the files of one project include. Each is read once."""

    tree: Tree
    noted: Noted
    _parts: dict[str, Node | None] = field(default_factory=dict[str, "Node | None"])

    def defaults(self, node: Node, chain: Chain = ()) -> Iterator[Table]:
        """The tables of defaults that lie under `node`, which is one itself: lowest first, each file once."""
        seen: set[str] = set()
        yield from self._layers(node, chain, seen)

    def _layers(self, node: Node, chain: Chain, seen: set[str]) -> Iterator[Table]:
        table = self.noted.table(node, "'defaults'")
        if table is None:
            return
        for name in self._named(table):
            path = self._path(name, chain)
            if path is None or path in seen:
                continue
            seen.add(path)
            part = self._part(path, name.place)
            if part is not None:
                yield from self._layers(part, (*chain, path), seen)
        yield table

    def expectations(self, items: tuple[Node, ...], chain: Chain = ()) -> Iterator[Node | None]:
        """The expectations of a list, those of the files it includes where they are included.

        None stands for those of a file that could not be read.
        """
        for item in items:
            if not isinstance(item, Table) or "include" not in item.entries:
                yield item
                continue
            name = Fields(item, shapes.INCLUDED_EXPECTATIONS, self.noted).node("include")
            if not isinstance(name, Scalar):
                self._no_text(name)
            path = self._path(name, chain) if isinstance(name, Scalar) else None
            part = None if path is None else self._part(path, item.place)
            listed = self.noted.items(part, "a file of expectations") if part is not None else ()
            if isinstance(part, Items) and not listed:
                self.noted.bad(
                    part.place, "the file holds no expectation", "add one, or remove the entry that names it"
                )
            if path is None or not listed:
                yield None
            else:
                yield from self.expectations(listed, (*chain, path))

    def _named(self, table: Table) -> tuple[Scalar, ...]:
        entry = table.entries.get("include")
        if entry is None:
            return ()
        node = entry.node
        items = node.items if isinstance(node, Items) else (node,)
        if isinstance(node, Items) and not items:
            self.noted.bad(node.place, "'include' is empty", "name a file, or remove it")
        for each in items:
            if not isinstance(each, Scalar):
                self._no_text(each)
        return tuple(each for each in items if isinstance(each, Scalar))

    def _no_text(self, node: Node | None) -> None:
        if node is not None:
            self.noted.text(node, "'include'")

    def _path(self, node: Scalar, chain: Chain) -> str | None:
        """The file that is included; None after noting why it cannot be."""
        name = self.noted.text(node, "'include'")
        path = None if name is None else inside_evals(self.noted, name, node.place)
        if path is None:
            return None
        if not path.endswith(".yaml"):
            self.noted.bad(node.place, f"{path} is no file to include", "use .yaml")
            return None
        if path in chain:
            way = " > ".join((*chain[chain.index(path) :], path))
            self.noted.bad(node.place, f"a circle of includes: {way}", "take one of them out")
            return None
        if len(chain) >= MOST_DEEP:
            self.noted.bad(
                node.place, f"includes that are more than {MOST_DEEP} files deep", "make it flatter"
            )
            return None
        return path

    def _part(self, path: str, at: Place) -> Node | None:
        if path not in self._parts:
            self._parts[path] = load_yaml(self.tree, path, self.noted, at=at)
        return self._parts[path]
