"""The lines of a log, one at a time: a line is held in memory, a file never is."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harness.errors import UsageError

MOST_LINE = 16 * 1024 * 1024
"""Bytes of one line. Longer ones are passed over without being held."""
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file."""

    number: int
    """From 1."""
    content: bytes
    """Without its end; empty where the line is too long."""
    size: int
    """Bytes of the whole line."""

    @property
    def is_too_long(self) -> bool:
        return self.size > len(self.content)


def lines_of(file: BinaryIO, most: int = MOST_LINE) -> Iterator[Line]:
    """Every line that is not blank. Of one longer than `most` bytes, only the size is told."""
    number = 0
    while content := file.readline(most + 1):
        number += 1
        size = len(content)
        if size > most and not content.endswith(b"\n"):
            size += _pass_over(file)
            yield Line(number=number, content=b"", size=size)
        elif stripped := content.strip(b" \t\r\n\0\xef\xbb\xbf" if number == 1 else b" \t\r\n\0"):
            yield Line(number=number, content=stripped, size=len(stripped))


def _pass_over(file: BinaryIO) -> int:
    size = 0
    while piece := file.readline(_PIECE):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """An ordinary file, to read. Raises UsageError for anything else: a named pipe must not hang the command."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path}: is not a file; name a file of JSON lines")
            yield file
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else "not a path"
        raise UsageError(f"{path}: cannot be read: {said}; mend the name or the permissions") from None
