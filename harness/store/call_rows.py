"""Calls and judges to rows: one per attempt, whoever made it, with who was asked and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_UP, Decimal

from harness.record import Attempt, Record
from harness.store.past import Journal
from harness.units import Seconds

Row = dict[str, object]

NOT_JUDGED: Mapping[str, object] = {
    "judge_calls": 0,
    "judge_cost_usd": "0",
    "judge_cost_uncertain_usd": "0",
}
"""What judging took of a trial that was not judged."""

_NANO = Decimal("0.000000001")


def usd(amount: Decimal | None) -> str | None:
    """Nine places, as the store keeps them; anything finer is rounded up, so no bill is ever understated."""
    if amount is None:
        return None
    return format(amount.quantize(_NANO, rounding=ROUND_UP), "f")


def ms(length: Seconds) -> float:
    """Milliseconds, to the microsecond: a clock means no more, and the digits after it do not compress."""
    return round(length * 1000, 3)


def call_rows(journal: Journal) -> Iterator[Row]:
    """Every attempt: of the trials, of judges about them, and those that a process took with it when it died."""
    for record in journal.records:
        yield from _calls(record, stands=True)
    for record in journal.superseded:
        yield from _calls(record, stands=False)
    for each in journal.crashed:
        asked = {"asked_by": each.asked_by, "asked_model": each.model or None}
        yield {**_call(each.key, each.attempt, stands=False), **asked}


def _calls(record: Record, *, stands: bool) -> Iterator[Row]:
    for attempt in record.attempts:
        yield _call(record.key, attempt, stands=stands)
    for judging in record.judgings:
        asked = {"asked_by": judging.judge, "asked_what": judging.what, "asked_model": judging.model}
        for attempt in judging.attempts:
            yield {**_call(record.key, attempt, stands=stands), **asked}


def _call(key: tuple[str, int], attempt: Attempt, *, stands: bool) -> Row:
    return {
        "case_id": key[0],
        "repeat": key[1],
        "stands": stands,
        "attempt": attempt.number,
        "latency_ms": ms(attempt.latency),
        "fault": attempt.fault,
        "detail": attempt.detail,
        "status": attempt.status,
        "request_id": attempt.request_id,
        "cost_usd": usd(attempt.cost),
        "cost_uncertain_usd": usd(attempt.cost_uncertain),
        "retry_wait_s": round(attempt.retry_wait, 6),
        "queue_wait_s": round(attempt.queue_wait, 6),
        "asked_by": "",
        "asked_what": "",
    }


def judge_columns(record: Record) -> Row:
    """What judging one trial took."""
    return {
        "judge_calls": len(record.judgings),
        "judge_cost_usd": usd(record.judge_cost),
        "judge_cost_uncertain_usd": usd(record.judge_cost_uncertain),
    }


def opinion_rows(records: Iterable[Record]) -> Iterator[Row]:
    """One row per opinion of a standing record."""
    for record in records:
        for key, opinion in record.opinions.items():
            yield {
                "case_id": record.case_id,
                "repeat": record.repeat,
                "opinion_key": key,
                "score": opinion.score,
                "reason": opinion.reason,
                "confidence": opinion.confidence,
                "mistake": opinion.mistake,
                "undecidable": opinion.undecidable,
            }
