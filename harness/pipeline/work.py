"""Making runs, once everything is decided: trials, journals and a line in; kept records out.

The same code runs in production and in simulation: what differs, the clock, the line to the models, the disk
and what follows an ended run, is handed in.
"""

from __future__ import annotations

import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from harness.attempt_log import AttemptLog
from harness.call.exchange import Request
from harness.call.noted import Noted
from harness.clock import Clock
from harness.ended import Setup
from harness.errors import Interrupted, Terminated
from harness.events import AttemptStarted, Emit, Event, Reserved, Settled, nobody
from harness.grade.grading import grade
from harness.pipeline.announcing import Money, run_began, run_ended
from harness.pipeline.pricing import price_row_of
from harness.pipeline.stopping import End, Signals, ending
from harness.record import Record, is_settled
from harness.run import run
from harness.stop import Stop
from harness.store.journal import JournalWriter
from harness.trial import DECIDED, Trial
from harness.wiring import Line

_UNDER_WAY_PER_SLOT = 4
"""Trials that wait for a retry hold no slot, so more are under way than there are slots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run to be made: its trials, and the journal they go to."""

    trials: tuple[Trial, ...]
    """What is still to be asked."""
    journal: JournalWriter
    kept: tuple[Record, ...] = ()
    """What earlier parts of the run came to: the record that stands for each trial."""
    held: Mapping[tuple[str, int], Record] = field(default_factory=dict[tuple[str, int], Record])
    """Those of them with an answer that has no grades yet, by trial."""


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
    again: str | None = None
    """The command to go on with after an interrupt; None: each run is resumed by itself."""


class Course(Protocol):
    """Decides, while runs go on, what is asked next, and when nothing more is needed."""

    def took(self, trial: Trial, record: Record) -> None:
        """Told of every trial that has ended and is kept."""
        ...

    def following(self) -> Sequence[Trial]:
        """What is asked next, once everything before it has ended; nothing: it is decided."""
        ...

    def rest(self) -> Sequence[Trial]:
        """Every planned trial that was not handed out so far; hands them out."""
        ...

    @property
    def decided(self) -> str | None:
        """Why nothing more is needed; None: not decided. May be said while trials are under way."""
        ...


@dataclass(slots=True, kw_only=True)
class Straight:
    """A course without a bend: everything is asked at once, and nothing is decided on the way."""

    trials: Sequence[Trial]
    decided: None = None

    def took(self, trial: Trial, record: Record) -> None:
        """Nothing depends on it."""

    def following(self) -> Sequence[Trial]:
        return self.rest()

    def rest(self) -> Sequence[Trial]:
        trials, self.trials = self.trials, ()
        return trials


@dataclass(slots=True)
class Tally:
    """What came of one run, in this part of it."""

    kinds: Counter[str] = field(default_factory=Counter[str])
    """Outcomes by kind."""
    settled: int = 0
    """Trials that are not asked again by a resume."""

    def add(self, record: Record) -> None:
        self.kinds[record.outcome.kind] += 1
        self.settled += is_settled(record)


async def work(course: Course, open_jobs: Callable[[], Mapping[str, Job]], desk: Desk) -> None:
    """Ask what the course says, batch after batch, keep and publish it. `open_jobs` gives the job of each side.

    What the course has planned and does not need is kept as `skipped: decided`; whatever else ends the runs early
    ends the course too. The journals are opened after the line: what cannot be asked must leave no run behind.
    Raises Interrupted when a signal stopped it, StoreError, and what `open_line` and `open_jobs` raise.
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
    setup = replace(
        _setup(line, desk, log, keep=keep, emit=emit),
        consult=line.within((stop.on_behalf,)),
        held=partial(_held, jobs),
    )
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    try:
        jobs.update(open_jobs())
        for side, job in jobs.items():
            emit(run_began(job.journal.info, side, len(job.trials), desk.money))
        with signals.stopping(stop):
            async with ending(stop, desk.clock, desk.end):
                async for trial, record in run((), setup, stop, more=lambda: _following(course, stop)):
                    tallies[trial.request.origin.side].add(record)
                    _told(course, trial, record, stop)
    finally:
        await line.close()
    _finish(jobs, tallies, stop, desk)
    if signals.came:
        raise _interrupted(signals.came[0], jobs, tallies, desk.again)


def _held(jobs: Mapping[str, Job], trial: Trial) -> Record | None:
    """What an earlier process was answered and did not grade."""
    return jobs[trial.request.origin.side].held.get(trial.key)


def _told(course: Course, trial: Trial, record: Record, stop: Stop) -> None:
    course.took(trial, record)
    if course.decided is not None:
        stop.soon(DECIDED, course.decided)


def _setup(
    line: Line,
    desk: Desk,
    log: AttemptLog,
    *,
    keep: Callable[[Trial, Record], Awaitable[None]],
    emit: Emit,
) -> Setup:
    return Setup(
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


def _following(course: Course, stop: Stop) -> Sequence[Trial]:
    """The next batch; after the last one, or after a stop, everything that was not handed out, to be skipped."""
    batch = course.following() if stop.why is None else ()
    if batch:
        return batch
    rest = course.rest()
    if rest and stop.why is None:
        stop.soon(DECIDED, course.decided or "")
    return rest


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


def _interrupted(
    by: signal.Signals, jobs: Mapping[str, Job], tallies: Mapping[str, Tally], again: str | None
) -> Interrupted:
    """What is kept, and the commands to go on with, each on a line of its own to be copied."""
    planned = sum(job.journal.info.planned for job in jobs.values())
    missing = sum(len(job.trials) - tallies[side].settled for side, job in jobs.items())
    alone = [f"harness run --resume {job.journal.info.run_id}" for job in jobs.values()]
    commands = "".join(f"\n  {each}" for each in (alone if again is None else [again]))
    said = f"interrupted; what was answered is kept, {planned - missing} of {planned}. Go on with:{commands}"
    return Terminated(said) if by is signal.SIGTERM else Interrupted(said)
