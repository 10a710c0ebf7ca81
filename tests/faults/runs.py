"""Runs against the stand-in in virtual time: from the files of a project to the journal of a run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path

from harness.call.noted import Noted
from harness.call.standard import World
from harness.events import Emit, Event
from harness.pipeline.describing import describe
from harness.pipeline.gating import suite_of, variant_of
from harness.pipeline.running import start_jobs
from harness.pipeline.work import Desk, Straight, work
from harness.plan import Plan, make_plan
from harness.record import Record
from harness.selection import Selection
from harness.settings import Settings, read_settings
from harness.store.journal import tools
from harness.store.past import Journal, read_journal
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.trial import Failed
from harness.wiring import Line, Terms, _transport, guarded_line, limits_of, redactor
from tests.faults.always import assert_accounts_agree
from tests.faults.wire_time import WireClock
from tests.projects import KEY, tiny_model
from tests.standin import StandIn, Trouble
from tests.standin.answers import Answering
from tests.standin.server import Script

_number = count()


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run, when it is over."""

    journal: Journal
    server: StandIn
    seconds: float
    """How long it took, in its own time."""
    events: tuple[Event, ...]

    def of(self, case: str) -> Record:
        """What became of a case."""
        return next(record for record in self.journal.records if record.case_id == case)

    def ended(self, case: str) -> str:
        """The kind of its fault, or `answered`, or `skipped`."""
        outcome = self.of(case).outcome
        return outcome.fault.kind.value if isinstance(outcome, Failed) else outcome.kind

    @property
    def ends(self) -> Mapping[str, str]:
        """How every case ended."""
        return {record.case_id: self.ended(record.case_id) for record in self.journal.records}


def nothing(_number: int) -> Trouble | None:
    """A script without trouble."""


@dataclass(frozen=True, kw_only=True)
class How:
    """How a run is made."""

    folder: Path
    """A project of `tests.projects`."""
    script: Script = nothing
    cases: int = 3
    at_once: int = 1
    stream: bool = False
    draw: Callable[[], float] = lambda: 0.999_999
    """The longest backoff that chance allows."""
    base_url: str | None = None
    """Another address than the stand-in's."""
    answer: Answering = tiny_model
    terms: Terms = field(default_factory=lambda: Terms(mode="live"))
    clock: WireClock = field(default_factory=WireClock)

    def change(self, settings: Settings) -> Settings:
        """The settings of this run: a folder of its own for what it writes."""
        reports = self.folder / f"reports-{next(_number)}"
        return replace(settings, reports=reports, at_once=self.at_once, api_key=KEY, stream=self.stream)


def ran(how: How) -> Ran:
    """Make one run, and check what must hold after every run."""
    server = StandIn(how.answer, troubles=how.script)
    events: list[Event] = []
    project, settings = _project(how.folder)
    plan = _plan(project, how.cases)
    journal = how.clock.run(_worked(how, server, plan, how.change(settings), events.append))
    assert_accounts_agree([server], [journal])
    return Ran(journal=read_journal(journal), server=server, seconds=how.clock.passed, events=tuple(events))


async def _worked(how: How, server: StandIn, plan: Plan, settings: Settings, emit: Emit) -> Path:
    clock = how.clock
    info = describe(plan, how.terms, session="faults", at=clock.now())
    async with server.in_this_loop():
        there = replace(settings, base_url=how.base_url or server.url)
        with contextlib.ExitStack() as opened:
            use = tools(redactor(settings).redact_text, clock=clock)
            jobs = start_jobs([plan], [info], settings.runs, use, opened)
            desk = Desk(
                clock=clock,
                at_once=how.at_once,
                open_line=lambda heard, noted: _line(how, plan, there, heard, noted),
                publish=lambda _path: None,
                emit=emit,
            )
            await work(Straight(trials=plan.trials), lambda: jobs, desk)
    [job] = jobs.values()
    return job.journal.path


def _line(how: How, plan: Plan, settings: Settings, emit: Emit, noted: Noted) -> Line:
    """The line as the product opens it, but for chance."""
    pins = {pin.id: pin for pin in plan.pins}
    transport = _transport(settings, how.terms, pins, emit, how.clock)
    world = World(
        clock=how.clock,
        draw=how.draw,
        emit=emit,
        noted=noted,
        redact=redactor(settings).redact_text,
    )
    return guarded_line(transport, limits_of(settings, how.terms, pins), pins, world)


@cache
def _project(folder: Path) -> tuple[Project, Settings]:
    return read_project(WorkingTree(folder)), read_settings(folder, {})


def _plan(project: Project, cases: int) -> Plan:
    suite = suite_of(project, "tiny")
    ids = frozenset(f"c{number:02}" for number in range(cases))
    return make_plan(suite, variant_of(project, suite, suite.candidate), selection=Selection(ids=ids))
