"""Trials and a way to ask them, to a stream of records: every trial that goes in comes out with one outcome.

Below this module faults are exceptions; here they become outcomes; above it nothing catches them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import islice

from harness.call.fault import CallFailed, Fault, Kind
from harness.ended import Setup, conclude
from harness.errors import StoreError
from harness.record import Record
from harness.stop import Stop
from harness.trial import DECIDED, Answered, Degraded, Failed, Outcome, Skipped, Trial

_NEVER_ASKED = {
    Kind.OVER_BUDGET: "budget",
    Kind.UNPRICED: "unpriced",
    Kind.CIRCUIT_OPEN: "circuit_open",
}


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
    return await conclude(trial, _skipped(stop), setup, setup.clock.now(), stop)


async def _trial(trial: Trial, setup: Setup, stop: Stop) -> Record:
    started_at = setup.clock.now()
    held = setup.held(trial)
    try:
        outcome = await _outcome(trial, setup) if held is None else held.outcome
        await _let_a_cancellation_arrive(outcome)
    except asyncio.CancelledError:
        if stop.why is None:
            raise
        outcome = _skipped(stop)
    task = asyncio.current_task()
    if task is not None:
        stop.answered.add(task)
    _stop_if_hopeless(outcome, stop)
    return await conclude(trial, outcome, setup, started_at, stop)


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


def _skipped(stop: Stop) -> Skipped:
    return Skipped(why=stop.why or "interrupted", detail="" if stop.why == DECIDED else stop.detail)
