"""A long history in a few rows: verdicts without their documents, days, and how much there is in all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from harness.store.duck import reading
from harness.units import Usd

_SUITES = """
SELECT suite, count(*), min(started_at) FROM runs WHERE $suite IS NULL OR suite = $suite
GROUP BY suite ORDER BY max(started_at) DESC, suite
"""

_HEADS = """
SELECT verdict_id, suite, baseline_run_id, candidate_run_id, decided_at, status, label,
  (document->'$.bank.cases')::BIGINT, (document->'$.bank.difference')::DOUBLE, (document->'$.bank.p')::DOUBLE,
  coalesce((document->'$.bank.stale')::BOOLEAN, false)
FROM verdicts WHERE list_contains($runs::VARCHAR[], candidate_run_id) ORDER BY decided_at DESC, verdict_id
"""

_DAYS = """
SELECT day, sum(runs)::BIGINT, sum(cost_usd), sum(runs_without_price)::BIGINT FROM v_cost_daily
WHERE suite = ? GROUP BY day ORDER BY day
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteSpan:
    """How much there is of one suite."""

    suite: str
    runs: int
    since: datetime
    """When the first of them began, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictHead:
    """A verdict without its document, and what it says of the bank."""

    verdict_id: str
    suite: str
    baseline_run: str
    candidate_run: str
    decided_at: datetime
    """UTC."""
    status: str
    label: str | None
    bank_cases: int | None
    """Cases whose old samples fresh answers were held against; None, like the next two: nothing fresh was asked."""
    bank_difference: float | None
    bank_p: float | None
    bank_stale: bool
    """Whether the old samples turned out not to describe the baseline any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCost:
    """What the runs of one day cost that asked a model."""

    day: date
    runs: int
    cost: Usd | None
    """None: none of them has a price."""
    unpriced: int
    """Runs without a price, which are not in `cost`."""


def read_suites(store: str | Path, suite: str | None) -> tuple[SuiteSpan, ...]:
    """Every suite with a run, or the one that is named; the newest first. Raises UsageError, StoreBusy."""
    with reading(store) as connection:
        rows = connection.execute(_SUITES, {"suite": suite}).fetchall()
    return tuple(
        SuiteSpan(suite=name, runs=runs, since=since.replace(tzinfo=UTC)) for name, runs, since in rows
    )


def read_verdict_heads(store: str | Path, candidates: Collection[str]) -> tuple[VerdictHead, ...]:
    """What was said of these runs as candidates, newest first. Raises UsageError, StoreBusy."""
    with reading(store) as connection:
        rows = connection.execute(_HEADS, {"runs": list(candidates)}).fetchall()
    return tuple(
        VerdictHead(
            verdict_id=row[0],
            suite=row[1],
            baseline_run=row[2],
            candidate_run=row[3],
            decided_at=row[4].replace(tzinfo=UTC),
            status=row[5],
            label=row[6],
            bank_cases=row[7],
            bank_difference=row[8],
            bank_p=row[9],
            bank_stale=row[10],
        )
        for row in rows
    )


def read_days(store: str | Path, suite: str) -> tuple[DayCost, ...]:
    """What each day cost, oldest first; replays cost nothing and are in none. Raises UsageError, StoreBusy."""
    with reading(store) as connection:
        rows = connection.execute(_DAYS, [suite]).fetchall()
    return tuple(
        DayCost(day=day, runs=runs, cost=cost, unpriced=unpriced) for day, runs, cost, unpriced in rows
    )
