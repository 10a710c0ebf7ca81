"""SQL that a user wrote, over a connection that can read the store and nothing else.

`read_only` alone is no sandbox: it still reads any file, writes files with COPY, and sees Python's variables.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.store.duck import Config, reading
from harness.units import Seconds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LOCKED: Config = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "256MB",
    "threads": "1",
    "max_temp_directory_size": "0B",
    "python_enable_replacements": "false",
}
"""No files, no network, no extensions, no Python variables, little memory."""

_PATIENCE = Seconds(10.0)
_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a query gives. Texts in it are hostile."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def run_sql(
    store: str | Path, statement: str, *, patience: Seconds = _PATIENCE, most_rows: int = _MOST_ROWS
) -> Table:
    """What one SELECT over the store's tables and views gives.

    Raises UsageError when it is no SELECT, is wrong, wants more than it may, takes longer than `patience`, or
    gives more than `most_rows` rows; StoreBusy.
    """
    import duckdb

    with reading(store, LOCKED) as connection:
        connection.execute("SET lock_configuration = true")
        _only_a_select(connection, statement)
        try:
            with watchdog(connection, patience):
                found = connection.execute(statement)
                columns = tuple(str(each[0]) for each in found.description or ())
                rows = found.fetchmany(most_rows + 1)
        except duckdb.InterruptException as error:
            raise UsageError(
                f"the query took longer than {patience:g} s and was stopped; narrow it down"
            ) from error
        except (duckdb.Error, ImportError) as error:
            raise UsageError(f"the query failed: {error}") from error
    if len(rows) > most_rows:
        raise UsageError(f"the query gives more than {most_rows} rows; add a LIMIT, or use `harness export`")
    return Table(columns=columns, rows=tuple(rows))


def _only_a_select(connection: DuckDBPyConnection, statement: str) -> None:
    import duckdb

    try:
        parts = connection.extract_statements(statement)
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be read: {error}") from error
    allowed = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(parts) != 1 or parts[0].type not in allowed or _was_rewritten(parts[0].query, statement):
        raise UsageError("only one SELECT is allowed here; the store is not changed by queries")


def _was_rewritten(query: str, statement: str) -> bool:
    """DuckDB 1.5 turns some PRAGMA statements into a SELECT before it says what they are."""
    return query.strip().removesuffix(";") not in statement


@contextmanager
def watchdog(connection: DuckDBPyConnection, patience: Seconds) -> Generator[None, None, None]:
    """Interrupts what the connection does after `patience`; it then raises InterruptException."""
    timer = threading.Timer(patience, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
