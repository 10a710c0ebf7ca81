"""One process of the real runner in a simulated world: from its first line to its end, or to its death."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from harness.call.exchange import Reply, Request
from harness.call.guard import Send
from harness.call.noted import Noted
from harness.call.standard import World as Around
from harness.errors import Interrupted, StoreBusy, StoreError
from harness.events import Emit, Event
from harness.observe.redact import Redactor
from harness.pipeline.running import start_jobs, take_up
from harness.pipeline.stopping import End
from harness.pipeline.work import Desk, Job, Straight, work
from harness.plan import Plan, interleave
from harness.record import has_answer, is_settled
from harness.stairs import rungs_of
from harness.store.day_book import DayBook
from harness.store.disk import SystemDisk
from harness.store.journal import Tools, resume_journal
from harness.suite.model import ModelPin
from harness.units import Seconds
from harness.wiring import Line, Terms, guarded_line, limits_of
from tests.simulation import plans
from tests.simulation.disk import SimDisk
from tests.simulation.early import Stretches
from tests.simulation.loop import PROCESS, SimClock, SimLoop
from tests.simulation.plans import Program
from tests.simulation.provider import CANARY, Caller, Provider
from tests.simulation.world import Hardship, World

_REDACT = Redactor((CANARY,), key=b"the same in every run").redact_text


@cache
def redact(text: str) -> str:
    """The real redaction; the same few texts come again and again."""
    return _REDACT(text)


@dataclass(slots=True)
class Asked:
    """One call of the line, as a trial sees it."""

    life: int
    origin: str
    began: float
    ended: float | None = None


@dataclass(slots=True)
class Opened:
    """One line to the models, with one ledger: for runs that began together, or one that was taken up again."""

    runs: tuple[str, ...]
    is_resumed: bool
    number: int
    """Which of all lines of the story it is, from 1."""
    events: list[tuple[float, Event]] = field(default_factory=list[tuple[float, Event]])
    is_over: bool = False
    """Whether the last of its runs was published."""


@dataclass(slots=True)
class Life:
    """One process: what it has to bear, and what was seen of it from outside."""

    number: int
    program: Program
    hardship: Hardship
    began: float
    died: asyncio.Future[None]
    disk: SimDisk = field(init=False)
    dead: bool = False
    ended: float = 0.0
    end: str = ""
    """`finished`, `interrupted`, `store` (the disk), `died`, or what should not have happened."""
    signals: list[float] = field(default_factory=list[float])
    """When signals reached it."""
    lines: list[Opened] = field(default_factory=list[Opened])
    asked: list[Asked] = field(default_factory=list[Asked])
    tasks: list[asyncio.Task[Any]] = field(default_factory=list[asyncio.Task[Any]])
    handlers: dict[int, Callable[[], object]] = field(default_factory=dict[int, Callable[[], object]])
    complaints: list[str] = field(default_factory=list[str])
    """What was seen to be wrong while it happened."""
    parts: dict[str, int] = field(default_factory=dict[str, int])
    """By run id: how many processes had taken up its journal when this one ended."""
    left_running: int = 0
    """Tasks that were still there when it had ended by itself."""

    @property
    def events(self) -> list[tuple[float, Event]]:
        """Everything it told, with the time."""
        return [event for line in self.lines for event in line.events]

    def die(self) -> None:
        """Nothing that this process does from now on has any effect."""
        if self.dead:
            return
        self.dead = True
        self.disk.let_go()
        self.died.set_result(None)


@dataclass(slots=True)
class Story:
    """Everything that happened in one world, for the checks afterwards."""

    world: World
    folder: Path
    loop: SimLoop
    clock: SimClock
    provider: Provider
    chance: random.Random
    lives: list[Life] = field(default_factory=list[Life])
    runs: dict[str, Plan] = field(default_factory=dict[str, Plan])
    """By run id: what was planned."""
    published: list[str] = field(default_factory=list[str])


async def live(story: Story, program: Program, hardship: Hardship) -> Life:
    """One process, from its start until nothing is left of it."""
    life = Life(len(story.lives) + 1, program, hardship, story.loop.time(), story.loop.create_future())
    life.disk = SimDisk(life, story.chance, story.world.sync_takes)
    story.lives.append(life)
    context = copy_context()
    context.run(PROCESS.set, life)
    main = asyncio.get_running_loop().create_task(_main(story, life), context=context)
    life.tasks.append(main)
    timers = _trouble(story, life)
    await asyncio.wait([main, life.died], return_when=asyncio.FIRST_COMPLETED)
    for timer in timers:
        timer.cancel()
    life.ended = story.loop.time()
    life.end = _end_of(main, life)
    left = [task for task in life.tasks if not task.done()]
    life.left_running = 0 if life.dead else sum(not task.cancelling() for task in left)
    while left:
        for task in left:
            task.cancel()
        await asyncio.sleep(0)
        left = [task for task in life.tasks if not task.done()]
    for task in life.tasks:
        if not task.cancelled():
            task.exception()  # whoever is dead complains no more
    life.tasks.clear()
    for path in (story.folder / "runs").glob("*.jsonl"):
        lines = path.read_bytes().split(b"\n")[:-1]
        life.parts[path.stem] = sum(
            b'"kind":"header"' in line or b'"kind":"resumed"' in line for line in lines
        )
    return life


def _trouble(story: Story, life: Life) -> list[asyncio.TimerHandle]:
    def interrupt() -> None:
        for handler in list(life.handlers.values())[:1]:
            life.signals.append(story.loop.time())
            handler()

    timers = [story.loop.call_later(at, interrupt) for at in life.hardship.interrupts]
    crash = life.hardship.crash
    if crash is not None and crash.at_time is not None:
        timers.append(story.loop.call_later(crash.at_time, life.die))
    return timers


def _end_of(main: asyncio.Task[None], life: Life) -> str:
    if life.dead:
        return "died"
    if main.cancelled():
        return "cancelled"
    error = main.exception()
    match error:
        case None:
            return "finished"
        case Interrupted():
            return "interrupted"
        case StoreError() if life.disk.has_failed:
            return "store"
        case _:
            return f"{type(error).__name__}: {error}"


async def _main(story: Story, life: Life) -> None:
    """What `harness run` does in its first process, and `harness run --resume` in those after it; or `harness gate`."""
    runs = story.folder / "runs"
    use = Tools(clock=story.clock, redact=redact, disk=life.disk, aside=life.disk.aside)
    mine = [run_id for run_id in story.runs if life.program.owns(run_id)]
    begun = [run_id for run_id in mine if (runs / f"{run_id}.jsonl").exists()]
    if story.world.early is not None and life.program.number == 1:
        await _gate(story, life, runs, use, begun)
        return
    if not begun:
        await _start(story, life, runs, use)
        return
    for run_id in begun:
        await _resume(story, life, run_id, use)
    if len(begun) < len(mine):
        await _start(story, life, runs, use, tuple(set(mine) - set(begun)))


async def _start(
    story: Story, life: Life, runs: Path, use: Tools, missing: Sequence[str] | None = None
) -> None:
    made = plans.planned(story.world, life.program)
    if missing is not None:
        made = tuple(plan for plan in made if plans.run_id(plan) in missing)
    story.runs.update({plans.run_id(plan): plan for plan in made})
    terms = _terms(story, life)
    infos = [plans.info(plan, terms, story.clock.now()) for plan in made]
    with contextlib.ExitStack() as opened:

        def open_jobs() -> Mapping[str, Job]:
            return start_jobs(made, infos, runs, use, opened)

        await work(
            Straight(trials=list(interleave(made))),
            open_jobs,
            _desk(story, life, made, terms, is_resumed=False),
        )


async def _gate(story: Story, life: Life, runs: Path, use: Tools, begun: Sequence[str]) -> None:
    """What `harness gate` does: all runs together, new or taken up again, until it has enough."""
    made = plans.planned(story.world, life.program)
    story.runs.update({plans.run_id(plan): plan for plan in made})
    terms, early = _terms(story, life), story.world.early
    assert early is not None
    with contextlib.ExitStack() as opened:
        jobs: dict[str, Job] = {}
        for plan in (each for each in made if plans.run_id(each) in begun):
            job, terms = take_up(plans.run_id(plan), plan, terms, runs, use)
            opened.callback(job.journal.close)
            jobs[plan.side] = job
        new = [plan for plan in made if plans.run_id(plan) not in begun]
        infos = [plans.info(plan, terms, story.clock.now()) for plan in new]
        kept = {(side, record.key): record for side, job in jobs.items() for record in job.kept}
        course = Stretches(
            trials=list(interleave(made)),
            early=early,
            settled={name for name, record in kept.items() if is_settled(record)},
            answered={name for name, record in kept.items() if has_answer(record)},
        )

        def open_jobs() -> Mapping[str, Job]:
            return {**jobs, **start_jobs(new, infos, runs, use, opened)}

        await work(course, open_jobs, _desk(story, life, made, terms, is_resumed=bool(begun)))


async def _resume(story: Story, life: Life, run_id: str, use: Tools) -> None:
    plan = plans.alone(story.runs[run_id], story.world)
    terms = _terms(story, life)
    job, terms = take_up(run_id, plan, terms, story.folder / "runs", use)
    with contextlib.closing(job.journal):
        await work(
            Straight(trials=job.trials), lambda: {"": job}, _desk(story, life, [plan], terms, is_resumed=True)
        )


def _terms(story: Story, life: Life) -> Terms:
    return Terms(
        mode="live",
        budget=life.hardship.budget,
        ladder=plans.ladder(story.world),
        deadline=life.hardship.deadline,
    )


async def rival(story: Story, at: float) -> None:
    """Somebody else who tries to go on with what is going on: it must be refused, and nothing written."""
    await story.clock.sleep(Seconds(at))
    busy = [
        (life, run_id)
        for life in story.lives
        if not life.end and not life.dead and life.lines
        for run_id in life.lines[-1].runs
        if not life.lines[-1].is_over and (story.folder / "runs" / f"{run_id}.jsonl").exists()
    ]
    for life, run_id in busy:
        use = Tools(clock=story.clock, redact=redact, disk=SystemDisk())
        try:
            journal, _ = resume_journal(story.folder / "runs", run_id, use)
        except StoreBusy:
            continue
        journal.close()
        life.complaints.append(f"{run_id} was taken up by another process while it was going on")


def _desk(story: Story, life: Life, made: Sequence[Plan], terms: Terms, *, is_resumed: bool) -> Desk:
    pins = {pin.id: pin for plan in made for pin in plan.pins}
    pins |= {pin.id: pin for pin in terms.ladder if isinstance(pin, ModelPin)}
    number = 1 + sum(len(each.lines) for each in story.lives)
    line = Opened(tuple(plans.run_id(plan) for plan in made), is_resumed, number)
    life.lines.append(line)

    def heard(event: Event) -> None:
        if not life.dead:
            line.events.append((story.loop.time(), event))

    def published(path: Path) -> None:
        story.published.append(path.stem)
        line.is_over = True

    return Desk(
        clock=story.clock,
        at_once=story.world.at_once,
        open_line=lambda emit, noted: _line(story, life, pins, terms, (emit, noted)),
        publish=published,
        emit=heard,
        end=None if terms.deadline is None else End(length=terms.deadline, tab=terms.tab),
    )


def _line(
    story: Story, life: Life, pins: Mapping[str, ModelPin], terms: Terms, told: tuple[Emit, Noted]
) -> Line:
    emit, noted = told
    lines = sum(len(each.lines) for each in story.lives)
    caller = Caller(life.number, lines, life.began, life.hardship.is_clean)

    async def ask(request: Request) -> Reply:
        if life.dead:
            await story.loop.create_future()  # the dead send nothing; its end is on the way
        return await story.provider.ask(request, caller)

    async def close() -> None:
        book.close()
        await asyncio.sleep(0)

    book = DayBook(story.folder / "spend", life.disk)

    limits = plans.tightened(limits_of(plans.settings(story.folder, story.world), terms, pins), story.world)
    around = Around(clock=story.clock, draw=story.chance.random, emit=emit, noted=noted, book=book)
    rungs, _ = rungs_of(terms.ladder, story.folder, pins, around)
    line = guarded_line(Line(ask=ask, close=close), limits, pins, around, rungs)
    return replace(line, ask=_timed(story, life, line.ask))


def _timed(story: Story, life: Life, ask: Send) -> Send:
    async def timed(request: Request) -> Reply:
        seen = Asked(life.number, str(request.origin).rpartition(":")[2], story.loop.time())
        life.asked.append(seen)
        try:
            return await ask(request)
        finally:
            seen.ended = story.loop.time()

    return timed
