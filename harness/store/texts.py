"""Every text in files that DuckDB can open: databases, Parquet files, and lines compressed with zstd."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import StoreError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE = 1_000
_WITHOUT_TEXT = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "BOOL", "DATE", "TIME", "INTERVAL", "UUID", "UINT")
_LINES = (
    "read_csv(?, compression='zstd', columns={'line': 'VARCHAR'}, delim='\x01', quote='', escape='', header=false,"
    " auto_detect=false, ignore_errors=true, encoding='latin-1', max_line_size=100000000)"
)


def texts_in(path: Path) -> Iterator[tuple[str, str]]:
    """Each text with where it stands (`trials.question, row 7`). Raises StoreError where the file cannot be read."""
    import duckdb

    try:
        if path.suffix == ".parquet":
            with closing(duckdb.connect()) as connection:
                yield from _columns(connection, "read_parquet(?)", [str(path)])
        elif path.suffix == ".zst":
            with closing(duckdb.connect()) as connection:
                yield from _columns(connection, _LINES, [str(path)])
        else:
            with closing(duckdb.connect(str(path), read_only=True)) as connection:
                yield from _tables(connection)
    except duckdb.Error as error:
        raise StoreError(f"{path}: cannot be read ({str(error).splitlines()[0]})") from None


def _tables(connection: DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    names = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
    ).fetchall()
    for schema, table in names:
        source = f"{_quoted(schema)}.{_quoted(table)}"
        for where, text in _columns(connection, source, []):
            yield f"{table}.{where}", text


def _columns(connection: DuckDBPyConnection, source: str, given: list[str]) -> Iterator[tuple[str, str]]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}", given).fetchall()  # noqa: S608 - names of the file's own, quoted
    for name, kind in ((row[0], str(row[1])) for row in described):
        if kind.startswith(_WITHOUT_TEXT) and "[" not in kind:
            continue
        rows = connection.execute(f"SELECT CAST({_quoted(name)} AS VARCHAR) FROM {source}", given)  # noqa: S608 - as above
        number = 0
        while chunk := rows.fetchmany(_AT_ONCE):
            for (text,) in chunk:
                number += 1
                if text is not None:
                    yield f"{name}, row {number}", text


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
