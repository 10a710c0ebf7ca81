"""Making runs, once everything is decided: trials, journals and a line in; kept records out.

The same code runs in production and in simulation: what differs, the clock, the line to the models, the disk
and what follows an ended run, is handed in.
"""

from __future__ import annotations

import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.attempt_log import AttemptLog
from harness.call.exchange import Request
from harness.call.noted import Noted
from harness.clock import Clock
from harness.errors import Interrupted, Terminated
from harness.events import AttemptStarted, Emit, Event, Reserved, Settled, nobody
from harness.grade.grading import grade
from harness.pipeline.announcing import Money, run_began, run_ended
from harness.pipeline.stopping import End, Signals, ending
from harness.record import Record
from harness.run import Setup, run
from harness.stop import Stop
from harness.store.journal import JournalWriter
from harness.store.past import has_answer
from harness.trial import Trial
from harness.wiring import Line, price_row_of

_UNDER_WAY_PER_SLOT = 4
"""Trials that wait for a retry hold no slot, so more are under way than there are slots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run to be made: its trials, and the journal they go to."""

    trials: tuple[Trial, ...]
    journal: JournalWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all runs that are made together share."""

    clock: Clock
    at_once: int
    """Calls of one model in flight."""
    open_line: Callable[[Emit, Noted], Line]
    """The guarded way to the models; told where its events go, and what says that they are on disk."""
    publish: Callable[[Path], None]
    """Takes the journal of a run that has ended."""
    emit: Emit = nobody
    money: Money = field(default_factory=Money)
    """What the runs may spend together, to be told."""
    end: End | None = None
    """When nothing more may be sent; None: never."""


@dataclass(slots=True)
class Tally:
    """What came of one run, in this part of it."""

    kinds: Counter[str] = field(default_factory=Counter[str])
    """Outcomes by kind."""
    decided: int = 0
    """Trials that are not asked again by a resume."""

    def add(self, record: Record) -> None:
        self.kinds[record.outcome.kind] += 1
        self.decided += has_answer(record)


async def work(trials: Sequence[Trial], open_jobs: Callable[[], Mapping[str, Job]], desk: Desk) -> None:
    """Ask all trials, keep and publish them. `open_jobs` gives the job of each side.

    The journals are opened after the line: what cannot be asked must leave no run behind. Raises Interrupted
    when a signal stopped it, StoreError, and what `open_line` and `open_jobs` raise.
    """
    log = AttemptLog()
    jobs: dict[str, Job] = {}

    def emit(event: Event) -> None:
        log.take_note(event)
        stop.heed(event)
        _note(event, jobs)
        desk.emit(event)

    stop, signals = Stop(emit=emit), Signals()

    async def keep(trial: Trial, record: Record) -> None:
        await jobs[trial.request.origin.side].journal.append(record)

    async def noted(request: Request) -> None:
        await jobs[request.origin.side].journal.synced()
        await stop.hold_back()

    line = desk.open_line(emit, noted)
    setup = Setup(
        ask=lambda _trial: line.ask,
        grade=grade,
        price_row=lambda trial, outcome: price_row_of(trial, outcome, desk.clock),
        keep=keep,
        clock=desk.clock,
        emit=emit,
        attempts=log,
        at_once=desk.at_once * _UNDER_WAY_PER_SLOT,
        steps=line.steps,
    )
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    try:
        jobs.update(open_jobs())
        for side, job in jobs.items():
            emit(run_began(job.journal.info, side, len(job.trials), desk.money))
        with signals.stopping(stop):
            async with ending(stop, desk.clock, desk.end):
                async for trial, record in run(trials, setup, stop):
                    tallies[trial.request.origin.side].add(record)
    finally:
        await line.close()
    _finish(jobs, tallies, stop, desk)
    if signals.came:
        raise _interrupted(signals.came[0], jobs, tallies)


def _note(event: Event, jobs: Mapping[str, Job]) -> None:
    """Money and requests are noted in the journal of the side they are for, before anything is sent."""
    if isinstance(event, AttemptStarted | Reserved | Settled):
        side, colon, origin = event.origin.partition(":")
        plain = replace(event, origin=origin) if colon else event
        journal = jobs[side if colon else ""].journal
        if not (isinstance(event, AttemptStarted) and journal.info.mode == "replay"):  # nothing is sent then
            journal.note(plain)


def _finish(jobs: Mapping[str, Job], tallies: Mapping[str, Tally], stop: Stop, desk: Desk) -> None:
    why = stop.why or "finished"
    for side, job in jobs.items():  # all of them, before a store that takes nothing can come between
        job.journal.end(why, tallies[side].kinds)
    for side, job in jobs.items():
        desk.publish(job.journal.path)
        desk.emit(run_ended(job.journal.info, side, why, tallies[side].kinds))


def _interrupted(by: signal.Signals, jobs: Mapping[str, Job], tallies: Mapping[str, Tally]) -> Interrupted:
    """What is kept, and the commands to go on with, each on a line of its own to be copied."""
    planned = sum(job.journal.info.planned for job in jobs.values())
    missing = sum(len(job.trials) - tallies[side].decided for side, job in jobs.items())
    commands = "".join(f"\n  harness run --resume {job.journal.info.run_id}" for job in jobs.values())
    said = f"interrupted; what was answered is kept, {planned - missing} of {planned}. Go on with:{commands}"
    return Terminated(said) if by is signal.SIGTERM else Interrupted(said)
