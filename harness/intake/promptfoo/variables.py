"""The variables of a test: files read, lists gone through, references to one another filled in."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.intake.constructs import Fate, Register, Ticket
from harness.intake.nunjucks import as_text
from harness.intake.promptfoo.nodes import said, value
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.suite.notation.node import Entry, Items, Node, Scalar
from harness.units import Json

MOST_COMBINATIONS = 1000
"""Cases that the lists of one test may come to."""
_REFERENCE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".py")
_BINARY = (
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".webp",
    ".bmp",
    ".svg",
    ".pdf",
    ".mp3",
    ".wav",
    ".mp4",
    ".webm",
    ".ogg",
    ".mov",
)
IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """The variables of one case."""

    values: Mapping[str, Json]
    files: Mapping[str, Path]
    """Files that are no texts, such as images, by variable."""


@dataclass
class VariableReader:
    """Reads the variables of the tests of one configuration."""

    sources: Sources
    register: Register

    def combinations(self, given: Mapping[str, tuple[Entry, Path]], *, expands: bool) -> list[Combination]:
        """Every combination of the values of lists; one, where there is no list. `given`: with their folders."""
        names: list[str] = []
        choices: list[list[tuple[Json, Path | None]]] = []
        for name, (entry, base) in given.items():
            ticket = self.register.meet("variable", name[:80], entry.place)
            found = list(self._choices(entry.node, base, ticket, expands=expands))
            if found:
                names.append(name)
                choices.append(found)
        combined = itertools.islice(itertools.product(*choices), MOST_COMBINATIONS)
        return [_combination(dict(zip(names, one, strict=True))) for one in combined]

    def _choices(
        self, node: Node, base: Path, ticket: Ticket, *, expands: bool
    ) -> Iterator[tuple[Json, Path | None]]:
        """The values a variable takes one after the other; none where it cannot be read."""
        is_list = (
            isinstance(node, Items)
            and bool(node.items)
            and isinstance(node.items[0], Scalar)
            and isinstance(node.items[0].value, str)
        )
        for one in node.items if isinstance(node, Items) and is_list and expands else (node,):
            text = said(one) if isinstance(one, Scalar) and isinstance(one.value, str) else None
            if text is not None and text.startswith("file://"):
                yield from self._of_files(text, base, ticket)
            elif text is not None and text.startswith("package:"):
                self.register.settle(ticket, "listed", "it is made by a program")
            else:
                self.register.settle(ticket, "mapped", "an input")
                yield value(one), None

    def _of_files(self, name: str, base: Path, ticket: Ticket) -> Iterator[tuple[Json, Path | None]]:
        plain = name.rpartition(":")[0] if re.search(r"\.\w+:\w+$", name) else name
        if plain.endswith(_PROGRAMS):
            self.register.settle(ticket, "listed", "it is made by a program; write the value down")
            return
        try:
            files = self.sources.matching(name, base)
        except Unavailable as error:
            self.register.settle(ticket, "listed", f"{name[:80]}: {error}")
            return
        for path in files:
            fate, reason, found = self._of_file(path)
            self.register.settle(ticket, fate, reason)
            yield found, path if path.suffix.lower() in _BINARY else None

    def _of_file(self, path: Path) -> tuple[Fate, str, Json]:
        suffix = path.suffix.lower()
        if suffix in _BINARY:
            return "listed", f"{path.name} is no text; attach it to the case", ""
        try:
            if suffix in {".yaml", ".yml"}:
                return (
                    "mapped",
                    "an input, as JSON",
                    json.dumps(value(self.sources.tree(path)), ensure_ascii=False, separators=(",", ":")),
                )
            return "mapped", "an input", self.sources.text(path).strip()
        except Unavailable as error:
            return "listed", f"{path.name}: {error}", ""


def _combination(chosen: Mapping[str, tuple[Json, Path | None]]) -> Combination:
    values = {name: _without_end(one) for name, (one, _path) in chosen.items()}
    files = {name: path for name, (_one, path) in chosen.items() if path is not None}
    return Combination(values=_resolved(values), files=files)


def _without_end(one: Json) -> Json:
    """Take one line end off the end of a text, as promptfoo does."""
    return one[:-1] if isinstance(one, str) and one.endswith("\n") else one


def _resolved(values: dict[str, Json]) -> dict[str, Json]:
    """Texts with the other variables they name put in, at most five times over, as promptfoo does."""
    for _ in range(5):
        changed = False
        for name, text in values.items():
            found = _REFERENCE.search(text) if isinstance(text, str) else None
            if isinstance(text, str) and found is not None and found[1] in values and len(text) < 100_000:
                values[name] = text.replace(found.group(), as_text(values[found[1]]), 1)
                changed = True
        if not changed:
            break
    return values
