"""What queries give on a small DuckDB of their own, in a process of its own.

The database is in memory, and locked before anything runs: no files, no network, no extensions, no other settings, 256 MB, one thread. Whatever
takes longer than its share is interrupted. Runs inside of `harness.confined.inside`, so it answers in JSON.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast

import duckdb

MOST_ROWS = 10_000
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "256MB",
    "max_temp_directory_size": "0B",
    "threads": "1",
}

Row = tuple[str, ...]


class _SlowError(Exception):
    """It was interrupted."""


def compare(
    *,
    setup: str,
    query: str,
    same_as: str | None,
    rows: list[list[Any]] | None,
    ordered: bool,
    seconds: float,
) -> dict[str, Any]:
    """`same` and `found`; or `mistake`, where the setup or the reference cannot be run; or `undecided`."""
    try:
        wanted = (
            [tuple(map(_cell, each)) for each in rows or []]
            if same_as is None
            else _rows(setup, same_as, seconds)
        )
    except _SlowError:
        return {"mistake": f"the setup and `same_as` take longer than {seconds:g} s"}
    except (duckdb.Error, ValueError) as error:
        return {"mistake": f"the setup or `same_as` cannot be run: {_line(error)}"}
    try:
        found = _rows(setup, query, seconds)
    except _SlowError:
        return {"undecided": f"a query that takes longer than {seconds:g} s"}
    except (duckdb.OutOfMemoryException, ValueError) as error:
        return {"undecided": _line(error)}
    except duckdb.Error as error:
        return {"same": False, "found": f"a query that cannot be run: {_line(error)}"}
    same = wanted == found if ordered else Counter(wanted) == Counter(found)
    return {"same": same, "found": _told(wanted, found)}


def _rows(setup: str, query: str, seconds: float) -> list[Row]:
    with duckdb.connect(":memory:", config=_LOCKED) as connection:
        connection.execute("SET lock_configuration = true")
        with _interrupted(connection, seconds) as is_late:
            try:
                connection.execute(setup or "SELECT 1")
                cursor = connection.execute(query)
                rows = cursor.fetchmany(MOST_ROWS + 1) if cursor.description else []
            except duckdb.InterruptException:
                raise _SlowError from None
            except duckdb.Error:
                if is_late.is_set():
                    raise _SlowError from None
                raise
    if len(rows) > MOST_ROWS:
        raise ValueError(f"more than {MOST_ROWS:,} rows")
    return [tuple(map(_cell, each)) for each in rows]


@contextmanager
def _interrupted(connection: duckdb.DuckDBPyConnection, seconds: float) -> Generator[threading.Event]:
    is_late = threading.Event()

    def interrupt() -> None:
        is_late.set()
        connection.interrupt()

    timer = threading.Timer(seconds, interrupt)
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def _cell(value: Any) -> str:
    """A value so that equal ones have equal texts: 3, 3.0 and a decimal 3.00 are, 3 and "3" are not; floats to 12 digits."""
    if value is None or isinstance(value, bool):
        return f"{value}"
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, (datetime, date, time)):
        return f"'{value.isoformat()}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_cell, cast('list[Any]', value)))}]"
    if isinstance(value, dict):
        pairs = cast("list[tuple[Any, Any]]", list(value.items()))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        return "{" + ", ".join(f"{_cell(key)}: {_cell(each)}" for key, each in pairs) + "}"
    return f"'{value}"


def _number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    double = float(value)
    return str(int(double)) if double.is_integer() and abs(double) < 2**53 else f"{double:.12g}"


def _told(wanted: list[Row], found: list[Row]) -> str:
    rows = f"{len(found):,} {'row' if len(found) == 1 else 'rows'}"
    other = next((each for each in found if each not in wanted), None)
    if other is not None:
        return f"{rows}; one that is not wanted: {', '.join(other)[:150]}"
    missing = next((each for each in wanted if each not in found), None)
    return rows if missing is None else f"{rows}; without {', '.join(missing)[:150]}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
