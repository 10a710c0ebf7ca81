"""What people and gates decided, kept in a log beside the store and in the store; verdicts among it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import StoreError, UsageError
from harness.store.calibration_rows import apply_calibration
from harness.store.duck import reading, transaction, writing
from harness.store.label_rows import apply_labels
from harness.store.lines import Body, decode, encode
from harness.store.rows import moment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_NAMED = 5
"""How many verdicts a message names."""

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

    @property
    def verdict_id(self) -> str:
        """SHA-256 in hexadecimal over everything in it."""
        return _key(_verdict_body(self))


def write_verdict(store: str | Path, verdict: StoredVerdict) -> None:
    """Keep a verdict; keeping the same one twice is keeping it once. Raises StoreBusy, StoreError."""
    decide(store, _verdict_body(verdict))


def list_verdicts(store: str | Path, *, suite: str | None = None) -> tuple[StoredVerdict, ...]:
    """Verdicts, newest first. Raises UsageError where there is no store, StoreBusy."""
    with reading(store) as connection:
        return _verdicts(connection, "? IS NULL OR suite = ?", [suite, suite])


def newest_verdict(store: str | Path, suite: str, case_id: str | None = None) -> StoredVerdict | None:
    """The newest verdict of a suite whose runs are both there, and one of which planned the case; None: there is none.

    `case_id` None: whatever they planned. Raises UsageError where there is no store, StoreBusy.
    """
    condition = (
        "suite = ? AND (SELECT count(DISTINCT run_id) = len(list_distinct([baseline_run_id, candidate_run_id]))"
        " AND bool_or(?::VARCHAR IS NULL OR list_contains(case_ids, ?))"
        " FROM runs WHERE run_id IN (baseline_run_id, candidate_run_id))"
    )
    with reading(store) as connection:
        return next(iter(_verdicts(connection, condition, [suite, case_id, case_id], most=1)), None)


def find_verdict(store: str | Path, verdict_id: str) -> StoredVerdict:
    """The verdict with this id, or the only one whose id begins like this. Raises UsageError with the candidates."""
    with reading(store) as connection:
        found = _verdicts(connection, "starts_with(verdict_id, ?)", [verdict_id])
        newest = found or _verdicts(connection, "true", [])
    if len(found) == 1:
        return found[0]
    some = ", ".join(each.verdict_id[:12] for each in newest[:_NAMED]) or "none"
    if found:
        raise UsageError(
            f"verdict {verdict_id!r}: {len(found)} begin like this ({some}); write more of the id"
        )
    raise UsageError(f"verdict {verdict_id!r}: there is no such verdict; the newest are: {some}")


def _verdicts(
    connection: DuckDBPyConnection, condition: str, values: list[str | None], most: int = 2**62
) -> tuple[StoredVerdict, ...]:
    statement = (
        "SELECT suite, baseline_run_id, candidate_run_id, decided_at, status, label, document, question_digest, alpha,"  # noqa: S608 - conditions of our own
        f" policy, decided_from, harness_version FROM verdicts WHERE {condition} ORDER BY decided_at DESC, verdict_id"
        f" LIMIT {most}"
    )
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
        for row in connection.execute(statement, values).fetchall()
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


def decide(store: str | Path, body: Body) -> None:
    """Write a decision to the log, synced, and then into the store. Raises StoreBusy, StoreError."""
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
            _apply_joined(connection, body)
        case "expired":
            connection.execute(
                "UPDATE baselines SET expired_at = ? WHERE suite = ? AND expired_at IS NULL",
                [body["at"], body["suite"]],
            )
            connection.execute(
                "UPDATE bank SET left_at = ?, left_why = 'expired' WHERE suite = ? AND left_at IS NULL",
                [body["at"], body["suite"]],
            )
        case "joined":
            _apply_joined(connection, body)
        case "left":
            connection.execute(
                "UPDATE bank SET left_at = ?, left_why = ? WHERE list_contains(?::VARCHAR[], run_id) AND left_at IS NULL",
                [body[name] for name in ("at", "why", "runs")],
            )
        case "labels":
            apply_labels(connection, body)
        case "calibration":
            apply_calibration(connection, body, _key(body))
        case unknown:
            raise StoreError(f"a decision of the unknown kind {unknown!r}; update harness to read it")


def _apply_joined(connection: DuckDBPyConnection, body: Body) -> None:
    """A run is in the bank once, however often a decision is written; blessings of old name no runs."""
    connection.execute(
        "INSERT INTO bank SELECT $suite, run_id, $at, $joined_as, NULL, NULL FROM unnest($runs::VARCHAR[]) AS _(run_id)"
        " WHERE run_id NOT IN (SELECT run_id FROM bank WHERE left_at IS NULL)",
        {
            "suite": body["suite"],
            "at": body["at"],
            "joined_as": body.get("as", "blessed"),
            "runs": body.get("runs", []),
        },
    )


def _apply_verdict(connection: DuckDBPyConnection, body: Body) -> None:
    names = ("suite", "baseline_run", "candidate_run", "at", "status", "label", "document", *_SINCE)
    values = [body.get(name) for name in names]
    key = _key(body)
    connection.execute("DELETE FROM verdicts WHERE verdict_id = ?", [key])
    connection.execute(
        "INSERT INTO verdicts (verdict_id, suite, baseline_run_id, candidate_run_id, decided_at, status, label, document,"
        " question_digest, alpha, policy, decided_from, harness_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [key, *values],
    )


def _key(body: Body) -> str:
    return hashlib.sha256(encode(body)).hexdigest()


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
