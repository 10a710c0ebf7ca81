"""How commands talk: data to stdout, talk to stderr, files moved into place in one go."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO, cast

from harness.errors import UsageError
from harness.report.safe import json_text
from harness.units import Json

WIDEST = 120
_LOST = "stdout cannot be written ({}), so the output is incomplete; make room, or send it elsewhere"


class OutputLost(UsageError):
    """Stdout took nothing more."""


def tell(text: str) -> None:
    """Data: what the command was asked for. Raises OutputLost where stdout takes nothing more."""
    try:
        _put(sys.stdout, text if text.endswith("\n") else f"{text}\n")
    except OSError as error:
        _silence(sys.stdout)
        raise OutputLost(_LOST.format(error.strerror)) from None


def tell_json(value: Json) -> None:
    """Data for other programs, as one JSON document."""
    tell(json_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)))


def say(text: str) -> None:
    """Talk: progress, hints and warnings. Lost, and nothing else, where stderr takes nothing more."""
    try:
        _put(sys.stderr, f"{text}\n")
    except OSError:
        _silence(sys.stderr)


@contextlib.contextmanager
def verdict_stands() -> Generator[None]:
    """What is told of a verdict may be lost on a full disk; the verdict itself, and its exit status, may not."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OutputLost as lost:
        say(f"harness: {lost}; the exit status still counts")
    except OSError as error:
        _silence(sys.stdout)
        say(f"harness: {_LOST.format(error.strerror)}; the exit status still counts")


def _put(stream: TextIO, text: str) -> None:
    """Write, or go on in silence where the reader of a pipe went away (`| head`): the exit status still counts."""
    try:
        stream.write(text)
    except BrokenPipeError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def speak_plainly() -> None:
    """Make stdout and stderr take every character, and be there even where the shell closed them."""
    for name in ("stdout", "stderr"):
        stream = cast("TextIOWrapper | None", getattr(sys, name))
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
        else:
            stream.reconfigure(errors="backslashreplace")


def all_told(status: int) -> int:
    """`status`, once everything is written; 2 where it would be a success whose output was lost."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        say(f"harness: {_LOST.format(error.strerror)}")
        return status or UsageError.exit_status
    return status


def width(widest: int = WIDEST) -> int:
    """Columns of the terminal, at most `widest`; 100 where there is none, so that logs look alike."""
    if not sys.stdout.isatty():
        return 100
    return max(20, min(widest, shutil.get_terminal_size().columns))


def in_colour(*, no_color: bool) -> bool:
    """Whether stdout may be coloured: a terminal, and nobody said NO_COLOR."""
    return sys.stdout.isatty() and not no_color


def check_writable(path: Path) -> None:
    """Raise UsageError where `write` would: before the answers are paid for, not after."""
    with _said_of(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with _beside(path):
            return


def write(path: Path, text: str) -> None:
    """Write a whole file or leave the old one: half a report is worse than none. Raises UsageError."""
    with _said_of(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(path) as file:
            Path(file).write_text(text, encoding="utf-8")
            Path(file).replace(path)


@contextlib.contextmanager
def _said_of(path: Path) -> Generator[None]:
    try:
        yield
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
