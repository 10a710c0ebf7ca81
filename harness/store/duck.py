"""Opening the DuckDB file: one writer at a time, readers that wait a little, and a schema that is checked."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import StoreBusy, StoreError, UsageError
from harness.store.disk import what_to_mend

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORAGE = "v1.2.0"
"""The oldest storage version that can compress texts with zstd; DuckDB 1.5 and 2.0 both read it."""

Config = dict[str, str | bool | int | float | list[str]]

_NEW: Config = {"storage_compatibility_version": STORAGE, "default_block_size": "65536"}
"""How a new file is laid out: DuckDB's own 256 KiB blocks leave more of a small store empty."""

_WRITER_PATIENCE = 60.0
_READER_PATIENCE = 5.0
_PAUSE = 0.02
_LOCKED = re.compile(
    r"Could not set lock|different configuration than existing|already attached by database", re.IGNORECASE
)
"""What DuckDB says of a file that another process has, or another thread of this one."""
_HOLDER = re.compile(r"PID (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """Every step this version knows, in order."""
    folder = files("harness.store") / "migrations"
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    return tuple(
        Migration(version=int(name.split("_")[0]), name=name, text=(folder / name).read_text("utf-8"))
        for name in found
    )


@contextmanager
def writing(store: str | Path) -> Generator[DuckDBPyConnection, None, None]:
    """A connection to write with, schema up to date; other writers queue behind it.

    Raises StoreBusy when the turn does not come within a minute, StoreError when the file is no store.
    """
    path = Path(store)
    with turn(path):
        connection = _connect(path, read_only=False, config=_NEW)
        try:
            _migrate(connection, path)
            yield connection
        finally:
            connection.close()


@contextmanager
def reading(store: str | Path, config: Config | None = None) -> Generator[DuckDBPyConnection, None, None]:
    """A connection to read with, schema up to date. It holds writers off, so be brief.

    Raises UsageError when there is no store yet, StoreBusy when a process writes for more than 5 s.
    """
    path = Path(store)
    if not path.exists():
        raise UsageError(f"{path}: there are no results yet; run a suite first (`harness run SUITE`)")
    connection = _connect(path, read_only=True, config=config or {})
    try:
        if _pending(_applied(connection, path), path):
            connection.close()
            with writing(path):
                pass
            connection = _connect(path, read_only=True, config=config or {})
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: DuckDBPyConnection) -> Generator[None, None, None]:
    """All of what is done inside, or nothing."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def turn(path: Path) -> Generator[None, None, None]:
    """Our own writers queue on a file beside the store: DuckDB itself would just refuse them.

    Raises StoreBusy when the turn does not come within a minute.
    """
    side = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(side, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{side}: cannot be created ({error.strerror}); {what_to_mend(side)}") from error
    try:
        _wait_for(handle, path)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path) -> None:
    give_up = time.monotonic() + _WRITER_PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                holder = os.pread(handle, 20, 0).decode("ascii", "replace") or "unknown"
                raise _busy(path, holder) from None
            time.sleep(_PAUSE)
        else:
            return


def _connect(path: Path, *, read_only: bool, config: Config) -> DuckDBPyConnection:
    import duckdb

    give_up = time.monotonic() + (_READER_PATIENCE if read_only else _WRITER_PATIENCE)
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=config)
        except duckdb.Error as error:
            if not _LOCKED.search(str(error)):
                raise _no_store(path, error) from error
            if time.monotonic() > give_up:
                holder = _HOLDER.search(str(error))
                raise _busy(path, holder[1] if holder else "unknown") from error
            time.sleep(_PAUSE)


def _busy(path: Path, holder: str) -> StoreBusy:
    return StoreBusy(f"{path}: process {holder} is using it; wait until it is done, or end it")


def _no_store(path: Path, error: Exception) -> StoreError:
    reason = str(error).splitlines()[0]
    return StoreError(
        f"{path}: cannot be opened as a store ({reason}); `harness rebuild` makes it again from the journals"
    )


def _applied(connection: DuckDBPyConnection, path: Path) -> dict[int, str]:
    """Version to checksum; empty where there is no schema yet. Raises StoreError for what others keep there."""
    known = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_migrations'"
    ).fetchall()
    if known == [(0,)]:
        _check_empty(connection, path)
        return {}
    return dict(connection.execute("SELECT version, sha256 FROM schema_migrations").fetchall())


def _check_empty(connection: DuckDBPyConnection, path: Path) -> None:
    tables = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
    if tables != [(0,)]:
        raise StoreError(
            f"{path}: a database of something else, which is left as it is; name a store of harness"
        )


def _pending(applied: dict[int, str], path: Path) -> list[Migration]:
    """The steps that are still to be taken. Raises StoreError when the store went another way."""
    steps = {step.version: step for step in migrations()}
    for version, sha256 in applied.items():
        step = steps.get(version)
        if step is None:
            raise StoreError(
                f"{path}: written by a newer version of harness (schema {version}); update harness to read it"
            )
        if step.sha256 != sha256:
            raise StoreError(
                f"{path}: its schema {version} is not the one of this version of harness; "
                "`harness rebuild` makes the store again from the journals"
            )
    return [step for step in steps.values() if step.version not in applied]


def _migrate(connection: DuckDBPyConnection, path: Path) -> None:
    for step in _pending(_applied(connection, path), path):
        with transaction(connection):
            connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations"
                " (version BIGINT NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)"
            )
            connection.execute(step.text)
            now = datetime.now(UTC).replace(tzinfo=None)
            connection.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
                [step.version, step.name, step.sha256, now],
            )
