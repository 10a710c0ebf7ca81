"""Results that somebody else graded, as a run: so that two of them can be compared like any others."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from harness import __version__
from harness.call.canonical import digest
from harness.errors import UsageError
from harness.record import RunInfo
from harness.store.given import Given, missing_columns, read_given
from harness.store.imported_row import imported_row
from harness.store.ingest import ingest
from harness.store.journal import Tools, journal_path, start_journal
from harness.store.lines import ImportedRow, dump_imported
from harness.store.past import read_journal
from harness.units import Json

_SUITE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
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


def import_results(store: str | Path, wanted: Import, use: Tools) -> str:
    """Make the rows of a file a run of its own; gives its id. Doing it twice is doing it once.

    Columns: `case_id`, `score` in [0, 1], and where there `repeat`, `cluster`, `tags` (a list, or text with
    `,` or `|` between) or `slice`, `weight`, `cost_usd`, `latency_s`, `error_type`. A row with a score counts, whatever its
    `error_type`; one without is a missing trial. Raises UsageError with the first offenders of each mistake.
    """
    runs = Path(store).parent / "runs"
    path = journal_path(runs, wanted.run)
    if not _SUITE.fullmatch(wanted.suite):
        raise UsageError(
            f"--suite {wanted.suite!r}: a suite's name is up to 64 letters, digits, '.', '_' and '-'"
        )
    given = read_given(wanted.file, wanted.where)
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
            "take another name, or say --replace"
        )
    return False


def _rows(given: Given, wanted: Import) -> tuple[ImportedRow, ...]:
    lacking = missing_columns(given, ("case_id", "score"))
    if lacking is not None:
        raise UsageError(f"{wanted.file}: {lacking}")
    rows: list[ImportedRow] = []
    mistakes: dict[str, list[str]] = {}
    for number, fields in enumerate(given.dicts(), start=1):
        try:
            rows.append(imported_row(fields))
        except ValueError as error:
            what, where = error.args
            mistakes.setdefault(what, []).append(f"{where} (row {number})")
    problems = [mistake(what, places) for what, places in mistakes.items()]
    problems += [] if problems else [*_duplicates(given, rows), *_unsteady(rows)]
    if problems:
        raise UsageError("\n".join(f"{wanted.file}: {problem}" for problem in problems))
    return tuple(sorted(rows, key=lambda row: (row.case_id, row.repeat)))


def mistake(what: str, places: Sequence[str]) -> str:
    """What is wrong with how many rows, and where the first of them are."""
    more = f" and {len(places) - _NAMED:,} more" if len(places) > _NAMED else ""
    rows = "1 row" if len(places) == 1 else f"{len(places):,} rows"
    return f"{rows}: {what}: {', '.join(places[:_NAMED])}{more}"


def _duplicates(given: Given, rows: Sequence[ImportedRow]) -> list[str]:
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
    said = mistake("the case and repeat are there already", twice)
    by = sorted(differing & {"model", "run", "suite", "source", "version", "prompt"}) or sorted(differing)
    if by and by != ["score"]:
        return [f"{said}; they differ in {', '.join(by)}: filter with --where"]
    return [f"{said}; keep one, or number them in a column `repeat`"]


def _unsteady(rows: Sequence[ImportedRow]) -> list[str]:
    """What belongs to a case, and not to one asking of it, but differs from repeat to repeat."""
    first: dict[str, ImportedRow] = {}
    found: dict[str, list[str]] = {}
    for row in rows:
        other = first.setdefault(row.case_id, row)
        for name in ("weight", "cluster"):
            if getattr(row, name) != getattr(other, name):
                found.setdefault(name, []).append(f"{row.case_id} (repeat {row.repeat})")
    return [mistake(f"the {name} of a case differs between its repeats", found[name]) for name in found]


def _info(wanted: Import, rows: tuple[ImportedRow, ...], given: Given, use: Tools) -> RunInfo:
    content = digest(cast("Json", [dump_imported(row, str) for row in rows]))
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
