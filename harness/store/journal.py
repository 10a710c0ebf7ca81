"""Writing a journal: one append-only file per run, durable in groups.

Every line reaches the operating system the moment it is written, so a killed process loses nothing it had
noted. `append` returns only when its line is on disk; while one fsync is under way, later lines gather
behind the next one.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.clock import Clock, SystemClock
from harness.errors import StoreBusy, StoreError, UsageError
from harness.events import AttemptStarted, Event, Reserved, Settled
from harness.record import Record, RunInfo
from harness.store.disk import Aside, Disk, SystemDisk, in_thread, sync_folder, what_to_mend, write_all
from harness.store.lines import (
    Body,
    ImportedRow,
    Redact,
    dump_event,
    dump_imported,
    dump_info,
    dump_record,
    encode,
)
from harness.store.past import Journal, read_journal, writer_of

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a journal works with."""

    clock: Clock
    redact: Redact
    """Every text of a model, a server or a person passes it on the way to disk."""
    disk: Disk
    aside: Aside = in_thread
    """Does the syncing without holding up everybody else."""


def tools(redact: Redact, *, clock: Clock | None = None, disk: Disk | None = None) -> Tools:
    """The usual tools, with a `redact` that must be named: nothing reaches the disk without one."""
    return Tools(clock=clock or SystemClock(), redact=redact, disk=disk or SystemDisk())


def journal_path(runs: str | Path, run_id: str) -> Path:
    """Where the journal of a run lives. Raises UsageError when the id could not be a file's name."""
    if not _RUN_ID.fullmatch(run_id):
        raise UsageError(
            f"run {run_id!r}: a run's name is up to 128 letters, digits, '.', '_', '@' and '-', "
            "and starts with a letter or a digit"
        )
    return Path(runs) / f"{run_id}.jsonl"


class JournalWriter:
    """Writes one run's journal, and holds its lock until `end` or `close`. Belongs to one event loop."""

    def __init__(self, file: int, path: Path, info: RunInfo, use: Tools) -> None:
        self.path = path
        self.info = info
        self._file = file
        self._use = use
        self._began = use.clock.monotonic()
        self._written = _Mark(size=0, lines=0)
        self._on_disk = self._written
        self._ledger: list[tuple[_Mark, Body]] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._group: list[asyncio.Future[None]] = []
        self._syncing: asyncio.Task[None] | None = None
        self._broken: str | None = None

    async def append(self, record: Record) -> None:
        """Keep `record`; returns once it is on disk, and only then does its trial count as finished.

        Raises StoreError when the disk does not take it; then nothing of its group is kept, and the journal
        takes nothing more. Call it from as many tasks as there are: those that wait share one fsync.
        """
        self._write({"kind": "trial", "record": dump_record(record, self._use.redact)})
        await self.synced()

    async def synced(self) -> None:
        """Return once everything that was written so far is on disk. Raises StoreError as `append` does."""
        if self._broken is not None:
            raise StoreError(self._broken)
        if self._written == self._on_disk:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync_groups())
        await waiter

    def note(self, event: Event) -> None:
        """Keep a reservation, a settlement, or that a request is sent; other events are not for a journal.

        Give it what this run asks and nothing else: only the side of an event says whose it is. It is with the
        operating system when this returns. Raises StoreError when it could not be written: send nothing then.
        """
        if isinstance(event, AttemptStarted | Reserved | Settled):
            self._write_ledger(dump_event(event))

    def keep_imported(self, row: ImportedRow) -> None:
        """Keep one row of somebody else's results; on disk after `end`."""
        self._write({"kind": "imported", "row": dump_imported(row, self._use.redact)})

    def end(self, why: str, counts: Mapping[str, int]) -> None:
        """Say why the run ended and how its trials did, put everything on disk, and close."""
        clock = self._use.clock
        wall = max(0.0, clock.monotonic() - self._began)
        at = clock.now().isoformat()
        try:
            self._write({"kind": "end", "why": why, "at": at, "wall_s": wall, "counts": dict(counts)})
            self._sync_now()
        finally:
            self.close()

    def close(self) -> None:
        """Close the file and give up the lock; the run can be resumed."""
        if self._file < 0:
            return
        if self._syncing is not None:
            self._syncing.cancel()
        self._broken = self._broken or f"{self.path}: closed"
        self._group, self._waiting = [*self._group, *self._waiting], []
        self._answer(StoreError(self._broken))
        os.close(self._file)
        self._file = -1

    def begin(self, body: Body, written: _Mark) -> None:
        """Write the first line of this process's part, after what is there already, and sync it."""
        self._written = self._on_disk = written
        self._write(body)
        self._sync_now()

    def _write_ledger(self, body: Body) -> None:
        self._write(body)
        self._ledger.append((self._written, body))

    def _write(self, body: Body) -> None:
        if self._broken is not None:
            raise StoreError(self._broken)
        line = encode({"seq": self._written.lines + 1, **body})
        try:
            write_all(self._use.disk, self._file, line)
        except OSError as error:
            self._cut(self._written)
            raise self._break(error) from error
        self._written = _Mark(size=self._written.size + len(line), lines=self._written.lines + 1)

    async def _sync_groups(self) -> None:
        while self._waiting:
            self._group, self._waiting = self._waiting, []
            mark = self._written
            try:
                await self._use.aside(self._use.disk.sync, self._file)
            except OSError as error:
                self._distrust(error)
                break
            self._confirm(mark)
        self._syncing = None

    def _sync_now(self) -> None:
        self._group, self._waiting = [*self._group, *self._waiting], []
        try:
            self._use.disk.sync(self._file)
        except OSError as error:
            raise self._distrust(error) from error
        self._confirm(self._written)

    def _confirm(self, mark: _Mark) -> None:
        self._on_disk = mark
        self._ledger = [(at, body) for at, body in self._ledger if at.lines > mark.lines]
        self._answer(None)

    def _distrust(self, error: OSError) -> StoreError:
        """After a failed fsync nobody knows what is on disk: only the ledger of the group is written again."""
        ledger, self._ledger = self._ledger, []
        self._cut(self._on_disk)
        self._written = self._on_disk
        with suppress(StoreError):
            for _, body in ledger:
                self._write(body)
        problem = self._break(error)
        self._group, self._waiting = [*self._group, *self._waiting], []
        self._answer(problem)
        return problem

    def _cut(self, mark: _Mark) -> None:
        with suppress(OSError):
            self._use.disk.truncate(self._file, mark.size)

    def _break(self, error: OSError) -> StoreError:
        if self._broken is None:
            self._broken = (
                f"{self.path}: cannot be written ({error.strerror or error}); make room, "
                f"then resume the run {self.info.run_id}: everything that was finished is kept"
            )
        return StoreError(self._broken)

    def _answer(self, problem: StoreError | None) -> None:
        group, self._group = self._group, []
        for waiter in group:
            if waiter.done():
                continue
            if problem is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A spot in a journal: bytes and lines before it."""

    size: int
    lines: int


def start_journal(runs: str | Path, info: RunInfo, use: Tools) -> JournalWriter:
    """Create the journal of a new run, with its header on disk.

    The file appears whole or not at all. Raises UsageError when the run exists already or the folder cannot
    be written to (nothing has been sent then), StoreError when the disk does not take it.
    """
    path = journal_path(runs, info.run_id)
    draft = path.with_name(f".{info.run_id}.{os.getpid()}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"{path}: cannot be created ({error.strerror}); {what_to_mend(path)}") from error
    writer = JournalWriter(file, path, info, use)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        header: Body = {"kind": "header", "pid": os.getpid(), "info": dump_info(info)}
        writer.begin(header, _Mark(size=0, lines=0))
        os.link(draft, path)
        sync_folder(path.parent)
    except FileExistsError as error:
        writer.close()
        raise UsageError(
            f"{path}: the run {info.run_id} exists already; resume it or take another name"
        ) from error
    except BaseException:
        writer.close()
        raise
    finally:
        draft.unlink(missing_ok=True)
    return writer


def resume_journal(runs: str | Path, run_id: str, use: Tools) -> tuple[JournalWriter, Journal]:
    """Open the journal of an earlier run to append to it; gives what it said so far as well.

    A torn tail is cut off. `Journal.finished` names the trials that must not be asked again. Raises
    UsageError when there is no such run, StoreBusy when another process still writes it, JournalDamaged.
    """
    path = journal_path(runs, run_id)
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no run {run_id} to resume") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from error
    try:
        _lock(file, path)
        past = read_journal(path)
        use.disk.truncate(file, past.size)
        writer = JournalWriter(file, path, past.info, use)
        body: Body = {"kind": "resumed", "pid": os.getpid(), "at": use.clock.now().isoformat()}
        writer.begin(body, _Mark(size=past.size, lines=past.lines))
    except BaseException:
        os.close(file)
        raise
    return writer, past


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = f"process {pid}" if (pid := writer_of(path)) else "another process"
        raise StoreBusy(f"{path}: {holder} is writing this run; wait until it is done, or end it") from error
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be locked ({error.strerror}); keep reports on a local disk"
        ) from error
