"""From an outcome to a record: the experts heard, the answer graded, and nobody paid to judge what could be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from harness.attempt_log import AttemptLog, key_of
from harness.call.canonical import spelling
from harness.call.guard import Send
from harness.call.step import StepLog
from harness.clock import Clock
from harness.events import Emit, TrialEnded
from harness.grade.grade import Grading
from harness.grade.grading import UNMEASURED
from harness.grade.opinion import Opinions
from harness.grade.response import Response
from harness.record import Attempt, Record
from harness.stop import Stop
from harness.suite.case import Case
from harness.suite.expectation import all_parts
from harness.suite.expectations.judged import EXPERT
from harness.trial import Answered, Degraded, Failed, Outcome, Skipped, Trial
from harness.units import Usd

Consult = Callable[[Trial, Response], Awaitable[Opinions]]


async def no_experts(_trial: Trial, _response: Response) -> Opinions:
    """A `Consult` for suites whose graders need nobody's opinion."""
    return {}


def nothing_held(_trial: Trial) -> Record | None:
    """For runs that begin."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a run works with: chosen once, in `wiring`."""

    ask: Callable[[Trial], Send]
    """The guarded way to the model of a trial."""
    grade: Callable[[Case, Outcome, Response | None], Grading]
    """Of an answer it gets everything that is known of it."""
    price_row: Callable[[Trial, Outcome], str | None]
    """The id of the price row that applies to the outcome; None where nothing was priced."""
    keep: Callable[[Trial, Record], Awaitable[None]]
    """Returns once the record is safe on disk; only then has the trial ended."""
    clock: Clock
    emit: Emit
    attempts: AttemptLog
    """Must be told every event of the guards (see `AttemptLog.take_note`)."""
    at_once: int
    """Trials under way at the same time, those that wait for a retry included; 1 or more."""
    steps: StepLog = field(default_factory=StepLog)
    """Where the tool loop keeps what happened in each conversation."""
    consult: Consult = no_experts
    """Asks the experts whose opinion a grader of the case needs; cancelled where the run is cut short.

    Raises StoreError alone: a mistake is an opinion too.
    """
    held: Callable[[Trial], Record | None] = nothing_held
    """What is kept of a trial that was answered in an earlier process, and has no grades yet."""


async def conclude(trial: Trial, outcome: Outcome, setup: Setup, started_at: datetime, stop: Stop) -> Record:
    """The record of a trial that has its outcome, once it is kept. What was answered before stays, and is graded."""
    held = setup.held(trial)
    if held is None:
        record = await _graded(trial, _ungraded(trial, outcome, setup, started_at), setup, stop)
        await setup.keep(trial, record)
    elif isinstance(outcome, Skipped):  # the run ended before anybody could judge it: it waits on
        record = held
    else:
        record = await _graded(trial, held, setup, stop)
        await setup.keep(trial, record)
    why, detail = _reason(record.outcome)
    setup.emit(
        TrialEnded(
            origin=str(trial.request.origin),
            model=trial.request.model,
            outcome=record.outcome.kind,
            score=record.grading.score,
            why=why,
            detail=detail,
            cost=record.cost,
            uncertain=record.cost_uncertain,
            passed=record.grading.passed,
        )
    )
    return record


def _reason(outcome: Outcome) -> tuple[str | None, str | None]:
    """Why there is no answer to what was asked, in a word and in a sentence."""
    match outcome:
        case Answered():
            return None, None
        case Degraded(why=why):
            return why, None
        case Failed(fault=fault):
            return str(fault.kind), fault.detail
        case Skipped(why=why, detail=detail):
            return why, detail or None


def _ungraded(trial: Trial, outcome: Outcome, setup: Setup, started_at: datetime) -> Record:
    """Everything that is known of a trial but its grades."""
    price_row = setup.price_row(trial, outcome)
    is_unpriced = _is_unpriced(trial, outcome, price_row) or setup.attempts.stood_in_unpriced(trial)
    attempts = setup.attempts.of(trial)
    case = trial.case
    return Record(
        case_id=case.id,
        repeat=trial.repeat,
        case_digest=case.digest,
        cluster=case.cluster,
        tags=case.tags,
        weight=case.weight,
        must_pass=case.must_pass,
        quarantine="" if case.quarantine is None else str(case.quarantine),
        case_place=str(case.place),
        question=spelling(trial.request).text,
        outcome=outcome,
        grading=UNMEASURED,
        graded=False,
        attempts=attempts,
        started_at=started_at,
        cost=None if is_unpriced else _proved(attempts),
        cost_uncertain=Usd(sum((each.cost_uncertain for each in attempts), Decimal(0))),
        price_row=price_row,
        steps=setup.steps.of(key_of(trial)),
    )


async def _graded(trial: Trial, answer: Record, setup: Setup, stop: Stop) -> Record:
    """The record with its grades. Before a judge is asked, the answer is on disk: it is never paid for again."""
    outcome, case, response = answer.outcome, trial.case, None
    if isinstance(outcome, Answered):
        response = Response(reply=outcome.reply, steps=answer.steps, cost=answer.cost, inputs=case.inputs)
        if setup.held(trial) is None and any(each.expert == EXPERT for each in all_parts(case.expect)):
            await setup.keep(trial, answer)
        response = replace(response, opinions=await _opinions(trial, response, setup, stop))
    return replace(
        answer,
        graded=True,
        grading=setup.grade(case, outcome, response),
        opinions={} if response is None else response.opinions,
        judgings=(*answer.judgings, *setup.attempts.judged(trial)),
    )


async def _opinions(trial: Trial, response: Response, setup: Setup, stop: Stop) -> Opinions:
    """What the experts say; nothing where the run was cut short first. The reply is paid for, and kept either way."""
    if stop.is_cut or not any(each.expert for each in all_parts(trial.case.expect)):
        return {}
    consulted = asyncio.ensure_future(setup.consult(trial, response))
    stop.consulted.add(consulted)
    try:
        await asyncio.wait([consulted])
    finally:
        stop.consulted.discard(consulted)
        consulted.cancel()
    return {} if consulted.cancelled() else consulted.result()


def _is_unpriced(trial: Trial, outcome: Outcome, price_row: str | None) -> bool:
    """Whether nobody can say what the trial cost: its model has no price, or none that is in force."""
    return not trial.model.prices or (isinstance(outcome, Answered) and price_row is None)


def _proved(attempts: tuple[Attempt, ...]) -> Usd:
    return Usd(sum((attempt.cost for attempt in attempts), Decimal(0)))
