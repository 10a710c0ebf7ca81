"""A file of results as a table: what its cells say, never what a reader guesses from the first few of them.

A guess can turn the case `02` into `2`, and `inf` into a date. So texts stay texts, and a column of a sheet is
one of numbers only if all of its cells are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.store.duck import Config
from harness.store.sql import LOCKED, watchdog
from harness.units import Seconds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENDINGS = (".parquet", ".csv", ".jsonl")
_TEXTS = frozenset(
    {
        "case_id",
        "cluster",
        "tags",
        "slice",
        "error_type",
        "model",
        "criterion",
        "question",
        "answer",
        "reference",
        "other",
        "item",
        "position",
        "error",
    }
)
_GUESSED = frozenset({"DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "UUID"})
"""Types that a reader of JSON sees in texts."""
_SHEET = "strict_mode = true, header = true, auto_detect = false, nullstr = '', quote = '\"', escape = '\"'"
_PATIENCE = Seconds(60.0)
_MEMORY = "2GB"


@dataclass(frozen=True, slots=True)
class Given:
    """The rows of a file that meet the condition."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def dicts(self) -> Iterable[dict[str, object]]:
        """Every row by the names of the columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def read_given(file: Path, where: str | None, *, patience: Seconds = _PATIENCE) -> Given:
    """The rows of `file` that meet `where`, read in a DuckDB that sees this one file and then nothing.

    Raises UsageError for a file that cannot be read, a condition that is none or takes longer than `patience`,
    and when no row is left.
    """
    import duckdb

    _check_name(file)
    config: Config = {key: value for key, value in LOCKED.items() if key != "enable_external_access"}
    with duckdb.connect(":memory:", config=config | {"memory_limit": _MEMORY}) as connection:
        try:
            _load(connection, file)
        except duckdb.Error as error:
            raise UsageError(f"{file}: cannot be read: {_brief(error)}") from error
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return _chosen(connection, file, where, patience)


def _check_name(file: Path) -> None:
    if file.suffix.lower() not in ENDINGS:
        raise UsageError(f"{file}: only {', '.join(ENDINGS)} can be imported; convert it")
    if set(str(file)) & set("*?[]{}"):
        raise UsageError(f"{file}: a name with one of *?[]{{}} in it stands for many files; rename it")
    if not file.is_file():
        what = "is not a file" if file.exists() else "there is no such file"
        raise UsageError(f"{file}: {what}; check the path")


def _load(connection: DuckDBPyConnection, file: Path) -> None:
    match file.suffix.lower():
        case ".csv":
            _load_sheet(connection, file)
        case ".jsonl":
            _load_lines(connection, file)
        case _:
            connection.execute("CREATE TABLE given AS SELECT * FROM read_parquet(?)", [str(file)])


def _load_sheet(connection: DuckDBPyConnection, file: Path) -> None:
    heads, comma = _heads(file)
    texts = ", ".join(f"{_literal(head)}: 'VARCHAR'" for head in heads)
    read = f"SELECT * FROM read_csv(?, delim = {_literal(comma)}, {_SHEET}, columns = {{{texts}}})"  # noqa: S608 - quoted
    connection.execute(f"CREATE TABLE given AS {read}", [str(file)])
    for head in heads:
        kind = None if head in _TEXTS else _kind(connection, head)
        if kind is not None:
            connection.execute(f"ALTER TABLE given ALTER {_name(head)} TYPE {kind}")


def _heads(file: Path) -> tuple[list[str], str]:
    """The names in a sheet's first line, and what stands between them."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            first = opened.readline(1_000_000)
    except UnicodeDecodeError:
        raise UsageError(f"{file}:1: not UTF-8; save it as UTF-8") from None
    comma = next((sign for sign in ",;\t" if sign in first), ",")
    heads: list[str] = next(csv.reader([first], delimiter=comma), list[str]())
    twice = sorted({head for head in heads if heads.count(head) > 1})
    if not heads:
        raise UsageError(f"{file}: the file is empty; its first line names the columns")
    if twice or "" in heads:
        what = f"column {twice[0]!r} appears twice" if twice else "a column has no name"
        raise UsageError(f"{file}:1: {what}; rename it")
    return heads, comma


def _kind(connection: DuckDBPyConnection, head: str) -> str | None:
    """The type every cell of a column has; None where texts are among them."""
    cell = f"trim({_name(head)})"
    for kind, odd in (
        ("DOUBLE", f"try_cast({cell} AS DOUBLE) IS NULL"),
        ("BOOLEAN", f"lower({cell}) NOT IN ('true', 'false')"),
    ):
        query = f"SELECT count(*), count(*) FILTER ({odd}) FROM given WHERE {cell} IS NOT NULL"  # noqa: S608 - the name is quoted
        some, others = connection.execute(query).fetchall()[0]
        if some and not others:
            return kind
    return None


def _load_lines(connection: DuckDBPyConnection, file: Path) -> None:
    """JSON lines, with every line looked at before a column has a type, and texts as they are written."""
    lines = "format = 'newline_delimited', sample_size = -1"
    if not file.stat().st_size:
        raise UsageError(f"{file}: 0 rows; a run of nothing is no run")
    found = connection.execute(f"DESCRIBE SELECT * FROM read_json(?, {lines})", [str(file)]).fetchall()  # noqa: S608
    kinds = {str(name): str(kind) for name, kind, *_rest in found}
    columns = ", ".join(f"{_literal(name)}: {_literal(_told(name, kind))}" for name, kind in kinds.items())
    connection.execute(
        f"CREATE TABLE given AS SELECT * FROM read_json(?, {lines}, columns = {{{columns}}})",  # noqa: S608 - quoted
        [str(file)],
    )


def _told(name: str, kind: str) -> str:
    is_list = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    return "VARCHAR" if kind in _GUESSED or (name in _TEXTS and not is_list) else kind


def _chosen(connection: DuckDBPyConnection, file: Path, where: str | None, patience: Seconds) -> Given:
    import duckdb

    given = connection.table("given")
    if where is not None and not where.strip():
        raise UsageError("--where is empty; write a condition, or leave it out")
    try:
        with watchdog(connection, patience):
            chosen = given if where is None else given.filter(where)
            rows = tuple(chosen.fetchall())
    except duckdb.InterruptException as error:
        raise UsageError(f"--where takes longer than {patience:g} s; write a simpler condition") from error
    except duckdb.Error as error:
        columns = ", ".join(given.columns)
        raise UsageError(f"--where {where!r}: {_brief(error)}\nthe columns are: {columns}") from error
    if not rows:
        suffix = "" if where is None else f" where {where}"
        raise UsageError(f"{file}: 0 rows{suffix}; a run of nothing is no run")
    return Given(tuple(given.columns), rows)


def _brief(error: Exception) -> str:
    """What DuckDB says, without our own query and its advice on options that nobody can set here."""
    said = str(error).partition("\nLINE ")[0].partition("Possible ")[0].partition("\n\n")[0]
    return " ".join(said.split())[:300]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def missing_columns(given: Given, wanted: Sequence[str]) -> str | None:
    """What to say when a file lacks columns it must have."""
    missing = [name for name in wanted if name not in given.columns]
    if not missing:
        return None
    there = ", ".join(given.columns[:20])
    return f"there is no column {' and no column '.join(missing)}; rename yours (there are: {there})"
