"""How commands talk: data to stdout, talk to stderr, files moved into place in one go."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from harness.errors import UsageError
from harness.report.safe import json_text
from harness.units import Json

WIDEST = 120


def tell(text: str) -> None:
    """Data: what the command was asked for."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def tell_json(value: Json) -> None:
    """Data for other programs, as one JSON document."""
    tell(json_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)))


def say(text: str) -> None:
    """Talk: progress, hints and warnings."""
    sys.stderr.write(f"{text}\n")


def width() -> int:
    """Columns of the terminal, at most `WIDEST`; 100 where there is none, so that logs look alike."""
    if not sys.stdout.isatty():
        return 100
    return max(20, min(WIDEST, shutil.get_terminal_size().columns))


def in_colour(*, no_color: bool) -> bool:
    """Whether stdout may be coloured: a terminal, and nobody said NO_COLOR."""
    return sys.stdout.isatty() and not no_color


def write(path: Path, text: str) -> None:
    """Write a whole file or leave the old one: half a report is worse than none. Raises UsageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(path) as file:
            Path(file).write_text(text, encoding="utf-8")
            Path(file).replace(path)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}; choose another path or free some space"
        ) from None


@contextlib.contextmanager
def _beside(path: Path) -> Generator[str]:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(number)
    try:
        yield name
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
