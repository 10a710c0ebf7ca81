"""What all processes of a project spend, day by day in UTC: a page for each day, a line for each movement.

A page is an append-only file of checked lines (`harness.store.lines`). Whoever reads or writes holds its lock, so
"does it still fit?" and "then it is mine" are one step, whatever else runs. Every line reaches the operating
system before anything is sent. A process that dies leaves its reservations standing: they may have been billed.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from harness.errors import StoreError
from harness.store.disk import Disk, SystemDisk, what_to_mend, write_all
from harness.store.lines import Body, decode, encode
from harness.units import FREE, Usd


@dataclass(slots=True)
class _Balance:
    """What the lines of a page come to, split into one owner's and everybody else's."""

    owner: str
    elsewhere: Usd = FREE
    _standing: dict[str, Usd] = field(default_factory=dict[str, Usd])
    """Reservations that were not settled yet."""

    def add(self, body: Body) -> None:
        """Raises KeyError, TypeError or ArithmeticError when the line is not what it should be."""
        entry, amount = str(body["entry"]), Usd(Decimal(str(body["usd"])))
        before = self._standing.pop(entry, FREE)
        if body["kind"] == "reserved":
            self._standing[entry] = amount
        if not entry.startswith(f"{self.owner}-"):
            self.elsewhere = Usd(self.elsewhere + amount - before)


class OpenPage:
    """One day's file. Lines that are torn or damaged are passed over: none of them let anything be sent.

    A reservation whose line did not get through whole was never granted, and a settlement that did not leaves its
    reservation standing.
    """

    def __init__(self, path: Path, owner: str, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._owner = owner
        self._balance = _Balance(owner)
        self._read_to = 0
        self._count = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    @property
    def elsewhere(self) -> Usd:
        """What others have spent or set aside."""
        return self._balance.elsewhere

    def lock(self) -> None:
        """Keep everybody else out, and read what they wrote. Raises OSError, StoreError."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            self._read_on()
        except BaseException:
            self.unlock()
            raise

    def unlock(self) -> None:
        """Let others in again."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def reserve(self, amount: Usd) -> str:
        """Note a reservation, and give its name."""
        self._count += 1
        entry = f"{self._owner}-{self._count}"
        try:
            self.write("reserved", entry, amount)
        except OSError as error:
            raise _unusable(self._path, error) from error
        return entry

    def write(self, kind: Literal["reserved", "settled"], entry: str, amount: Usd) -> None:
        """Append one line; call it while the page is locked. Raises OSError."""
        line = encode({"kind": kind, "entry": entry, "usd": f"{amount:f}"})
        whole = os.fstat(self._file).st_size == self._read_to
        write_all(self._disk, self._file, line if whole else b"\n" + line)

    def close(self) -> None:
        os.close(self._file)

    def _read_on(self) -> None:
        """Take in what was written since the last look, up to the last whole line."""
        size = os.fstat(self._file).st_size
        new = os.pread(self._file, size - self._read_to, self._read_to)
        whole = new[: new.rfind(b"\n") + 1]
        for line in whole.splitlines():
            body = decode(line)
            if body is not None:
                self._take(body)
        self._read_to += len(whole)

    def _take(self, body: Body) -> None:
        try:
            self._balance.add(body)
        except (KeyError, TypeError, ArithmeticError) as error:
            raise StoreError(
                f"{self._path}: a line is whole, but does not say what it should; another version wrote it, "
                "or delete the file: the spend of that day is forgotten then"
            ) from error


class DayBook:
    """The pages of one project, with this process's own entries in them. Nothing is opened before it is needed."""

    def __init__(
        self, folder: Path, disk: Disk | None = None, complain: Callable[[str], None] | None = None
    ) -> None:
        """`complain` is told once when settlements cannot be written."""
        self._folder = folder
        self._disk = disk or SystemDisk()
        self._complain = complain
        self._owner = secrets.token_hex(6)
        self._pages: dict[date, OpenPage] = {}

    @contextmanager
    def opened_at(self, day: date) -> Generator[OpenPage]:
        """The page of `day`, locked. Raises StoreError when it cannot be read or written."""
        try:
            page = self._page(day)
            page.lock()
        except OSError as error:
            raise _unusable(self._path(day), error) from error
        try:
            yield page
        finally:
            page.unlock()

    def settle(self, day: date, entry: str, used: Usd) -> None:
        """Replace a reservation. Where it cannot be written, the reservation stands: rather too much than too little."""
        try:
            with self.opened_at(day) as page:
                page.write("settled", entry, used)
        except (OSError, StoreError) as error:
            complain, self._complain = self._complain, None
            if complain is not None:
                complain(
                    f"harness: {self._path(day)}: what calls really cost cannot be noted ({error}); "
                    "their worst case counts for the cap of the day, and the run goes on"
                )

    def close(self) -> None:
        """Close all pages. What is reserved stays reserved."""
        for page in self._pages.values():
            page.close()
        self._pages.clear()

    def _page(self, day: date) -> OpenPage:
        if day not in self._pages:
            self._pages[day] = OpenPage(self._path(day), self._owner, self._disk)
        return self._pages[day]

    def _path(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.jsonl"


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path}: cannot be written ({error.strerror or error}), so nothing is sent; "
        f"make room, {what_to_mend(path)}, and keep reports on a local disk"
    )
