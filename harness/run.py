"""Trials and a way to ask them, to a stream of records: every trial that goes in comes out with one outcome.

Below this module faults are exceptions; here they become outcomes; above it nothing catches them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import islice

from harness.attempt_log import AttemptLog, key_of
from harness.call.canonical import spelling
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.step import StepLog
from harness.clock import Clock
from harness.errors import StoreError
from harness.events import Emit, TrialEnded
from harness.grade.grade import Grading
from harness.grade.opinion import Opinions
from harness.grade.response import Response
from harness.record import Attempt, Record
from harness.stop import Stop
from harness.suite.case import Case
from harness.suite.expectation import all_parts
from harness.trial import DECIDED, Answered, Degraded, Failed, Outcome, Skipped, Trial
from harness.units import Usd

_NEVER_ASKED = {
    Kind.OVER_BUDGET: "budget",
    Kind.UNPRICED: "unpriced",
    Kind.CIRCUIT_OPEN: "circuit_open",
}


Consult = Callable[[Trial, Response], Awaitable[Opinions]]


async def no_experts(_trial: Trial, _response: Response) -> Opinions:
    """A `Consult` for suites whose graders need nobody's opinion."""
    return {}


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


More = Callable[[], Sequence[Trial]]
"""Gives what is to be asked after everything before it has ended; nothing: that was all."""


def nothing_more() -> Sequence[Trial]:
    """A `More` of runs that know from the start what they ask."""
    return ()


async def run(
    trials: Iterable[Trial], setup: Setup, stop: Stop, more: More = nothing_more
) -> AsyncIterator[tuple[Trial, Record]]:
    """Ask every trial, `setup.at_once` at a time, and yield each with its record as it ends.

    Once all of them have ended, and whoever takes the records has them, `more` is asked for the next trials; the
    run is over when it has none. Every trial is yielded exactly once, also after `stop`, after a fault that would
    meet every further call (an invalid key, a spend limit), and after a bug of ours in the middle of one. When
    the stream is closed early, calls that are under way are cancelled and awaited.
    """
    waiting = iter(trials)
    under_way = stop.under_way
    try:
        while True:
            _start(waiting, setup, stop)
            if under_way:
                ended = await _first_to_end(setup, stop)
            else:  # what waits still was not to be asked any more; one disk for all
                batch = tuple(islice(waiting, setup.at_once))
                ended = list(zip(batch, await _none_ran(batch, setup, stop), strict=True))
            for trial, record in ended:
                yield trial, record
            if not ended:
                following = more()
                if not following:
                    break
                waiting = iter(following)
    finally:
        stop.close()
        await asyncio.gather(*under_way, return_exceptions=True)
        under_way.clear()


async def _first_to_end(setup: Setup, stop: Stop) -> list[tuple[Trial, Record]]:
    """The trials that end next, in the order of their start."""
    done, _ = await asyncio.wait(stop.under_way, return_when=asyncio.FIRST_COMPLETED)
    ended: list[tuple[Trial, Record]] = []
    for task in [each for each in stop.under_way if each in done]:
        trial = stop.under_way.pop(task)
        stop.answered.discard(task)
        ended.append((trial, await _never_ran(trial, setup, stop) if task.cancelled() else task.result()))
    return ended


def _start(waiting: Iterator[Trial], setup: Setup, stop: Stop) -> None:
    while stop.why is None and len(stop.under_way) < setup.at_once:
        trial = next(waiting, None)
        if trial is None:
            return
        stop.under_way[asyncio.create_task(_trial(trial, setup, stop))] = trial


def _stop_if_hopeless(outcome: Outcome, stop: Stop) -> None:
    """Before the record is kept: that takes a while, and more would be sent meanwhile.

    What is on the wire comes back: the provider took it before its limit was reached, and it is paid for.
    """
    if isinstance(outcome, Failed) and outcome.fault.stops_the_run:
        stop.soon(str(outcome.fault.kind), outcome.fault.detail)


async def _none_ran(trials: Sequence[Trial], setup: Setup, stop: Stop) -> list[Record]:
    return await asyncio.gather(*(_never_ran(trial, setup, stop) for trial in trials))


async def _never_ran(trial: Trial, setup: Setup, stop: Stop) -> Record:
    return await _ended(trial, _skipped(stop), setup, setup.clock.now(), stop)


async def _trial(trial: Trial, setup: Setup, stop: Stop) -> Record:
    started_at = setup.clock.now()
    try:
        outcome = await _outcome(trial, setup)
        await _let_a_cancellation_arrive(outcome)
    except asyncio.CancelledError:
        if stop.why is None:
            raise
        outcome = _skipped(stop)
    task = asyncio.current_task()
    if task is not None:
        stop.answered.add(task)
    _stop_if_hopeless(outcome, stop)
    return await _ended(trial, outcome, setup, started_at, stop)


async def _let_a_cancellation_arrive(outcome: Outcome) -> None:
    """A stop may cancel the very trial that caused it; that must not hit it while its record is kept.

    What is paid for stays, and swallows the cancellation.
    """
    task = asyncio.current_task()
    if task is None or not task.cancelling():
        return
    has_reply = isinstance(outcome, Answered | Degraded)
    with contextlib.suppress(*((asyncio.CancelledError,) if has_reply else ())):
        await asyncio.sleep(0)


async def _ended(trial: Trial, outcome: Outcome, setup: Setup, started_at: datetime, stop: Stop) -> Record:
    record = await _record(trial, outcome, setup, started_at, stop)
    await setup.keep(trial, record)
    why, detail = _reason(outcome)
    setup.emit(
        TrialEnded(
            origin=str(trial.request.origin),
            model=trial.request.model,
            outcome=outcome.kind,
            score=record.grading.score,
            why=why,
            detail=detail,
            cost=record.cost,
            uncertain=record.cost_uncertain,
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


async def _outcome(trial: Trial, setup: Setup) -> Outcome:
    try:
        reply = await setup.ask(trial)(trial.request)
    except CallFailed as failed:
        why = _NEVER_ASKED.get(failed.fault.kind)
        if why is not None:
            return Skipped(why=why, detail=failed.fault.detail)
        return Failed(fault=failed.fault)
    except StoreError:  # nothing can be kept any more, so nothing may be sent
        raise
    except Exception as error:  # noqa: BLE001 - one broken trial must not take the paid ones with it
        return Failed(fault=Fault(kind=Kind.BUG, detail=f"{type(error).__name__} while asking"))
    if reply.degraded is not None:
        return Degraded(reply=reply, why=reply.degraded)
    return Answered(reply=reply)


async def _record(trial: Trial, outcome: Outcome, setup: Setup, started_at: datetime, stop: Stop) -> Record:
    price_row = setup.price_row(trial, outcome)
    is_unpriced = _is_unpriced(trial, outcome, price_row) or setup.attempts.stood_in_unpriced(trial)
    attempts = setup.attempts.of(trial)
    cost = None if is_unpriced else _proved(attempts)
    steps = setup.steps.of(key_of(trial))
    case = trial.case
    response = None
    if isinstance(outcome, Answered):
        response = Response(reply=outcome.reply, steps=steps, cost=cost, inputs=case.inputs)
        response = replace(response, opinions=await _opinions(trial, response, setup, stop))
    return Record(
        case_id=case.id,
        repeat=trial.repeat,
        case_digest=case.digest,
        cluster=case.cluster,
        tags=case.tags,
        weight=case.weight,
        must_pass=case.must_pass,
        case_place=str(case.place),
        question=spelling(trial.request).text,
        outcome=outcome,
        grading=setup.grade(case, outcome, response),
        attempts=attempts,
        started_at=started_at,
        cost=cost,
        cost_uncertain=Usd(sum((each.cost_uncertain for each in attempts), Decimal(0))),
        price_row=price_row,
        steps=steps,
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


def _skipped(stop: Stop) -> Skipped:
    return Skipped(why=stop.why or "interrupted", detail="" if stop.why == DECIDED else stop.detail)
