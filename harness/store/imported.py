"""Results that somebody else graded, as a run: so that two of them can be compared like any others."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from harness import __version__
from harness.call.canonical import digest
from harness.errors import UsageError
from harness.record import RunInfo
from harness.store.duck import Config
from harness.store.ingest import ingest
from harness.store.journal import Tools, journal_path, start_journal
from harness.store.lines import ImportedRow, dump_imported
from harness.store.past import read_journal
from harness.store.sql import LOCKED
from harness.units import Json, Seconds, Usd

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READERS = {
    ".parquet": "CREATE TABLE given AS SELECT * FROM read_parquet(?)",
    ".csv": "CREATE TABLE given AS SELECT * FROM read_csv(?)",
    ".jsonl": "CREATE TABLE given AS SELECT * FROM read_json(?, format = 'newline_delimited')",
}
_NAMED = 3
"""How many offenders a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What is to be imported, as what."""

    file: Path
    """Parquet, CSV or JSONL, told by its name's ending."""
    suite: str
    run: str
    """The id the run gets."""
    where: str | None = None
    """An SQL condition over the file's columns."""
    replace: bool = False
    """Whether an earlier import of this name may be replaced by other results."""


@dataclass(frozen=True, slots=True)
class _Given:
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def dicts(self) -> Iterable[dict[str, object]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def import_results(store: str | Path, wanted: Import, use: Tools) -> str:
    """Make the rows of a file a run of its own; gives its id. Doing it twice is doing it once.

    Columns: `case_id`, `score` in [0, 1], and where there `repeat`, `cluster`, `tags` (a list, or text with
    commas) or `slice`, `weight`, `cost_usd`, `latency_s`, `error_type`. A row with a score counts, whatever its
    `error_type`; one without is a missing trial. Raises UsageError with the first offenders of each mistake.
    """
    runs = Path(store).parent / "runs"
    path = journal_path(runs, wanted.run)
    given = _read(wanted)
    rows = _rows(given, wanted)
    info = _info(wanted, rows, given, use)
    if path.exists() and not _known(path, info, wanted):
        path.unlink()
    if not path.exists():
        journal = start_journal(runs, info, use)
        try:
            for row in rows:
                journal.keep_imported(row)
            journal.end("imported", {"imported": len(rows)})
        except BaseException:
            journal.close()
            path.unlink()
            raise
    ingest(store, read_journal(path))
    return wanted.run


def _known(path: Path, info: RunInfo, wanted: Import) -> bool:
    """Whether the very same was imported before. Raises UsageError when the name means something else."""
    earlier = read_journal(path).info
    if earlier.mode != "imported":
        raise UsageError(f"--run {wanted.run}: a run of our own has this name; take another one")
    if replace(earlier, started_at=info.started_at) == info:
        return True
    if not wanted.replace:
        raise UsageError(
            f"--run {wanted.run}: other results of suite {earlier.suite!r} were imported under this name; "
            "take another name, or replace them"
        )
    return False


def _read(wanted: Import) -> _Given:
    """The rows that meet the condition, read in a DuckDB that sees this one file and then nothing."""
    import duckdb

    file = wanted.file
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise UsageError(f"{file}: only {', '.join(_READERS)} can be imported")
    if not file.is_file() or set(str(file)) & set("*?[]{}"):
        raise UsageError(
            f"{file}: there is no such file, or its name has one of *?[]{{}} in it; check the path"
        )
    config: Config = {
        key: value for key, value in LOCKED.items() if key not in ("enable_external_access", "memory_limit")
    }
    with duckdb.connect(":memory:", config=config) as connection:
        try:
            connection.execute(reader, [str(file)])
        except duckdb.Error as error:
            raise UsageError(f"{file}: cannot be read: {error}") from error
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return _chosen(connection, wanted)


def _chosen(connection: DuckDBPyConnection, wanted: Import) -> _Given:
    import duckdb

    given = connection.table("given")
    try:
        chosen = given if wanted.where is None else given.filter(wanted.where)
        rows = tuple(chosen.fetchall())
    except duckdb.Error as error:
        columns = ", ".join(given.columns)
        raise UsageError(f"--where {wanted.where!r}: {error}\nthe columns are: {columns}") from error
    if not rows:
        suffix = "" if wanted.where is None else f" where {wanted.where}"
        raise UsageError(f"{wanted.file}: 0 rows{suffix}; a run of nothing is no run")
    return _Given(tuple(given.columns), rows)


def _rows(given: _Given, wanted: Import) -> tuple[ImportedRow, ...]:
    missing = [name for name in ("case_id", "score") if name not in given.columns]
    if missing:
        raise UsageError(f"{wanted.file}: there is no column {' or '.join(missing)}; rename yours")
    rows: list[ImportedRow] = []
    mistakes: dict[str, list[str]] = {}
    for number, fields in enumerate(given.dicts(), start=1):
        try:
            rows.append(_row(fields))
        except ValueError as error:
            what, where = error.args
            mistakes.setdefault(what, []).append(f"{where} (row {number})")
    problems = [_mistake(what, places) for what, places in mistakes.items()]
    problems += _duplicates(given, rows) if not problems else []
    if problems:
        raise UsageError("\n".join(f"{wanted.file}: {problem}" for problem in problems))
    return tuple(sorted(rows, key=lambda row: (row.case_id, row.repeat)))


def _mistake(what: str, places: Sequence[str]) -> str:
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f"{len(places)} rows: {what}: {', '.join(places[:_NAMED])}{more}"


def _row(fields: dict[str, object]) -> ImportedRow:
    case_id = _text(fields.get("case_id"))
    if case_id is None:
        raise ValueError("case_id is empty", "NULL")
    score = _number(fields.get("score"), "score", case_id)
    if score is not None and not 0 <= score <= 1:
        raise ValueError("score is outside [0, 1]", f"{score:g} of {case_id}")
    weight = _number(fields.get("weight"), "weight", case_id)
    if weight is not None and not (weight > 0 and math.isfinite(weight)):
        raise ValueError("weight is not above 0", f"{weight:g} of {case_id}")
    cost = _amount(fields.get("cost_usd"), "cost_usd", case_id)
    latency = _amount(fields.get("latency_s"), "latency_s", case_id)
    return ImportedRow(
        case_id=case_id,
        repeat=_repeat(fields.get("repeat"), case_id),
        score=score,
        error_type=_text(fields.get("error_type")),
        cluster=_text(fields.get("cluster")) or case_id,
        tags=_tags(fields),
        weight=1.0 if weight is None else weight,
        cost=None if cost is None else Usd(Decimal(str(cost))),
        latency=None if latency is None else Seconds(latency),
    )


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _number(value: object, name: str, case_id: str) -> float | None:
    """A number; None where there is none, and NaN is none."""
    if value is None or value == "":
        return None
    try:
        number = float(cast("float", value))
    except (TypeError, ValueError):
        raise ValueError(f"{name} is no number", f"{value!r} of {case_id}") from None
    return None if math.isnan(number) else number


def _amount(value: object, name: str, case_id: str) -> float | None:
    number = _number(value, name, case_id)
    if number is not None and not 0 <= number <= 1e9:
        raise ValueError(f"{name} is negative or no real amount", f"{number:g} of {case_id}")
    return number


def _repeat(value: object, case_id: str) -> int:
    number = _number(value, "repeat", case_id)
    if number is None:
        return 1
    if number != int(number) or number < 0:
        raise ValueError("repeat is no whole number from 0", f"{number:g} of {case_id}")
    return int(number)


def _tags(fields: dict[str, object]) -> tuple[str, ...]:
    value = fields.get("tags") or fields.get("slice")
    if isinstance(value, list):
        return tuple(dict.fromkeys(str(each) for each in cast("list[object]", value) if each))
    parts = (each.strip() for each in str(value or "").split(","))
    return tuple(dict.fromkeys(each for each in parts if each))


def _duplicates(given: _Given, rows: Sequence[ImportedRow]) -> list[str]:
    """Rows of one trial: with the columns in which they differ, since those are what to filter by."""
    first: dict[tuple[str, int], int] = {}
    twice: list[str] = []
    differing: set[str] = set()
    for number, row in enumerate(rows):
        earlier = first.setdefault((row.case_id, row.repeat), number)
        if earlier != number:
            twice.append(f"{row.case_id} (rows {earlier + 1} and {number + 1})")
            pairs = zip(given.columns, given.rows[earlier], given.rows[number], strict=True)
            differing |= {name for name, one, other in pairs if one != other}
    if not twice:
        return []
    by = sorted(differing & {"model", "run", "suite", "source", "version", "prompt"}) or sorted(differing)
    return [
        f"{_mistake('the case and repeat are there already', twice)}; they differ in {', '.join(by)}: filter with --where"
    ]


def _info(wanted: Import, rows: tuple[ImportedRow, ...], given: _Given, use: Tools) -> RunInfo:
    content = digest(cast("Json", [dump_imported(row) for row in rows]))
    models = {str(fields["model"]) for fields in given.dicts()} if "model" in given.columns else set[str]()
    model = models.pop() if len(models) == 1 else ""
    return RunInfo(
        run_id=wanted.run,
        suite=wanted.suite,
        suite_digest=content,
        prompt="",
        prompt_version="",
        prompt_digest="",
        model=model,
        model_id=model,
        params=json.dumps({"where": wanted.where}),
        prices="[]",
        graders='{"imported":1}',
        mode="imported",
        repeats=max(row.repeat for row in rows) or 1,
        planned=len(rows),
        case_ids=tuple(dict.fromkeys(row.case_id for row in rows)),
        harness_version=__version__,
        sdk_version="",
        started_at=use.clock.now(),
        session=wanted.run,
    )
