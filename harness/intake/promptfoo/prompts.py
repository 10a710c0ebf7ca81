"""The prompts of a configuration: texts, files, chats, and functions, which are listed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from harness.errors import Place
from harness.intake.constructs import Register, Ticket
from harness.intake.promptfoo.nodes import each, entries, inside, said, value
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.suite.notation.node import Node, Scalar, Table
from harness.units import Json

_FUNCTIONS = (
    ".js",
    ".cjs",
    ".mjs",
    ".ts",
    ".cts",
    ".mts",
    ".py",
    ".rb",
    ".sh",
    ".bash",
    ".exe",
    ".bat",
    ".cmd",
    ".ps1",
    ".pl",
    ".go",
)
_FILES = (".txt", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".md", ".j2", *_FUNCTIONS)
_ELSEWHERE = ("portkey://", "langfuse://", "helicone://", "exec:", "http://", "https://")
_MOST_PROMPTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirPrompt:
    """One prompt: a text, which may be a chat in JSON."""

    label: str
    raw: str
    place: Place
    ticket: Ticket
    config: Mapping[str, Any]
    """What it says of the answer, such as `response_format`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where a prompt stands."""

    label: str
    place: Place
    config: Mapping[str, Any]


@dataclass
class PromptReader:
    """Reads the prompts of one configuration."""

    sources: Sources
    register: Register
    base: Path

    def read(self, node: Node | None) -> list[TheirPrompt]:
        """Every prompt that is a text. What is none is listed."""
        found: list[TheirPrompt] = []
        if isinstance(node, Table) and not node.entries.keys() & {"raw", "id", "label", "content"}:
            for name, entry in node.entries.items():  # the old form: label by file
                found += self._named(name, _Asked(said(entry.node) or "", entry.place, {}))
            return found
        for one in each(node):
            found += self._one(one)
        return found

    def _one(self, node: Node) -> list[TheirPrompt]:
        if isinstance(node, Scalar):
            return self._named(said(node) or "", _Asked("", node.place, {}))
        config = value(inside(node, "config"))
        asked = _Asked(
            said(inside(node, "label", "id", "display")) or "",
            node.place,
            cast("Mapping[str, Any]", config) if isinstance(config, dict) else {},
        )
        inner = inside(node, "raw", "content", "prompt", "id", "file")
        text = said(inner)
        if text is None:
            if inner is not None:
                return [self._met(json.dumps(value(inner), ensure_ascii=False), asked)]
            self.register.note("prompt", "?", node.place, ("listed", "it says no text"))
            return []
        for name, entry in entries(node).items():
            if name not in {"raw", "content", "prompt", "id", "label", "display", "file", "config"}:
                self.register.note(
                    "option", f"prompt {name}", entry.place, ("listed", "prompts here have no such key")
                )
        return self._named(text, asked)

    def _named(self, text: str, asked: _Asked) -> list[TheirPrompt]:
        """A text, or the file that it names."""
        path = _file_part(text)
        why = _no_text(text, path)
        if why is not None:
            self.register.note("prompt", text[:80] or "?", asked.place, ("listed", why))
            return []
        return [self._met(text, asked)] if path is None else self._files(path, text, asked)

    def _files(self, path: str, text: str, asked: _Asked) -> list[TheirPrompt]:
        try:
            files = self.sources.matching(path, self.base)
        except Unavailable as error:
            if text.startswith("file://") or path.endswith(_FILES):
                self.register.note("prompt", text[:80], asked.place, ("listed", str(error)))
                return []
            return [self._met(text, asked)]
        found: list[TheirPrompt] = []
        for file in files:
            found += self._file(file, asked)
        return found

    def _file(self, path: Path, asked: _Asked) -> list[TheirPrompt]:
        where = replace(asked, place=self.sources.place(path))
        try:
            text = self.sources.text(path)
            found = list(_READERS.get(path.suffix.lower(), _whole)(self, path, text))
        except (Unavailable, csv.Error) as error:
            self.register.note("prompt", path.name, where.place, ("listed", str(error)))
            return []
        label = asked.label or path.stem
        if not found:
            self.register.note("prompt", path.name, where.place, ("listed", "the file says nothing"))
        return [
            self._met(raw, _Asked(label if len(found) == 1 else f"{label} {number}", place, asked.config))
            for number, (raw, place) in enumerate(found[:_MOST_PROMPTS], start=1)
        ]

    def _met(self, raw: str, asked: _Asked) -> TheirPrompt:
        label = asked.label or " ".join(raw.split())[:60]
        ticket = self.register.meet("prompt", label, asked.place)
        return TheirPrompt(label=label, raw=raw, place=asked.place, ticket=ticket, config=asked.config)


_Raw = Iterator[tuple[str, Place]]


def _whole(reader: PromptReader, path: Path, text: str) -> _Raw:
    if text.strip():
        yield text, reader.sources.place(path)


def _split(reader: PromptReader, path: Path, text: str) -> _Raw:
    """Parts of a text between lines of `---`."""
    line, part = 1, list[str]()
    for number, one in enumerate([*text.splitlines(), "---"], start=1):
        if one.strip() != "---":
            part.append(one)
            continue
        whole = "\n".join(part).strip()
        if whole:
            yield whole, reader.sources.place(path, line)
        line, part = number + 1, []


def _yaml(reader: PromptReader, path: Path, _text: str) -> _Raw:
    found = value(reader.sources.tree(path))
    yield json.dumps(found, ensure_ascii=False), reader.sources.place(path)


def _lines(reader: PromptReader, path: Path, text: str) -> _Raw:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield line, reader.sources.place(path, number)


def _table(reader: PromptReader, path: Path, text: str) -> _Raw:
    """A CSV file: its column `prompt`, or its lines."""
    rows = list(csv.reader(text.splitlines(keepends=True)))
    header = [name.strip() for name in rows[0]] if rows else []
    if "," not in text or "prompt" not in header:
        skipped = 1 if header[:1] == ["prompt"] else 0
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip() and number > skipped:
                yield line, reader.sources.place(path, number)
        return
    at = header.index("prompt")
    for number, row in enumerate(rows[1:], start=2):
        if at < len(row) and row[at].strip():
            yield row[at].strip(), reader.sources.place(path, number)


_READERS: Mapping[str, Callable[[PromptReader, Path, str], _Raw]] = {
    ".txt": _split,
    ".jsonl": _lines,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".csv": _table,
}


def _no_text(text: str, path: str | None) -> str | None:
    """Why a prompt is no text, or None where it is one or a file of them."""
    if not text.strip():
        return "it says nothing"
    if text.startswith(_ELSEWHERE):
        return "it is kept or made elsewhere"
    if path is not None and path.endswith(_FUNCTIONS):
        return "it is made by a program; write the text down"
    return None


def _file_part(text: str) -> str | None:
    """The path a prompt names, without the function behind it; None where it is a text."""
    if "\n" in text or len(text) > 1000:
        return None
    plain = text.removeprefix("file://")
    path = re.sub(r"(\.\w{1,4}):[\w.]+$", r"\1", plain)
    if text.startswith("file://") or path.endswith(_FILES):
        return path if " " not in path or text.startswith("file://") else None
    return path if "{" not in path and " " not in path and ("*" in path or "/" in path) else None


def chat(raw: str) -> list[Mapping[str, Json]] | None:
    """The messages of a chat in JSON, or None where the text is none."""
    try:
        found: Json = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        found = found.get("messages") or found.get("contents")
    if not isinstance(found, list) or not found:
        return None
    messages: list[Mapping[str, Json]] = [one for one in found if isinstance(one, dict) and "role" in one]
    return messages if len(messages) == len(found) else None
