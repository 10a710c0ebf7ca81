"""The files of somebody else's project: read where they are, never outside of it, never fetched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from harness.errors import HarnessError, Place, Problem
from harness.intake.foreign import foreign_json, foreign_text, foreign_yaml
from harness.suite.notation.node import Node

MOST_BYTES = 16 * 1024 * 1024
"""Of any one file."""
MOST_FILES = 500
"""Files that one pattern may name."""


class Unavailable(HarnessError):
    """A file that cannot be read. The message says why, without its name."""

    exit_status = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Files below one root. Paths are absolute; `shown` says how a person would write them."""

    root: Path
    """Nothing outside of it is read."""
    start: Path
    """What shown paths are relative to."""
    problems: list[Problem]
    """What was wrong in files that could be read all the same."""

    def shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.start)).as_posix()

    def place(self, path: Path, line: int = 1, column: int = 1) -> Place:
        return Place(self.shown(path), line, column)

    def find(self, name: str, base: Path) -> Path:
        """The file that a reference names. Raises `Unavailable`."""
        plain = name.removeprefix("file://")
        if "://" in plain or "\0" in plain:
            raise Unavailable("nothing is fetched")
        try:
            path = (base / plain).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            raise Unavailable("there is no such file") from None
        if not path.is_relative_to(self.root):
            raise Unavailable(f"lies outside {self.root.name or '/'}, where nothing is read")
        return path

    def bytes(self, path: Path) -> bytes:
        """What a file holds. Raises `Unavailable`."""
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                about = os.fstat(file.fileno())
                if not stat.S_ISREG(about.st_mode):
                    raise Unavailable("is not a file")
                if about.st_size > MOST_BYTES:
                    raise Unavailable(f"has {about.st_size:,} bytes; the most is {MOST_BYTES:,}")
                return file.read(MOST_BYTES)
        except OSError as error:
            raise Unavailable(f"cannot be read: {error.strerror}") from None

    def text(self, path: Path) -> str:
        """The text of a file. Raises `Unavailable`."""
        problems: list[Problem] = []
        text = foreign_text(self.shown(path), self.bytes(path), problems)
        if text is None:
            raise Unavailable(problems[0].what)
        self.problems.extend(problems)
        return text

    def tree(self, path: Path) -> Node:
        """The tree of a YAML or JSON file. Raises `Unavailable` with the first mistake in it."""
        problems: list[Problem] = []
        read = foreign_json if path.suffix == ".json" else foreign_yaml
        node = read(self.shown(path), self.text(path), problems)
        if node is None:
            raise Unavailable(str(problems[0]) if problems else "the file is empty")
        self.problems.extend(problems)
        return node

    def matching(self, pattern: str, base: Path) -> tuple[Path, ...]:
        """The files that a pattern names, sorted. A plain name is a pattern, too. Raises `Unavailable`."""
        plain = pattern.removeprefix("file://")
        if not any(sign in plain for sign in "*?[{"):
            return (self.find(plain, base),)
        whole = os.path.normpath(base / plain)
        fixed = Path(*_until_pattern(Path(whole).parts))
        if not fixed.is_relative_to(self.root):
            raise Unavailable("lies outside, where nothing is read")
        found = [path for path in _below(fixed) if _fits(path.as_posix(), whole)]
        if not found:
            raise Unavailable("no file has such a name")
        if len(found) > MOST_FILES:
            raise Unavailable(f"names {len(found):,} files; the most is {MOST_FILES:,}")
        return tuple(self.find(str(path), base) for path in sorted(found))


def _until_pattern(parts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if any(sign in part for sign in "*?[{"):
            break
        found.append(part)
    return found


def _below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        found += [Path(where) / name for name in sorted(names)]
        if len(found) > 50 * MOST_FILES:
            break
    return found


def _fits(path: str, pattern: str) -> bool:
    """Whether a path fits: `*` within one folder, `**` across folders, `{a,b}` either."""
    for each in _alternatives(pattern):
        wanted = each.split("/")
        if _parts_fit(path.split("/"), wanted):
            return True
    return False


def _parts_fit(parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return wanted.count("**") <= 3 and any(
            _parts_fit(parts[skipped:], wanted[1:]) for skipped in range(len(parts) + 1)
        )
    return bool(parts) and fnmatchcase(parts[0], wanted[0]) and _parts_fit(parts[1:], wanted[1:])


def _alternatives(pattern: str) -> list[str]:
    opened, _brace, rest = pattern.partition("{")
    inside, closed, after = rest.partition("}")
    if not closed or "{" in inside or "," not in inside:
        return [pattern]
    return [f"{opened}{each}{after}" for each in inside.split(",")][:50]
