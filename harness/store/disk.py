"""What a journal asks of a file system, so that a test can let it fail."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

Aside = Callable[[Callable[[int], None], int], Awaitable[None]]
"""Calls a function of a file that blocks, elsewhere, and returns when it has returned."""


async def in_thread(work: Callable[[int], None], file: int) -> None:
    """The usual `Aside`. Where no thread can be had (a container's limit, say), everybody is held up after all."""
    try:
        await asyncio.to_thread(work, file)
    except RuntimeError:
        work(file)


class Disk(Protocol):
    """The three things a journal asks of a file system. Each raises OSError."""

    def write(self, file: int, data: bytes) -> int:
        """Write at the end; gives the number of bytes that were taken."""
        ...

    def sync(self, file: int) -> None:
        """Return when everything written so far is on disk."""
        ...

    def truncate(self, file: int, size: int) -> None:
        """Cut the file to `size` bytes."""
        ...


class SystemDisk:
    """The machine's own file system."""

    def write(self, file: int, data: bytes) -> int:
        return os.write(file, data)

    def sync(self, file: int) -> None:
        os.fsync(file)

    def truncate(self, file: int, size: int) -> None:
        os.ftruncate(file, size)


def write_all(disk: Disk, file: int, data: bytes) -> None:
    """Write all of `data`, in as many goes as it takes. Raises OSError; part of it may be written then."""
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(file, bytes(rest)) :]


def what_to_mend(path: Path) -> str:
    """The remedy where nothing can be made at `path`: a file that stands where a folder has to be, or its rights."""
    for folder in path.parents:
        if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir may raise
            return f"{folder} is a file, and has to be a folder: move it away"
    return "check the folder's permissions"


def sync_folder(folder: Path) -> None:
    """Put the names of the files in `folder` on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
