"""Reading the store: runs, sides, answers and totals, as values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from harness.compare.observation import Accounting, Side
from harness.errors import UsageError
from harness.record import RunInfo
from harness.store.duck import reading
from harness.store.graders import graders_of
from harness.store.sides import observations_of, plain_money, shares_of
from harness.units import Seconds, Usd

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_INFO_COLUMNS = tuple("budget_usd" if each.name == "budget" else each.name for each in fields(RunInfo))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What one run comes to; counted from its trials whenever it is asked for."""

    accounting: Accounting
    measured: int
    """Trials with a score."""
    passed: int
    attempts: int
    """Requests on the wire, those of superseded records included."""
    mean_score: float | None
    cost: Usd | None
    """None: the model has no price."""
    cost_uncertain: Usd
    wall: Seconds
    ended: str | None
    """Why the run ended; None: it still runs, or its process died."""
    decided: int = 0
    """Trials that were planned and not needed: skipped, and not missing."""

    @property
    def is_whole(self) -> bool:
        """Whether everything that was needed has a score."""
        return self.measured + self.decided == self.accounting.planned


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One line of a list of runs."""

    info: RunInfo
    totals: Totals


def find_run(store: str | Path, name: str) -> RunInfo:
    """The run with this id, or the only one whose id begins like this.

    Raises UsageError with the candidates when there is none or more than one.
    """
    with reading(store) as connection:
        rows = _info_rows(connection, "WHERE starts_with(run_id, ?) ORDER BY run_id", [name])
        every = connection.execute("SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 5").fetchall()
    exact = [row for row in rows if row[0] == name]
    if len(exact or rows) == 1:
        return _info((exact or rows)[0])
    if rows and name:
        some = ", ".join(str(row[0]) for row in rows[:5])
        raise UsageError(f"run {name!r}: {len(rows)} runs begin like this ({some}); write more of the name")
    some = ", ".join(str(row[0]) for row in every) or "none"
    raise UsageError(f"run {name!r}: there is no such run; the newest are: {some}")


def list_runs(
    store: str | Path, *, suite: str | None = None, limit: int | None = None
) -> tuple[RunSummary, ...]:
    """Runs with their totals, newest first."""
    with reading(store) as connection:
        rows = _info_rows(
            connection,
            "WHERE ? IS NULL OR suite = ? ORDER BY started_at DESC, run_id LIMIT ?",
            [suite, suite, 2**62 if limit is None else limit],
        )
        totals = _totals(connection, [str(row[0]) for row in rows])
    return tuple(RunSummary(info=_info(row), totals=totals[str(row[0])]) for row in rows)


def history(store: str | Path, suite: str) -> tuple[RunSummary, ...]:
    """Every run of a suite, oldest first."""
    return tuple(reversed(list_runs(store, suite=suite)))


def runs_until(
    store: str | Path, newest: RunInfo, *, limit: int, left_out: Collection[str] = ()
) -> tuple[RunInfo, ...]:
    """The last `limit` runs of its suite up to this one that were graded alike, oldest first.

    `left_out` are the purposes whose runs are not among them. Raises UsageError where there is no store, StoreBusy.
    """
    with reading(store) as connection:
        rows = _info_rows(
            connection,
            "WHERE suite = ? AND graders = ? AND started_at <= ? AND NOT list_contains(?::VARCHAR[], purpose)"
            " ORDER BY started_at DESC, run_id DESC LIMIT ?",
            [newest.suite, newest.graders, newest.started_at.replace(tzinfo=None), list(left_out), limit],
        )
    return tuple(map(_info, reversed(rows)))


def run_totals(store: str | Path, run_id: str) -> Totals:
    """What a run comes to. Raises UsageError when there is no such run."""
    with reading(store) as connection:
        found = _totals(connection, [run_id])
    if run_id not in found:
        raise UsageError(f"run {run_id!r}: there is no such run")
    return found[run_id]


def read_side(store: str | Path, run_id: str) -> Side:
    """A run, ready to be compared: one observation per planned trial, in order of case and repeat.

    A planned trial without a record is there as `skipped: interrupted`; what its case is comes from another run
    of the same suite, where there is one. Cost and latency are those of answers of the pinned model alone, and
    the cost also that of the conversations it lost itself in. Raises UsageError when there is no such run.
    """
    with reading(store) as connection:
        rows = _info_rows(connection, "WHERE run_id = ?", [run_id])
        totals = _totals(connection, [run_id])
        if not rows:
            raise UsageError(f"run {run_id!r}: there is no such run")
        info = _info(rows[0])
        observations = observations_of(connection, run_id)
        models = () if info.route is None else shares_of(connection, run_id)
        facts = graders_of(connection, run_id)
    return Side(
        run_id=run_id,
        suite=info.suite,
        label=run_id if info.mode == "imported" else info.variant,
        observations=observations,
        accounting=totals[run_id].accounting,
        graders=info.graders,
        cost_usd=plain_money(totals[run_id].cost),
        session=info.session,
        mode=info.mode,
        synthetic=info.synthetic,
        model_id=info.model_id,
        models=models,
        prices=info.prices,
        prompt_digest=info.prompt_digest,
        grader_facts=facts,
    )


def read_infos(connection: DuckDBPyConnection, run_ids: Collection[str]) -> dict[str, RunInfo]:
    """What the runs with these ids were pinned to, by id."""
    rows = _info_rows(connection, "WHERE list_contains(?::VARCHAR[], run_id)", [list(run_ids)])
    return {info.run_id: info for info in map(_info, rows)}


def _info_rows(
    connection: DuckDBPyConnection, condition: str, values: list[object]
) -> list[tuple[object, ...]]:
    columns = ", ".join(_INFO_COLUMNS)
    statement = f"SELECT {columns} FROM runs {condition}"  # noqa: S608 - names and conditions of our own
    return cast("list[tuple[object, ...]]", connection.execute(statement, values).fetchall())


def _info(row: tuple[object, ...]) -> RunInfo:
    values = dict(zip((each.name for each in fields(RunInfo)), row, strict=True))
    values["case_ids"] = tuple(cast("list[str]", values["case_ids"]))
    values["times"] = tuple(cast("list[int]", values["times"]))
    values["started_at"] = cast("datetime", values["started_at"]).replace(tzinfo=UTC)
    return RunInfo(**values)  # type: ignore[arg-type]  # columns are named after the fields


def _totals(connection: DuckDBPyConnection, run_ids: list[str]) -> dict[str, Totals]:
    rows = connection.execute(
        "SELECT v.run_id, planned, answered, degraded, failed, skipped, measured, passed, attempts, mean_score,"
        " cost_usd, cost_uncertain_usd, wall_s, ended_why,"
        " (SELECT count(*) FROM trials AS t WHERE t.run_id = v.run_id AND t.why = 'decided')"
        " FROM v_runs AS v WHERE list_contains(?::VARCHAR[], v.run_id)",
        [run_ids],
    ).fetchall()
    return {
        row[0]: Totals(
            accounting=Accounting(
                planned=row[1], answered=row[2], degraded=row[3], failed=row[4], skipped=row[5]
            ),
            measured=row[6],
            passed=row[7],
            attempts=row[8],
            mean_score=row[9],
            cost=row[10],
            cost_uncertain=row[11],
            wall=Seconds(row[12]),
            ended=row[13],
            decided=row[14],
        )
        for row in rows
    }
