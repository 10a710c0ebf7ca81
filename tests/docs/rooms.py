"""Folders to try the commands of a page in, and what of their output may differ from run to run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PROJECT = ("evals", "prompts", "fixtures")
_PATIENCE_S = 110
_CHANGES = (
    (re.compile(r"-\d{8}T\d{6}-[0-9a-f]+"), "-ID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?"), "MOMENT"),
    (re.compile(r"\b\d+(\.\d+)?\s?(ms|s|min)\b"), "TIME"),
    (re.compile(r"[━╸╺─]+"), "-"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass
class Room:
    """A folder, where in it one stands, and how the last command ended. It has no key and no colours."""

    folder: Path
    inside: Path
    status: int = 0

    def type(self, command: str) -> str:
        """What one line says, on both streams. `cd` and `$?` work as in a shell that stays open."""
        note = self.folder.parent / "where"
        script = f"(exit {self.status})\n{command}\nstatus=$?\npwd > '{note}'\nexit $status\n"
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.inside,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )
        self.status = done.returncode
        self.inside = Path(note.read_text("utf-8").strip())
        return done.stdout.replace(str(self.folder), "~").rstrip("\n")


@contextmanager
def room(name: str) -> Iterator[Room]:
    """`empty`: nothing at all. Every other name: a room of its own with this repository's suites and recordings."""
    with tempfile.TemporaryDirectory(prefix="harness-docs-") as around:
        folder = Path(around).resolve() / name
        folder.mkdir()
        for part in () if name == "empty" else _PROJECT:
            shutil.copytree(ROOT / part, folder / part)
        yield Room(folder, folder)


def scrub(text: str) -> str:
    """The text without times, ids and the widths of columns."""
    for pattern, plain in _CHANGES:
        text = pattern.sub(plain, text)
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return kept | {
        "PATH": programs,
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TZ": "UTC",
        "PYTEST_ADDOPTS": "-p no:randomly -p no:cacheprovider",
    }


_PRIVATE = ("ANTHROPIC_", "HARNESS_", "GITHUB_", "COVERAGE_", "PYTEST_", "CI")
