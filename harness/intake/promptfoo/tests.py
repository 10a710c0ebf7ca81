"""The tests of a configuration: inline, in files, by patterns, in tables, and of scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import Place
from harness.intake.constructs import Register, Ticket
from harness.intake.foreign import foreign_csv, foreign_lines
from harness.intake.promptfoo.assertions import AssertionReader, TheirAssertion
from harness.intake.promptfoo.nodes import each, entries, inside, number, said
from harness.intake.promptfoo.rows import row_test
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table

_PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".py", ".rb", ".go")
_SHEETS = (".xlsx", ".xls")
_MOST_TESTS = 20_000
_MOST_DEPTH = 4
KEYS = frozenset({"description", "vars", "assert", "threshold", "options", "metadata"})
"""Keys of a test that have a meaning here; `options` and `metadata` key by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirTest:
    """One test, or what all tests have in common."""

    ticket: Ticket | None
    place: Place
    base: Path
    description: str = ""
    vars: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    asserts: tuple[TheirAssertion, ...] = ()
    threshold: float | None = None
    node: Node | None = None
    skips_defaults: bool = False
    """Whether the assertions that all tests have in common are not for this one."""


@dataclass
class TestReader:
    """Reads the tests of one configuration."""

    sources: Sources
    register: Register
    asserts: AssertionReader
    count: int = 0

    def read(self, node: Node | None, base: Path, depth: int = 0) -> Iterator[TheirTest]:
        """Every test that can be read. What is none is listed."""
        for one in each(node):
            if self.count >= _MOST_TESTS:
                self.register.note("tests", "?", one.place, ("listed", f"more than {_MOST_TESTS:,} tests"))
                return
            if isinstance(one, Scalar):
                yield from self._named(said(one) or "", one.place, base, depth)
            elif (
                isinstance(one, Table)
                and "path" in one.entries
                and not one.entries.keys() & {"assert", "vars"}
            ):
                yield from self._made(one, base, depth)
            elif isinstance(one, Table):
                yield self.one(one, base)
            else:
                self.register.note("test", "?", one.place, ("listed", "it is no test"))

    def _made(self, node: Table, base: Path, depth: int) -> Iterator[TheirTest]:
        """`path` with a `config` for the program that is there."""
        for name, entry in node.entries.items():
            if name != "path":
                self.register.note(
                    "option", f"tests {name[:60]}", entry.place, ("listed", "no program makes tests here")
                )
        yield from self._named(said(inside(node, "path")) or "", node.place, base, depth)

    def _named(self, name: str, place: Place, base: Path, depth: int) -> Iterator[TheirTest]:
        plain = name.removeprefix("file://").rpartition("#")[0] or name.removeprefix("file://")
        program = plain.rpartition(":")[0] or plain
        if program.endswith(_PROGRAMS) or plain.endswith(_PROGRAMS):
            self.register.note(
                "tests", name[:120], place, ("listed", "they are made by a program; write them down")
            )
            return
        if plain.endswith(_SHEETS):
            self.register.note(
                "tests", name[:120], place, ("listed", "spreadsheets are not read; save it as CSV")
            )
            return
        try:
            files = self.sources.matching(name, base) if depth < _MOST_DEPTH else ()
        except Unavailable as error:
            self.register.note("tests", name[:120] or "?", place, ("listed", str(error)))
            return
        for path in files:
            yield from self._file(path, depth)
        if not files:
            self.register.note(
                "tests", name[:120], place, ("listed", "files that name files, too many times over")
            )

    def _file(self, path: Path, depth: int) -> Iterator[TheirTest]:
        shown = self.sources.shown(path)
        if path.suffix in _PROGRAMS:
            self.register.note("tests", shown, Place(shown, 1, 1), ("listed", "they are made by a program"))
            return
        before = self.count
        try:
            if path.suffix == ".csv":
                yield from self._rows(path)
            elif path.suffix == ".jsonl":
                text = self.sources.text(path)
                for node in foreign_lines(shown, text, self.sources.problems):
                    self.asserts.trees.append(node)
                    yield from self.read(node, path.parent, depth + 1)
            else:
                tree = self.sources.tree(path)
                self.asserts.trees.append(tree)
                yield from self.read(tree, path.parent, depth + 1)
        except Unavailable as error:
            self.register.note("tests", shown, Place(shown, 1, 1), ("listed", str(error)))
            return
        if self.count == before:
            self.register.note("tests", shown, Place(shown, 1, 1), ("listed", "the file holds no test"))

    def _rows(self, path: Path) -> Iterator[TheirTest]:
        text = self.sources.text(path)
        for number_, row in enumerate(
            foreign_csv(self.sources.shown(path), text, self.sources.problems), start=1
        ):
            if self.count >= _MOST_TESTS:
                return
            yield self.one(row_test(row, number_), path.parent)

    def one(self, node: Node, base: Path, *, shared: bool = False) -> TheirTest:
        """One test. `shared`: it is what all tests have in common, and counts as none itself."""
        self.count += not shared
        description = said(inside(node, "description")) or ""
        ticket = None if shared else self.register.meet("test", description[:80] or "test", node.place)
        options = inside(node, "options")
        skips = inside(options, "disableDefaultAsserts")
        asserts = inside(node, "assert")
        found = tuple(self.asserts.read(asserts, base))
        return TheirTest(
            ticket=ticket,
            place=node.place,
            base=base,
            description=description,
            vars=self._vars(node, base),
            asserts=found,
            threshold=number(inside(node, "threshold")),
            node=node,
            skips_defaults=isinstance(skips, Scalar) and skips.value is True,
        )

    def _vars(self, node: Node, base: Path) -> Mapping[str, Entry]:
        """The variables of a test, or of the files that it names for them."""
        given = inside(node, "vars")
        if isinstance(given, Table):
            return given.entries
        found: dict[str, Entry] = {}
        for one in each(given):
            name = said(one) or "?"
            try:
                for path in self.sources.matching(name, base):
                    found |= entries(self.sources.tree(path))
            except Unavailable as error:
                self.register.note("variables", name[:120], one.place, ("listed", str(error)))
        return found


def is_tests(node: Node) -> bool:
    """Whether a tree is a list of tests, without a configuration around it."""
    return isinstance(node, Items) and any(entries(one).keys() & {"vars", "assert"} for one in node.items)
