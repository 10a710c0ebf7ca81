"""Which suites and runs have a case: what a person means who only says its id."""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageError
from harness.record import RunInfo
from harness.store.duck import reading
from harness.store.read import find_run


def suites_of(store: str | Path, case_id: str | None = None) -> tuple[str, ...]:
    """The suites with a run that planned this case, in order of their names; every suite with a run, where None.

    Raises UsageError where there is no store, StoreBusy.
    """
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT DISTINCT suite FROM runs WHERE ?::VARCHAR IS NULL OR list_contains(case_ids, ?) ORDER BY suite",
            [case_id, case_id],
        ).fetchall()
    return tuple(str(row[0]) for row in rows)


def ids_of(store: str | Path, suite: str | None = None) -> tuple[str, ...]:
    """The ids of every case that a run of the suite (None: of any) planned, in order."""
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT DISTINCT unnest(case_ids) AS case_id FROM runs WHERE ?::VARCHAR IS NULL OR suite = ? ORDER BY 1",
            [suite, suite],
        ).fetchall()
    return tuple(str(row[0]) for row in rows)


def newest_run(store: str | Path, suite: str, case_id: str | None = None) -> RunInfo:
    """The run of a suite that was begun last, of those that planned the case. Raises UsageError for none."""
    with reading(store) as connection:
        row = connection.execute(
            "SELECT run_id FROM runs WHERE suite = ? AND (?::VARCHAR IS NULL OR list_contains(case_ids, ?))"
            " ORDER BY started_at DESC, run_id LIMIT 1",
            [suite, case_id, case_id],
        ).fetchone()
    if row is None:
        raise UsageError(f"suite {suite}: no run of it has a case {case_id!r}")
    return find_run(store, str(row[0]))


def not_met(store: str | Path, run_id: str, grader: str) -> frozenset[str]:
    """The cases of a run with an answer that did not meet this grader, or the criterion of this name, and it counts."""
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT DISTINCT case_id FROM grades"
            " WHERE run_id = ? AND NOT passed AND weight > 0 AND (grader = ? OR criterion = ?)",
            [run_id, grader, grader],
        ).fetchall()
    return frozenset(str(row[0]) for row in rows)


def graders_of_run(store: str | Path, run_id: str) -> tuple[str, ...]:
    """The graders and criteria that graded answers of a run, in order of their names."""
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT DISTINCT unnest([grader, criterion]) AS name FROM grades WHERE run_id = ? ORDER BY 1",
            [run_id],
        ).fetchall()
    return tuple(str(row[0]) for row in rows if row[0])
