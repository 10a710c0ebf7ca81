"""One case, or a list of them, as other programs read it: `harness show --json`. Answers are whole, and hostile."""

from __future__ import annotations

from collections.abc import Sequence

from harness.call.step import Step
from harness.grade.grade import Grade
from harness.record import Answer, Attempt, RunInfo
from harness.report.machines.document import SCHEMA
from harness.report.machines.gate import finite
from harness.report.views.case import CaseAnswers, CaseRow
from harness.report.views.one_case import Matter, OneCase, decided_document
from harness.units import Json


def case_document(case: OneCase, answers: CaseAnswers) -> dict[str, Json]:
    """One case with every repeat of both sides."""
    matter, row, shown = case.matter, case.row, case.shown
    return {
        "schema": SCHEMA,
        "suite": matter.suite,
        **_row(row),
        "place": row.place or None,
        "verdict": decided_document(matter.decided),
        "baseline": None if matter.baseline is None else _side(matter.baseline, answers.baseline),
        "candidate": _side(matter.candidate, answers.candidate),
        "telling": None if shown is None else {"baseline": shown.baseline, "candidate": shown.candidate},
        "notes": list(case.notes),
    }


def list_document(matter: Matter, rows: Sequence[CaseRow], *, found: int, cases: int) -> dict[str, Json]:
    """The cases that were looked for, worst first. `found`: how many there are, `cases`: among how many."""
    return {
        "schema": SCHEMA,
        "suite": matter.suite,
        "verdict": decided_document(matter.decided),
        "baseline_run": None if matter.baseline is None else matter.baseline.run_id,
        "candidate_run": matter.candidate.run_id,
        "all": cases,
        "found": found,
        "cases": [_row(each) for each in rows],
    }


def _row(row: CaseRow) -> dict[str, Json]:
    return {
        "case_id": row.case_id,
        "change": row.change,
        "passed": {"baseline": row.before or None, "candidate": row.after},
        "tags": list(row.tags),
        "missing": row.missing or None,
        "failing": list(row.failing),
    }


def _side(info: RunInfo, answers: Sequence[Answer]) -> dict[str, Json]:
    return {
        "run_id": info.run_id,
        "prompt_version": info.prompt_version,
        "model_id": info.model_id,
        "repeats": [_answer(each) for each in answers],
    }


def _answer(answer: Answer) -> dict[str, Json]:
    usage = answer.usage
    return {
        "repeat": answer.repeat,
        "outcome": answer.outcome,
        "detail": answer.detail or None,
        "passed": answer.passed,
        "score": None if answer.score is None else finite(answer.score),
        "answer": answer.text,
        "question": answer.question,
        "stop_reason": answer.stop_reason,
        "model_id": answer.model,
        "latency_s": None if answer.latency is None else finite(answer.latency),
        "cost_usd": None if answer.cost is None else format(answer.cost, "f"),
        "tokens": None
        if usage is None
        else {
            "input": usage.input_tokens,
            "output": usage.output_tokens,
            "cache_write": usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
            "cache_read": usage.cache_read_tokens,
        },
        "grades": [_grade(each) for each in answer.grades],
        "attempts": [_attempt(each) for each in answer.attempts],
        "steps": [_step(each) for each in answer.steps],
    }


def _grade(grade: Grade) -> dict[str, Json]:
    return {
        "grader": grade.grader,
        "version": grade.version,
        "criterion": grade.criterion or None,
        "score": None if grade.mistake else finite(grade.score),
        "passed": None if grade.mistake else grade.passed,
        "weight": finite(grade.weight),
        "confidence": finite(grade.confidence),
        "evidence": grade.evidence,
        "place": grade.place,
        "mistake": grade.mistake or None,
    }


def _attempt(attempt: Attempt) -> dict[str, Json]:
    return {
        "attempt": attempt.number,
        "fault": attempt.fault,
        "detail": attempt.detail,
        "status": attempt.status,
        "request_id": attempt.request_id,
        "latency_s": finite(attempt.latency),
        "retry_wait_s": finite(attempt.retry_wait),
        "queue_wait_s": finite(attempt.queue_wait),
        "cost_usd": format(attempt.cost, "f"),
        "cost_uncertain_usd": format(attempt.cost_uncertain, "f"),
    }


def _step(step: Step) -> dict[str, Json]:
    return {
        "step": step.number,
        "turn": step.turn,
        "kind": step.kind,
        "text": step.text,
        "tool": step.tool,
        "arguments": step.arguments,
        "error": None if step.error is None else step.error.value,
        "flags": list(step.flags),
        "latency_s": finite(step.latency),
        "input_tokens": step.input_tokens,
        "output_tokens": step.output_tokens,
    }
