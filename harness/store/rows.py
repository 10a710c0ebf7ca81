"""A journal to rows: what goes into each table of the store, as JSON values under the columns' names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_never

from harness.call.exchange import Reply
from harness.record import Attempt, Record
from harness.store.call_rows import NOT_JUDGED, Row, call_rows, judge_columns, ms, opinion_rows, usd
from harness.store.lines import ImportedRow
from harness.store.past import Journal
from harness.store.spelled import sent_columns
from harness.store.steps import step_rows
from harness.trial import Answered, Degraded, Failed, Outcome, Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All rows of one run, by table."""

    run: Row
    trials: tuple[Row, ...]
    calls: tuple[Row, ...]
    extra_costs: tuple[Row, ...]
    grades: tuple[Row, ...]
    steps: tuple[Row, ...]
    opinions: tuple[Row, ...]


def tables(journal: Journal) -> Tables:
    """The rows of `journal`: one per planned trial, whether it has a record or not."""
    trials = [_trial(record) for record in journal.records]
    trials += [_imported_trial(row) for row in journal.imported]
    trials += _never_recorded(journal)
    return Tables(
        run=_run(journal),
        trials=tuple(trials),
        calls=tuple(call_rows(journal)),
        extra_costs=tuple(_extra_costs(journal)),
        grades=tuple(row for record in journal.records for row in _grades(record)),
        steps=tuple(step_rows(journal.records)),
        opinions=tuple(opinion_rows(journal.records)),
    )


def moment(at: datetime) -> str:
    """UTC without an offset, as TIMESTAMP wants it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _run(journal: Journal) -> Row:
    info = journal.info
    same = (
        "run_id", "suite", "suite_digest", "prompt", "prompt_version", "prompt_digest", "model", "model_id", "params", "prices",
        "graders", "mode", "repeats", "planned", "harness_version", "sdk_version", "session", "resumed_from", "route", "route_digest",
        "purpose", "first_repeat",
    )  # fmt: skip
    return {
        **{name: getattr(info, name) for name in same},
        "case_ids": list(info.case_ids),
        "times": list(info.times),
        "started_at": moment(info.started_at),
        "budget_usd": usd(info.budget),
        "ended": journal.ended is not None,
        "ended_why": journal.ended,
        "wall_s": journal.wall,
        "synthetic": info.synthetic or any(map(_is_made_up, journal.records)),
    }


def _is_made_up(record: Record) -> bool:
    """Only a reply knows it for sure: when a run begins, nobody has looked at its recordings yet."""
    reply = _reply(record.outcome)
    return reply is not None and reply.synthetic


def _trial(record: Record) -> Row:
    reply = _reply(record.outcome)
    return {
        "case_id": record.case_id,
        "repeat": record.repeat,
        "recorded": True,
        "case_digest": record.case_digest,
        "cluster": record.cluster,
        "tags": list(record.tags),
        "weight": record.weight,
        "must_pass": record.must_pass,
        "quarantine": record.quarantine,
        "case_place": record.case_place,
        "started_at": moment(record.started_at),
        **_end_of(record.outcome),
        "score": record.grading.score,
        "passed": record.grading.passed,
        "answer_confidence": record.grading.answer_confidence,
        "cost_usd": usd(record.cost),
        "cost_uncertain_usd": usd(record.cost_uncertain),
        **judge_columns(record),
        **sent_columns(record.question),
        **({} if reply is None else _reply_columns(reply)),
        "price_row_id": record.price_row,
        **_attempts(record.attempts, reply),
        "question": record.question,
        "answer": None if reply is None else reply.text,
    }


def _end_of(outcome: Outcome) -> Row:
    match outcome:
        case Answered():
            return {"outcome": "answered"}
        case Degraded(why=why):
            return {"outcome": "degraded", "why": "degraded", "detail": why}
        case Failed(fault=fault):
            return {"outcome": "failed", "why": str(fault.kind), "detail": fault.detail, "whose": fault.whose}
        case Skipped(why=why, detail=detail):
            return {"outcome": "skipped", "why": why, "detail": detail}
        case _:
            assert_never(outcome)


def _reply(outcome: Outcome) -> Reply | None:
    return outcome.reply if isinstance(outcome, Answered | Degraded) else None


_USAGE = ("input_tokens", "output_tokens", "thinking_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens", "cache_read_tokens", "service_tier", "speed", "geo")  # fmt: skip


def _reply_columns(reply: Reply) -> Row:
    usage = reply.usage
    return {
        "served_model": reply.served_model,
        "stop_reason": str(reply.stop_reason),
        "refusal_category": reply.refusal_category,
        **{name: getattr(usage, name) for name in _USAGE},
        "usage_json": reply.usage_json,
        "source": reply.source,
        "ttft_ms": None if reply.first_token is None else ms(reply.first_token),
        "sdk_version": reply.sdk_version,
        "api_version": reply.api_version,
        "fixture_key": reply.fixture_key,
    }


def _attempts(attempts: tuple[Attempt, ...], reply: Reply | None) -> Row:
    columns: Row = {
        "attempts": len(attempts),
        "retry_wait_s": round(sum(each.retry_wait for each in attempts), 6),
        "queue_wait_s": round(sum(each.queue_wait for each in attempts), 6),
    }
    if reply is not None:
        return {**columns, "latency_ms": ms(reply.latency)}
    if attempts:
        return {**columns, "latency_ms": ms(attempts[-1].latency)}
    return columns


def _imported_trial(row: ImportedRow) -> Row:
    missing = row.score is None
    return {
        "case_id": row.case_id,
        "repeat": row.repeat,
        "recorded": True,
        "case_digest": "",
        "cluster": row.cluster,
        "tags": list(row.tags),
        "weight": row.weight,
        "must_pass": False,
        "quarantine": "",
        "case_place": "",
        "outcome": "failed" if missing else "answered",
        "why": (row.error_type or "no score") if missing else None,
        "detail": row.error_type,
        "score": row.score,
        "passed": None if row.score is None else row.score >= 1.0,
        "answer_confidence": row.answer_confidence,
        "cost_usd": usd(row.cost),
        "cost_uncertain_usd": "0",
        **NOT_JUDGED,
        "attempts": 0,
        "retry_wait_s": 0.0,
        "queue_wait_s": 0.0,
        "latency_ms": None if row.latency is None else ms(row.latency),
    }


def _never_recorded(journal: Journal) -> Iterable[Row]:
    """Planned trials without a record: the process died, or is not there yet."""
    info = journal.info
    if info.mode == "imported":
        return
    recorded = {record.key for record in journal.records}
    known = {record.case_id: record for record in journal.records}
    priced = all(record.cost is not None for record in journal.records)
    for case_id, repeat in info.keys:
        if (case_id, repeat) not in recorded:
            row = _unrecorded(case_id, repeat, known.get(case_id), cost="0" if priced else None)
            yield {"requested_model": info.model_id if info.route is None else None, **row}


def _unrecorded(case_id: str, repeat: int, sibling: Record | None, *, cost: str | None) -> Row:
    return {
        **(sent_columns(sibling.question) if sibling else {}),
        "case_id": case_id,
        "repeat": repeat,
        "recorded": False,
        "case_digest": sibling.case_digest if sibling else "",
        "cluster": sibling.cluster if sibling else case_id,
        "tags": list(sibling.tags) if sibling else [],
        "weight": sibling.weight if sibling else 1.0,
        "must_pass": sibling is not None and sibling.must_pass,
        "quarantine": sibling.quarantine if sibling else "",
        "case_place": sibling.case_place if sibling else "",
        "outcome": "skipped",
        "why": "interrupted",
        "cost_usd": cost,
        "cost_uncertain_usd": "0",
        **NOT_JUDGED,
        "attempts": 0,
        "retry_wait_s": 0.0,
        "queue_wait_s": 0.0,
    }


def _extra_costs(journal: Journal) -> Iterable[Row]:
    for record in journal.superseded:
        origin, model = (
            f"{record.case_id}#{record.repeat}",
            sent_columns(record.question).get("requested_model"),
        )
        yield _extra("superseded", origin, model, (record.cost, record.cost_uncertain))
        for judging in record.judgings:
            named = f"{origin}!judge/{judging.judge}/{judging.what}"
            yield _extra("superseded", named, judging.model, (judging.cost, judging.cost_uncertain))
    for each in journal.unrecorded:
        yield _extra("unrecorded", each.origin, each.model, (each.cost, each.uncertain))
    for reserved in journal.open:
        yield _extra("unsettled", reserved.origin, reserved.model, (Decimal(0), reserved.amount))


def _extra(why: str, origin: str, model: object, cost: tuple[Decimal | None, Decimal]) -> Row:
    money = {"cost_usd": usd(cost[0]), "cost_uncertain_usd": usd(cost[1])}
    return {"why": why, "origin": origin, "requested_model": model, **money}


def _grades(record: Record) -> Iterable[Row]:
    for place, grade in enumerate(record.grading.grades, start=1):
        yield {
            "case_id": record.case_id,
            "repeat": record.repeat,
            "place_in_case": place,
            "grader": grade.grader,
            "grader_version": grade.version,
            "score": grade.score,
            "passed": grade.passed,
            "evidence": grade.evidence,
            "place": grade.place,
            "weight": grade.weight,
            "grade_confidence": grade.confidence,
            "criterion": grade.criterion,
            "mistake": grade.mistake,
        }
