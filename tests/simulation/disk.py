"""A disk that fills up, fails, and forgets what was not synced when the machine dies."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from tests.simulation.world import Hardship


class Died(BaseException):
    """The process ends here and now; no `except Exception` may see it."""


class Mortal(Protocol):
    """The process a disk serves."""

    hardship: Hardship
    dead: bool

    def die(self) -> None: ...


class SimDisk:
    """The disk of one process: real files in memory, and trouble at the operations the world has named."""

    def __init__(self, process: Mortal, chance: random.Random, sync_takes: float) -> None:
        self._process = process
        self._chance = chance
        self._sync_takes = sync_takes
        self._synced: dict[tuple[int, int], int] = {}
        """By descriptor and inode: how much of the file is safe."""
        self._has_synced: set[tuple[int, int]] = set()
        """Files that are synced at all; the others belong to nobody who promises anything for a power loss."""
        self.writes = self.syncs = 0
        self.has_failed = False

    def write(self, file: int, data: bytes) -> int:
        if self._process.dead:
            return len(data)
        self._know(file)
        self.writes += 1
        self._fill_up(file, data)
        how = self._crash_at_write()
        if how == "before":
            self._end()
        if how == "torn":
            os.write(file, data[: self._chance.randrange(1, len(data))])
            self._end()
        taken = os.write(file, data)
        if how == "after":
            self._end()
        return taken

    def sync(self, file: int) -> None:
        if self._process.dead:
            return
        self.syncs += 1
        if self.syncs == self._process.hardship.sync_fails_at:
            self.has_failed = True
            os.ftruncate(file, self._synced[self._know(file)])  # what could not be synced is gone
            raise OSError(errno.EIO, "Input/output error")
        how = self._crash_at_sync()
        if how == "before":
            self._end()
        about = os.fstat(file)
        self._synced[file, about.st_ino] = about.st_size
        self._has_synced.add((file, about.st_ino))
        if how == "after":
            self._end()

    def truncate(self, file: int, size: int) -> None:
        if self._process.dead:
            return
        os.ftruncate(file, size)
        known = self._know(file)
        self._synced[known] = min(self._synced[known], size)

    async def aside(self, work: Callable[[int], None], file: int) -> None:
        """A sync takes a while; others go on meanwhile."""
        await asyncio.sleep(self._sync_takes * self._chance.random())
        work(file)

    def let_go(self) -> None:
        """The process is dead: its locks are free, and without power what was not synced is torn."""
        crash = self._process.hardship.crash
        is_power_loss = crash is not None and crash.is_power_loss
        for (file, inode), safe in self._synced.items():
            with suppress(OSError):
                about = os.fstat(file)
                if about.st_ino != inode:
                    continue
                if is_power_loss and (file, inode) in self._has_synced and about.st_size > safe:
                    os.ftruncate(file, self._chance.randint(safe, about.st_size))
                fcntl.flock(file, fcntl.LOCK_UN)

    def _know(self, file: int) -> tuple[int, int]:
        about = os.fstat(file)
        known = (file, about.st_ino)
        # What an earlier process left has had time to reach the disk.
        self._synced.setdefault(known, about.st_size)
        return known

    def _fill_up(self, file: int, data: bytes) -> None:
        full = self._process.hardship.full_from_write
        if full is not None and self.writes >= full:
            self.has_failed = True
            os.write(file, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

    def _crash_at_write(self) -> str | None:
        crash = self._process.hardship.crash
        return crash.how if crash is not None and crash.at_write == self.writes else None

    def _crash_at_sync(self) -> str | None:
        crash = self._process.hardship.crash
        return crash.how if crash is not None and crash.at_sync == self.syncs else None

    def _end(self) -> None:
        self._process.die()
        raise Died
