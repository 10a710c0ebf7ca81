"""Runs and views as files for other tools."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO, assert_never

from harness.errors import StoreError, UsageError
from harness.store.cells import write_table
from harness.store.duck import reading
from harness.store.read import find_run
from harness.units import Json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Form = Literal["parquet", "csv", "jsonl"]

_RUN = """
SELECT v_trials.*, v_answers.question, v_answers.answer
FROM v_trials JOIN v_answers USING (run_id, case_id, repeat)
WHERE run_id = ? ORDER BY case_id, repeat
"""

VIEWS = {
    "v_runs": "SELECT * FROM v_runs ORDER BY started_at, run_id",
    "v_models": "SELECT * FROM v_models ORDER BY run_id, requested_model",
    "v_trials": "SELECT * FROM v_trials ORDER BY run_id, case_id, repeat",
    "v_answers": "SELECT * FROM v_answers ORDER BY run_id, case_id, repeat",
    "v_calls": "SELECT * FROM v_calls ORDER BY run_id, case_id, repeat, attempt",
    "v_grades": "SELECT * FROM v_grades ORDER BY run_id, case_id, repeat, place_in_case",
    "v_steps": "SELECT * FROM v_steps ORDER BY run_id, case_id, repeat, step",
    "v_case_history": "SELECT * FROM v_case_history",
    "v_flaky": "SELECT * FROM v_flaky",
    "v_cost_daily": "SELECT * FROM v_cost_daily",
    "v_verdicts": "SELECT * FROM v_verdicts ORDER BY decided_at, verdict_id",
    "v_bank": "SELECT * FROM v_bank",
}
"""What can be exported beside a run, and in which order."""


def export(store: str | Path, what: str, out: str | Path, *, form: Form) -> int:
    """Write a run (by id or unique prefix) or a view to `out`; gives the number of rows.

    The file appears whole or not at all. Texts in CSV that a spreadsheet would take for a formula get an
    apostrophe in front. Raises UsageError for an unknown name, StoreError when the file cannot be written.
    """
    query = _query(store, what)
    with _draft_of(Path(out)) as draft, reading(store) as connection:
        return _write(connection, query, draft, form)


def export_rows(
    columns: Mapping[str, str], rows: Sequence[Mapping[str, Json]], out: str | Path, *, form: Form
) -> int:
    """Write rows of our own making, as `export` does. `columns` gives each its SQL type; money comes as text.

    Raises StoreError when the file cannot be written.
    """
    import duckdb

    told = json.dumps(rows, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace").decode()
    shape = json.dumps([dict(columns)])
    with _draft_of(Path(out)) as draft, duckdb.connect(":memory:") as connection:
        return _write(
            connection, ("SELECT unnest(from_json(?::JSON, ?), max_depth := 2)", [told, shape]), draft, form
        )


@contextmanager
def _draft_of(target: Path) -> Generator[Path, None, None]:
    """A file beside it, moved into its place once it is whole."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        yield draft
        draft.replace(target)
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be written ({error.strerror}); check the folder and its room"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _query(store: str | Path, what: str) -> tuple[str, list[str]]:
    if what in VIEWS:
        return VIEWS[what], []
    if what.startswith("v_"):
        raise UsageError(f"there is no view {what!r}; there are {', '.join(VIEWS)}")
    return _RUN, [find_run(store, what).run_id]


def _write(connection: DuckDBPyConnection, query: tuple[str, list[str]], draft: Path, form: Form) -> int:
    match form:
        case "parquet":
            return _write_parquet(connection, query, draft)
        case "csv":
            with _private(draft) as file:
                return _write_csv(connection, query, file)
        case "jsonl":
            with _private(draft) as file:
                return _write_jsonl(connection, query, file)
        case _:
            assert_never(form)


def _write_parquet(connection: DuckDBPyConnection, query: tuple[str, list[str]], draft: Path) -> int:
    statement, values = query
    connection.execute(f"CREATE TEMP TABLE exported AS {statement}", values)
    connection.table("exported").write_parquet(str(draft), compression="zstd")
    draft.chmod(0o600)
    return len(connection.table("exported"))


def _write_csv(connection: DuckDBPyConnection, query: tuple[str, list[str]], file: TextIO) -> int:
    found = connection.execute(*query)
    return write_table([str(each[0]) for each in found.description or ()], _rows(found), file)


def _write_jsonl(connection: DuckDBPyConnection, query: tuple[str, list[str]], file: TextIO) -> int:
    found = connection.execute(*query)
    names = [each[0] for each in found.description or ()]
    count = 0
    for row in _rows(found):
        file.write(json.dumps(dict(zip(names, row, strict=True)), default=_plain, ensure_ascii=False) + "\n")
        count += 1
    return count


def _rows(found: DuckDBPyConnection) -> Generator[tuple[object, ...], None, None]:
    while some := found.fetchmany(1000):
        yield from some


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"not for JSON: {type(value).__name__}")


@contextmanager
def _private(path: Path) -> Generator[TextIO, None, None]:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8", newline="") as text:
        yield text
