"""Answers of a run as people read them: what was asked and said, every grade, and what it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from harness.call.exchange import Usage
from harness.grade.grade import Grade
from harness.record import Answer, Attempt
from harness.store.duck import reading
from harness.store.steps import read_steps
from harness.units import Seconds, Tokens, Usd

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_Part = TypeVar("_Part")

_ANSWERS = """
SELECT t.case_id, t.repeat, t.outcome, coalesce(t.detail, t.why, ''), coalesce(t.answer, ''), coalesce(t.question, ''),
  t.stop_reason, t.score, t.passed, t.latency_ms / 1000, t.cost_usd, t.case_place,
  if(r.route IS NULL, NULL, t.requested_model),
  t.input_tokens, t.output_tokens, t.cache_write_5m_tokens, t.cache_write_1h_tokens, t.cache_read_tokens
FROM trials AS t JOIN runs AS r USING (run_id)
WHERE t.run_id = ? AND (?::BOOLEAN OR list_contains(?::VARCHAR[], t.case_id))
ORDER BY t.case_id, t.repeat
"""

_GRADES = """
SELECT case_id, repeat, grader, grader_version, score, passed, evidence, place, weight, grade_confidence,
  coalesce(criterion, ''), coalesce(mistake, '')
FROM grades
WHERE run_id = ? AND (?::BOOLEAN OR list_contains(?::VARCHAR[], case_id))
ORDER BY case_id, repeat, place_in_case
"""

_ATTEMPTS = """
SELECT c.case_id, c.repeat, c.attempt, c.latency_ms / 1000, c.fault, c.detail, c.status, c.request_id, c.cost_usd,
  c.cost_uncertain_usd, c.retry_wait_s, c.queue_wait_s, c.asked_model
FROM calls AS c JOIN trials AS t USING (run_id, case_id, repeat)
WHERE c.run_id = ? AND (?::BOOLEAN OR list_contains(?::VARCHAR[], c.case_id))
  AND c.stands AND coalesce(c.asked_by, '') = '' AND t.attempts > 1
ORDER BY c.case_id, c.repeat, c.attempt
"""


def read_answers(
    store: str | Path, run_id: str, *, case_ids: Collection[str] | None = None
) -> tuple[Answer, ...]:
    """The trials of a run as people read them, in order of case and repeat; of some cases where named."""
    wanted = None if case_ids is None else sorted(case_ids)
    values: list[object] = [run_id, wanted is None, wanted or []]
    with reading(store) as connection:
        trials = connection.execute(_ANSWERS, values).fetchall()
        grades = _by_trial(connection, _GRADES, values, _grade)
        attempts = _by_trial(connection, _ATTEMPTS, values, _attempt)
        steps = read_steps(connection, values)
    return tuple(
        replace(_answer(row, grades.get(key, ())), attempts=attempts.get(key, ()), steps=steps.get(key, ()))
        for row in trials
        for key in [(row[0], row[1])]
    )


def _by_trial(
    connection: DuckDBPyConnection,
    statement: str,
    values: list[object],
    made: Callable[[tuple[Any, ...]], _Part],
) -> dict[tuple[str, int], tuple[_Part, ...]]:
    """What `statement` finds, by case and repeat, which are its first two columns."""
    found: dict[tuple[str, int], list[_Part]] = defaultdict(list)
    for row in connection.execute(statement, values).fetchall():
        found[row[0], row[1]].append(made(row[2:]))
    return {key: tuple(parts) for key, parts in found.items()}


def _grade(row: tuple[Any, ...]) -> Grade:
    return Grade(
        grader=row[0],
        version=row[1],
        score=row[2],
        passed=row[3],
        evidence=row[4],
        place=row[5],
        weight=row[6],
        confidence=row[7],
        criterion=row[8],
        mistake=row[9],
    )


def _attempt(row: tuple[Any, ...]) -> Attempt:
    return Attempt(
        number=row[0],
        latency=Seconds(row[1]),
        fault=row[2],
        detail=row[3],
        status=row[4],
        request_id=row[5],
        cost=row[6],
        cost_uncertain=row[7],
        retry_wait=Seconds(row[8]),
        queue_wait=Seconds(row[9]),
        model=row[10],
    )


def _complaint(grade: Grade) -> str:
    return f"{grade.place}: {grade.grader}: {grade.evidence}"


def _answer(row: tuple[object, ...], grades: tuple[Grade, ...]) -> Answer:
    case_id, repeat, outcome, detail, text, question, stop, score, passed, latency, cost, place, model = row[
        :13
    ]
    return Answer(
        case_id=cast("str", case_id),
        repeat=cast("int", repeat),
        outcome=cast("str", outcome),
        detail="" if outcome == "answered" else cast("str", detail),
        text=cast("str", text),
        question=cast("str", question),
        stop_reason=cast("str | None", stop),
        score=cast("float | None", score),
        passed=cast("bool | None", passed),
        evidence=tuple(_complaint(each) for each in grades if not each.passed and each.weight > 0),
        grades=grades,
        latency=None if latency is None else Seconds(cast("float", latency)),
        cost=cast("Usd | None", cost),
        case_place=cast("str", place),
        model=cast("str | None", model),
        usage=_usage(cast("tuple[int | None, ...]", row[13:])),
    )


def _usage(counts: tuple[int | None, ...]) -> Usage | None:
    """What a trial was billed for. `counts` as `_ANSWERS` has them."""
    prompt, output, *cached = (Tokens(each or 0) for each in counts)
    write_5m, write_1h, read = cached
    if counts[1] is None:
        return None
    return Usage(
        input_tokens=prompt,
        output_tokens=output,
        cache_write_5m_tokens=write_5m,
        cache_write_1h_tokens=write_1h,
        cache_read_tokens=read,
    )
