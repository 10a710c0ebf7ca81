"""The deadline of a run and of a case, in virtual time: the bounds that `docs/guards.md` states, held to."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.attempt_log import AttemptLog
from harness.call.exchange import Reply, Request
from harness.call.fallback import OtherModel, Rung
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.standard import Limits, World, guarded, share
from harness.call.tab import Tab
from harness.ended import Setup
from harness.events import Event, Stopping
from harness.grade.grade import Grading
from harness.grade.response import Response
from harness.pipeline.stopping import AFTER_THE_END, End, ending
from harness.plan import make_plan
from harness.record import Record
from harness.run import run
from harness.stop import Stop
from harness.suite.case import Case
from harness.trial import Failed, Outcome, Skipped, Trial
from harness.units import FREE, Seconds
from tests.call.bench import Provider, storm
from tests.doubles import REPLY, Step
from tests.values import case, model_pin, suite, variant
from tests.virtual import VirtualClock

FOREVER = 1e9
OTHER = OtherModel(id="claude-other-1", takes_effort=False, takes_thinking=False)


@dataclass
class Scene:
    """A whole run behind all guards, in virtual time."""

    limits: Limits = field(default_factory=Limits)
    clock: VirtualClock = field(default_factory=VirtualClock)
    events: list[Event] = field(default_factory=list[Event])
    attempts: AttemptLog = field(default_factory=AttemptLog)
    tab: Tab = field(default_factory=Tab)
    ladder: Sequence[Rung] = ()

    def emit(self, event: Event) -> None:
        self.attempts.take_note(event)
        self.stop.heed(event)
        self.events.append(event)

    def run(self, transport: Send, cases: int, end: Seconds | None = None, at_once: int = 8) -> list[Record]:
        self.stop = stop = Stop(emit=self.emit)

        async def noted(_request: Request) -> None:
            await stop.hold_back()

        world = World(clock=self.clock, draw=lambda: 0.5, emit=self.emit, noted=noted)
        shared = share(world, self.limits, price=lambda _request: FREE, cost=lambda _request, _reply: FREE)
        pins = (model_pin("opus-5-5"), replace(model_pin("other"), id=OTHER.id))
        send = guarded(shared, pins, transport, self.ladder)
        return self.clock.run(self._all(send, cases, end, at_once))

    async def _all(self, send: Send, cases: int, end: Seconds | None, at_once: int) -> list[Record]:
        limit = None if end is None else End(length=end, tab=self.tab)
        async with ending(self.stop, self.clock, limit):
            found = run(trials(cases), self._setup(send, at_once), self.stop)
            return [record async for _, record in found]

    def _setup(self, send: Send, at_once: int) -> Setup:
        return Setup(
            ask=lambda _trial: send,
            grade=graded,
            price_row=lambda _trial, _outcome: None,
            keep=kept,
            clock=self.clock,
            emit=self.emit,
            attempts=self.attempts,
            at_once=at_once,
        )


async def kept(_trial: Trial, _record: Record) -> None:
    await asyncio.sleep(0)


def graded(_case: Case, _outcome: Outcome, _response: Response | None) -> Grading:
    return Grading(grades=(), score=None, passed=None)


def trials(count: int) -> Sequence[Trial]:
    return make_plan(suite(*(case(f"case-{number}") for number in range(count))), variant()).trials


def whys(records: Sequence[Record]) -> Counter[str]:
    return Counter(why(record.outcome) for record in records)


def why(outcome: Outcome) -> str:
    match outcome:
        case Skipped(why=said):
            return said
        case Failed(fault=fault):
            return str(fault.kind)
        case _:
            return outcome.kind


def test_at_the_deadline_nothing_new_is_sent_and_what_is_on_the_wire_comes_back() -> None:
    scene = Scene()
    provider = Provider(scene.clock, takes=10)
    records = scene.run(provider, 40, end=Seconds(25))

    assert whys(records) == {"answered": 24, "deadline": 16}
    assert max(provider.sent_at) == 20
    assert scene.clock.passed == 30
    assert {record.outcome.detail for record in records if isinstance(record.outcome, Skipped)} == {
        "the 25 s of the command were over; give a larger --deadline"
    }
    assert [(event.why, event.at_most) for event in scene.events if isinstance(event, Stopping)] == [
        ("deadline", AFTER_THE_END)
    ]


def test_what_does_not_come_back_in_time_is_cancelled_and_may_have_been_billed() -> None:
    scene = Scene()
    records = scene.run(Provider(scene.clock, takes=FOREVER), 40, end=Seconds(25))

    assert whys(records) == {"deadline": 40}
    assert scene.clock.passed == 25 + AFTER_THE_END
    assert Counter(attempt.fault for record in records for attempt in record.attempts) == {"cancelled": 8}


def test_calls_that_wait_for_a_retry_do_not_outlive_the_deadline() -> None:
    scene = Scene()
    records = scene.run(Provider(scene.clock, says=storm(FOREVER)), 4, end=Seconds(3))
    assert whys(records) == {"deadline": 4}
    assert scene.clock.passed == 3


def test_a_call_that_fails_after_the_deadline_asks_no_other_model() -> None:
    scene = Scene(ladder=(OTHER,))
    asked: list[tuple[str, float]] = []

    async def provider(request: Request) -> Reply:
        asked.append((request.model, scene.clock.passed))
        await asyncio.sleep(10)
        if request.model == OTHER.id:
            return replace(REPLY, served_model=OTHER.id)
        raise CallFailed(Fault(kind=Kind.DEADLINE, detail="no answer"))

    records = scene.run(provider, 16, end=Seconds(25), at_once=8)
    assert whys(records) == {"degraded": 8, "deadline": 8}
    assert Counter(model == OTHER.id for model, _ in asked) == {False: 16, True: 8}
    assert scene.clock.passed == 30
    assert [len(record.attempts) for record in records] == [2] * 8 + [1] * 8


def test_the_runs_of_a_command_share_its_time() -> None:
    scene = Scene()
    provider = Provider(scene.clock, takes=10)
    assert whys(scene.run(provider, 8, end=Seconds(15))) == {"answered": 8}
    assert whys(scene.run(provider, 16, end=Seconds(15))) == {"answered": 8, "deadline": 8}
    assert whys(scene.run(provider, 16, end=Seconds(15))) == {"deadline": 16}
    assert (len(provider.sent_at), scene.clock.passed) == (16, 20)


def test_a_run_that_is_over_in_time_leaves_no_watch_behind() -> None:
    scene = Scene()
    assert whys(scene.run(Provider(scene.clock), 5, end=Seconds(100))) == {"answered": 5}
    assert scene.clock.passed == 1


def test_one_hanging_case_is_given_up_in_its_bound_and_the_others_are_unharmed() -> None:
    limits = Limits()
    scene = Scene(limits)
    provider = Provider(scene.clock)

    async def one_hangs(request: Request) -> Reply:
        return (
            await asyncio.sleep(FOREVER, REPLY)
            if request.origin.case == "case-0"
            else await provider(request)
        )

    records = scene.run(one_hangs, 20)

    assert whys(records) == {"answered": 19, "timeout": 1}
    longest_backoff = 1.0
    assert scene.clock.passed <= 2 * limits.attempt_timeout + longest_backoff


@settings(max_examples=40)
@given(
    cases=st.integers(1, 30),
    under_way=st.integers(1, 8),
    length=st.floats(1, 300),
    says=st.sampled_from([Kind.OVERLOADED, Kind.TIMEOUT, Kind.GARBLED, REPLY]),
    takes=st.sampled_from([0.5, 40.0, FOREVER]),
)
def test_no_run_takes_longer_than_its_cases_in_rounds(
    cases: int, under_way: int, length: float, says: Step, takes: float
) -> None:
    scene = Scene(Limits(case_deadline=Seconds(length)))
    records = scene.run(Provider(scene.clock, says=lambda _: says, takes=takes), cases, at_once=under_way)

    assert len(records) == cases
    assert scene.clock.passed <= math.ceil(cases / under_way) * length + 0.001


@settings(max_examples=40)
@given(
    length=st.integers(0, 300),
    takes=st.sampled_from([0.5, 14.0, 40.0, FOREVER]),
    says=st.sampled_from([Kind.OVERLOADED, Kind.TIMEOUT, REPLY]),
)
def test_no_run_outlives_its_deadline_by_more_than_the_time_for_what_is_on_the_wire(
    length: int, takes: float, says: Step
) -> None:
    scene = Scene()
    provider = Provider(scene.clock, says=lambda _: says, takes=takes)
    records = scene.run(provider, 40, end=Seconds(length))

    assert len(records) == 40
    assert scene.clock.passed <= length + AFTER_THE_END + 0.001
    assert all(at <= length for at in provider.sent_at)
