"""Journals into the DuckDB file: a run's rows are replaced whole, in one transaction, as often as one likes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import StoreError
from harness.store.call_rows import Row
from harness.store.duck import transaction, turn, writing
from harness.store.past import Journal, read_journal
from harness.store.rows import Tables, tables
from harness.store.shrink import is_wasteful, remove, shrink

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK = 2_000
"""Rows per statement: enough to be fast, few enough to stay small in memory."""


def ingest(store: str | Path, journal: Journal) -> None:
    """Put everything `journal` says into the store, in place of what the store said of that run.

    Raises StoreBusy when other writers do not finish within a minute, StoreError.
    """
    rows = tables(journal)
    with writing(store) as connection:
        _replace(connection, journal.info.run_id, rows, str(store))
        wasteful = is_wasteful(connection)
    if wasteful:
        shrink(store)


def rebuild(store: str | Path, runs: str | Path) -> tuple[str, ...]:
    """Make the store again from every journal in the folder `runs`, and from the log of decisions beside it.

    The old file stays in place until the new one is whole. Gives a warning for every journal that could not
    be read; the others are in.
    """
    target = Path(store)
    with turn(target):
        draft = target.with_name(f"{target.name}.rebuilding")
        remove(draft)
        warnings = _fill(draft, Path(runs), target)
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        draft.replace(target)
        remove(draft)
    return warnings


def _fill(draft: Path, runs: Path, target: Path) -> tuple[str, ...]:
    from harness.store.decisions import restore

    warnings: list[str] = []
    with writing(draft) as connection:
        for path in sorted(runs.glob("*.jsonl")):
            try:
                journal = read_journal(path)
            except StoreError as error:
                warnings.append(str(error))
                continue
            warnings += journal.warnings
            _replace(connection, journal.info.run_id, tables(journal), str(target))
        warnings += restore(connection, target)
    return tuple(warnings)


def _replace(connection: DuckDBPyConnection, run_id: str, rows: Tables, store: str) -> None:
    import duckdb

    try:
        with transaction(connection):
            for table in ("runs", "trials", "calls", "extra_costs", "grades", "steps", "opinions"):
                connection.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])  # noqa: S608 - names from the line above
            _insert(connection, "runs", [rows.run], run_id)
            _insert(connection, "trials", rows.trials, run_id)
            _insert(connection, "calls", rows.calls, run_id)
            _insert(connection, "extra_costs", rows.extra_costs, run_id)
            _insert(connection, "grades", rows.grades, run_id)
            _insert(connection, "steps", rows.steps, run_id)
            _insert(connection, "opinions", rows.opinions, run_id)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise StoreError(
            f"{store}: the run {run_id} could not be stored ({reason}); its journal has everything, try again"
        ) from error


def _insert(connection: DuckDBPyConnection, table: str, rows: Sequence[Row], run_id: str) -> None:
    columns = _columns(connection, table)
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"INSERT INTO {table} ({names}) SELECT {names} FROM (SELECT unnest(from_json(?::JSON, ?), max_depth := 2))"  # noqa: S608 - names of our own schema
    shape = json.dumps([columns])
    for start in range(0, len(rows), _CHUNK):
        chunk = [{**row, "run_id": run_id} for row in rows[start : start + _CHUNK]]
        connection.execute(statement, [_json(chunk), shape])


def _columns(connection: DuckDBPyConnection, table: str) -> dict[str, str]:
    found = connection.execute(f"SELECT * FROM {table} LIMIT 0").description or ()  # noqa: S608 - tables of our own
    return {str(each[0]): str(each[1]) for each in found}


def _json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace").decode()
