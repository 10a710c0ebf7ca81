"""Baselines: runs that were declared good, and what they bring into the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import UsageError
from harness.record import RunInfo
from harness.store.bank import candidates, fit_to_join
from harness.store.bank_rules import key_of
from harness.store.decisions import decide
from harness.store.duck import reading
from harness.store.lines import Body
from harness.store.read import Totals, list_runs, run_totals
from harness.store.rows import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A run that was declared good, to compare with."""

    suite: str
    run_id: str
    blessed_at: datetime
    """UTC."""
    blessed_by: str
    note: str
    expired_at: datetime | None
    """UTC; None: it holds."""


def bless(store: str | Path, info: RunInfo, *, by: str, note: str, at: datetime) -> Baseline:
    """Make a run its suite's baseline, and take it into the bank; an earlier baseline stays in the list.

    Every other whole run of the very same thing comes into the bank with it, so that nobody picks the lucky one.
    A replayed run can be a baseline, and is never in the bank: nothing new was asked. Raises UsageError for a run
    that is not whole, and for one that was picked for its score: see `_refuse`.
    """
    totals = run_totals(store, info.run_id)
    alike = [each.info for each in list_runs(store, suite=info.suite) if _is_alike(each.info, info)]
    with reading(store) as connection:
        was_candidate = info.run_id in candidates(connection, info.suite)
        stale = connection.execute(
            "SELECT left_why FROM bank WHERE run_id = ? AND left_why <> 'expired'", [info.run_id]
        ).fetchall()
        runs = fit_to_join(connection, [info, *alike])
    _refuse(info, totals, was_candidate=was_candidate, stale="".join(row[0] for row in stale))
    body: Body = {"kind": "blessed", "suite": info.suite, "run_id": info.run_id, "by": by, "note": note}
    joined_as = "measured" if info.purpose == "measure" else "blessed"
    decide(store, {**body, "at": moment(at), "runs": list(runs), "as": joined_as})
    return Baseline(
        suite=info.suite, run_id=info.run_id, blessed_at=at, blessed_by=by, note=note, expired_at=None
    )


def _is_alike(one: RunInfo, info: RunInfo) -> bool:
    """Whether `one` is another run of the same thing, made for no gate."""
    return one.run_id != info.run_id and one.purpose in ("", "measure") and key_of(one) == key_of(info)


def _refuse(info: RunInfo, totals: Totals, *, was_candidate: bool, stale: str) -> None:
    """Raises UsageError for a run that cannot be a baseline."""
    count = totals.accounting
    anew = f"`harness baseline measure {info.suite} --version {info.prompt_version}@{info.model}`"
    is_plain = info.purpose in ("", "measure")
    if is_plain and (totals.measured < count.planned or count.degraded):
        raise UsageError(
            f"run {info.run_id}: {count.answered} of {count.planned} trials were answered ({count.degraded} degraded, "
            f"{count.failed} failed, {count.skipped} skipped), {totals.measured} have a score; "
            "only a whole run can be a baseline: resume it, then bless it"
        )
    if info.mode == "imported":
        raise UsageError(
            f"run {info.run_id} was imported: nothing can be asked beside it, so it can be no baseline; "
            f"name it where you compare: harness compare {info.run_id} OTHER"
        )
    if was_candidate:
        raise UsageError(
            f"run {info.run_id} was the candidate of a verdict: what passed was lucky more often than not, and as a "
            f"baseline it would fail the next one; measure the variant anew: {anew}"
        )
    if info.purpose == "regrade":
        raise UsageError(
            f"run {info.run_id} holds the replies of {info.resumed_from}, graded once more; bless that one: its bank "
            "is graded by today's graders whenever it is used"
        )
    if not is_plain:
        raise UsageError(
            f"run {info.run_id} was made by a gate ({info.purpose}), which keeps what it asked of the baseline by itself; "
            f"measure the variant anew: {anew}"
        )
    if stale:
        raise UsageError(f"run {info.run_id} is {stale}; measure the variant anew: {anew}")


def expire(store: str | Path, *, suite: str, at: datetime) -> Baseline:
    """End the suite's baseline, and let all its samples leave the bank; gives the one that no longer holds.

    Raises UsageError when there is none.
    """
    current = show_baseline(store, suite=suite)
    if current is None:
        raise UsageError(
            f"suite {suite!r} has no baseline to expire; `harness baseline list` shows what there is"
        )
    decide(store, {"kind": "expired", "suite": suite, "at": moment(at)})
    return current


def show_baseline(store: str | Path, *, suite: str) -> Baseline | None:
    """The baseline that holds for a suite: the newest one that has not expired."""
    return next((each for each in list_baselines(store, suite=suite) if each.expired_at is None), None)


def list_baselines(store: str | Path, *, suite: str | None = None) -> tuple[Baseline, ...]:
    """Every baseline there ever was, newest first."""
    with reading(store) as connection:
        found = connection.execute(
            "SELECT suite, run_id, blessed_at, blessed_by, note, expired_at FROM baselines"
            " WHERE ? IS NULL OR suite = ? ORDER BY blessed_at DESC, rowid DESC",
            [suite, suite],
        ).fetchall()
    return tuple(
        Baseline(
            suite=row[0],
            run_id=row[1],
            blessed_at=row[2].replace(tzinfo=UTC),
            blessed_by=row[3],
            note=row[4],
            expired_at=None if row[5] is None else row[5].replace(tzinfo=UTC),
        )
        for row in found
    )
