"""What people and gates decided: verdicts and baselines, kept in a log beside the store and in the store."""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import StoreError, UsageError
from harness.record import RunInfo
from harness.store.duck import reading, transaction, writing
from harness.store.lines import Body, decode, encode
from harness.store.read import run_totals
from harness.store.rows import moment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_SINCE = ("question_digest", "alpha", "policy", "decided_from", "harness_version")
"""What verdicts of earlier versions do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """What the gate said of two runs."""

    suite: str
    baseline_run: str
    candidate_run: str
    decided_at: datetime
    """UTC."""
    status: str
    """`PASS`, `REGRESSED`, `INCONCLUSIVE` or `NOT_MEASURED`."""
    label: str | None
    document: str
    """The comparison and its verdict as JSON (`harness compare --json`)."""
    question_digest: str | None = None
    """SHA-256 over what was asked: equal where the same was. This and the next four: None where nobody kept it."""
    alpha: float | None = None
    """One-sided error rate of each bound, as it was used."""
    policy: str | None = None
    """The gate's rules as canonical JSON."""
    decided_from: str | None = None
    """Ids of all runs it was decided from, and the seed, as canonical JSON."""
    harness_version: str | None = None
    """What decided."""


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


def write_verdict(store: str | Path, verdict: StoredVerdict) -> None:
    """Keep a verdict; keeping the same one twice is keeping it once. Raises StoreBusy, StoreError."""
    _decide(store, _verdict_body(verdict))


def list_verdicts(store: str | Path, *, suite: str | None = None) -> tuple[StoredVerdict, ...]:
    """Verdicts, newest first. Raises UsageError where there is no store, StoreBusy."""
    with reading(store) as connection:
        found = connection.execute(
            "SELECT suite, baseline_run_id, candidate_run_id, decided_at, status, label, document,"
            " question_digest, alpha, policy, decided_from, harness_version FROM verdicts WHERE ? IS NULL OR suite = ? ORDER BY decided_at DESC, verdict_id",
            [suite, suite],
        ).fetchall()
    return tuple(
        StoredVerdict(
            suite=row[0],
            baseline_run=row[1],
            candidate_run=row[2],
            decided_at=row[3].replace(tzinfo=UTC),
            status=row[4],
            label=row[5],
            document=row[6],
            question_digest=row[7],
            alpha=row[8],
            policy=row[9],
            decided_from=row[10],
            harness_version=row[11],
        )
        for row in found
    )


def bless(store: str | Path, info: RunInfo, *, by: str, note: str, at: datetime) -> Baseline:
    """Make a run its suite's baseline; an earlier one stays in the list, and no longer counts.

    Raises UsageError for a run that is not whole: every planned trial must have been answered by the pinned
    model and graded.
    """
    totals = run_totals(store, info.run_id)
    count = totals.accounting
    if count.answered < count.planned or totals.measured < count.planned:
        raise UsageError(
            f"run {info.run_id}: {count.answered} of {count.planned} trials were answered ({count.degraded} degraded, "
            f"{count.failed} failed, {count.skipped} skipped), {totals.measured} have a score; "
            "only a whole run can be a baseline: resume it, then bless it"
        )
    body: Body = {"kind": "blessed", "suite": info.suite, "run_id": info.run_id, "by": by, "note": note}
    _decide(store, {**body, "at": moment(at)})
    return Baseline(
        suite=info.suite, run_id=info.run_id, blessed_at=at, blessed_by=by, note=note, expired_at=None
    )


def expire(store: str | Path, *, suite: str, at: datetime) -> Baseline:
    """End the suite's baseline; gives the one that no longer holds. Raises UsageError when there is none."""
    current = show_baseline(store, suite=suite)
    if current is None:
        raise UsageError(
            f"suite {suite!r} has no baseline to expire; `harness baseline list` shows what there is"
        )
    _decide(store, {"kind": "expired", "suite": suite, "at": moment(at)})
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


def restore(connection: DuckDBPyConnection, store: Path) -> tuple[str, ...]:
    """Put every decision in the log beside `store` into a new store; gives a warning for each damaged line."""
    path = log_path(store)
    if not path.exists():
        return ()
    warnings: list[str] = []
    for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
        body = decode(raw)
        if body is None:
            warnings.append(f"{path}:{number}: this decision is damaged and was left out; decide it again")
        else:
            _apply(connection, body)
    return tuple(warnings)


def log_path(store: str | Path) -> Path:
    """The log of decisions that belongs to a store."""
    return Path(store).with_suffix(".decisions.jsonl")


def _decide(store: str | Path, body: Body) -> None:
    with writing(store) as connection:
        _log(log_path(store), encode(body))
        with transaction(connection):
            _apply(connection, body)


def _log(path: Path, line: bytes) -> None:
    """Append one line and sync it; a torn line before it is closed off first."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be opened ({error.strerror}); check the folder's permissions"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        os.write(file, b"\n" + line if torn else line)
        os.fsync(file)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); make room and try again") from error
    finally:
        os.close(file)


def _apply(connection: DuckDBPyConnection, body: Body) -> None:
    match body["kind"]:
        case "verdict":
            _apply_verdict(connection, body)
        case "blessed":
            connection.execute(
                "INSERT INTO baselines SELECT ?, ?, ?, ?, ?, NULL",
                [body[name] for name in ("suite", "run_id", "at", "by", "note")],
            )
        case "expired":
            connection.execute(
                "UPDATE baselines SET expired_at = ? WHERE suite = ? AND expired_at IS NULL",
                [body["at"], body["suite"]],
            )
        case unknown:
            raise StoreError(f"a decision of the unknown kind {unknown!r}; update harness to read it")


def _apply_verdict(connection: DuckDBPyConnection, body: Body) -> None:
    names = ("suite", "baseline_run", "candidate_run", "at", "status", "label", "document", *_SINCE)
    values = [body.get(name) for name in names]
    key = hashlib.sha256(encode(body)).hexdigest()
    connection.execute("DELETE FROM verdicts WHERE verdict_id = ?", [key])
    connection.execute(
        "INSERT INTO verdicts (verdict_id, suite, baseline_run_id, candidate_run_id, decided_at, status, label, document,"
        " question_digest, alpha, policy, decided_from, harness_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [key, *values],
    )


def _verdict_body(verdict: StoredVerdict) -> Body:
    return {
        "kind": "verdict",
        "suite": verdict.suite,
        "baseline_run": verdict.baseline_run,
        "candidate_run": verdict.candidate_run,
        "at": moment(verdict.decided_at),
        "status": verdict.status,
        "label": verdict.label,
        "document": verdict.document,
        **{name: said for name in _SINCE if (said := getattr(verdict, name)) is not None},
    }
