"""Lists of assertions: with sets, files and templates in them, and those that stand where none is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import Place
from harness.intake.constructs import Register, Ticket
from harness.intake.promptfoo.nodes import each, entries, inside, said
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.suite.notation.node import Entry, Items, Node, Table

_MOST_DEPTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirAssertion:
    """One item of an `assert` list."""

    type: str
    node: Table
    ticket: Ticket
    base: Path
    members: tuple[TheirAssertion, ...] = ()
    """Of an `assert-set`."""


@dataclass
class AssertionReader:
    """Reads the assertions of one configuration."""

    sources: Sources
    register: Register
    templates: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    """`assertionTemplates`, for `$ref`."""
    trees: list[Node] = field(default_factory=list[Node])
    """Of the files that were read."""
    _read: Counter[Place] = field(default_factory=Counter[Place])
    """How often the list at a place was read: what an alias names is read once for each of them."""

    def read(self, node: Node | None, base: Path, depth: int = 0) -> Iterator[TheirAssertion]:
        """Every assertion of a list, each of them met; sets with their members."""
        if node is not None:
            self._read[node.place] += 1
        text = said(node)
        if node is not None and not isinstance(node, Items) and not (text or "").startswith("file://"):
            self.register.note(
                "assertions", (text or "?")[:80], node.place, ("listed", "assertions stand in a list")
            )
            return
        for one in each(node):
            text = said(one)
            if text is not None and text.startswith("file://") and depth < _MOST_DEPTH:
                yield from self._of_file(
                    text, ("assertions" if one is node else "assertion", one.place), base, depth
                )
                continue
            found = self._referred(one)
            kind = said(inside(found, "type")) or ("assert-set" if inside(found, "assert") else "?")
            ticket = self.register.meet("assertion", kind[:80], one.place)
            if not isinstance(found, Table):
                self.register.settle(ticket, "listed", "it is no assertion")
                continue
            members: tuple[TheirAssertion, ...] = ()
            if kind == "assert-set" and depth < _MOST_DEPTH:
                members = tuple(self.read(inside(found, "assert"), base, depth + 1))
            yield TheirAssertion(type=kind, node=found, ticket=ticket, base=base, members=members)

    def _of_file(self, name: str, at: tuple[str, Place], base: Path, depth: int) -> Iterator[TheirAssertion]:
        """Those of a file. `at`: what is listed where it cannot be read, and where it is named."""
        try:
            path = self.sources.find(name, base)
            tree = self.sources.tree(path)
        except Unavailable as error:
            self.register.note(at[0], name[:120], at[1], ("listed", str(error)))
            return
        yield from self.read(tree, path.parent, depth + 1)

    def _referred(self, node: Node) -> Node:
        """The node with what its `$ref` names under it."""
        ref = said(inside(node, "$ref"))
        if ref is None or not isinstance(node, Table):
            return node
        template = self.templates.get(ref.rpartition("/")[2])
        if template is None or not isinstance(template.node, Table):
            return node
        own = {name: entry for name, entry in node.entries.items() if name != "$ref"}
        return replace(node, entries={**template.node.entries, **own})

    def strays(self) -> None:
        """Lists of assertions in places where promptfoo reads none: met, and listed."""
        waiting = list(self.trees)
        while waiting:
            found = waiting.pop()
            waiting += (
                found.items if isinstance(found, Items) else [one.node for one in entries(found).values()]
            )
            inner = entries(found).get("assert")
            if inner is None or not isinstance(inner.node, Items):
                continue
            if self._read[inner.node.place] > 0:
                self._read[inner.node.place] -= 1
                continue
            for one in inner.node.items:
                kind = said(inside(one, "type")) or "?"
                why = "it stands where promptfoo reads no assertions"
                self.register.note("assertion", kind[:80], one.place, ("listed", why))
