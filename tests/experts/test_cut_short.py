"""A run that is cut short while experts are asked: it ends in time, and keeps what was paid."""

from __future__ import annotations

import asyncio

import pytest

from harness.attempt_log import AttemptLog
from harness.call.attempts import Attempts
from harness.call.exchange import Reply, Request
from harness.call.guard import Send, chain
from harness.ended import Setup
from harness.errors import StoreError
from harness.experts.asking import Experts
from harness.grade.grade import Grading
from harness.grade.opinion import Opinion
from harness.grade.response import Response
from harness.plan import make_plan
from harness.record import Record
from harness.run import run
from harness.stop import Stop
from harness.suite.case import Case
from harness.suite.expectation import Expectation
from harness.trial import Outcome, Trial
from tests.doubles import REPLY, Script
from tests.experts.oracle import Oracle, expecting, experts, foretold
from tests.values import suite, variant
from tests.virtual import VirtualClock


def graded(_case: Case, _outcome: Outcome, response: Response | None) -> Grading:
    heard = response is not None and bool(response.opinions)
    return Grading(grades=(), score=1.0 if heard else None, passed=True if heard else None)


class Bench:
    """Three cases that an oracle is asked about, in virtual time."""

    def __init__(self, oracle: Oracle, send: Send | None = None) -> None:
        self.send = send or Script(REPLY)
        self.clock, self.attempts, self.stop = VirtualClock(), AttemptLog(), Stop()
        self.kept: list[Record] = []
        self.asked: Experts = experts(oracle)

    async def run(self, at_once: int = 3) -> None:
        send = chain([Attempts(clock=self.clock, emit=self.attempts.take_note)], self.send)
        setup = Setup(
            ask=lambda _trial: send,
            grade=graded,
            price_row=lambda _trial, _outcome: "a row",
            keep=self.keep,
            clock=self.clock,
            emit=self.stop.heed,
            attempts=self.attempts,
            at_once=at_once,
            consult=self.asked.consult,
        )
        cases = [expecting(foretold(), name=name) for name in "abc"]
        async for _ in run(make_plan(suite(*cases), variant()).trials, setup, self.stop):
            pass

    async def keep(self, _trial: Trial, record: Record) -> None:
        self.kept.append(record)

    @property
    def told(self) -> list[tuple[str, float | None]]:
        return [(each.outcome.kind, each.grading.score) for each in self.kept]


class Slow:
    """An oracle that takes its time, and says whether it was let go."""

    def __init__(self, takes: float) -> None:
        self.takes, self.let_go = takes, 0

    async def __call__(self, _wanted: Expectation, _response: Response) -> Opinion:
        try:
            await asyncio.sleep(self.takes)
        except asyncio.CancelledError:
            self.let_go += 1
            raise
        return Opinion(score=1.0, reason="it rains")


HANGS = 1e9


def test_a_cut_lets_go_of_every_expert_and_keeps_each_reply_unmeasured() -> None:
    oracle = Slow(HANGS)
    bench = Bench(oracle)

    async def cut() -> None:
        asyncio.get_running_loop().call_later(5.0, bench.stop.at_once, "interrupted")
        await bench.run()

    bench.clock.run(cut())
    assert bench.told == [("answered", None)] * 3
    assert (oracle.let_go, bench.clock.passed) == (3, 5.0)
    assert bench.stop.consulted == set()


def test_an_expert_may_finish_in_the_time_that_calls_on_the_wire_have() -> None:
    bench = Bench(Slow(3.0))

    async def interrupted() -> None:
        asyncio.get_running_loop().call_later(1.0, bench.stop.soon, "interrupted")
        await bench.run(at_once=2)

    bench.clock.run(interrupted())
    assert bench.told == [("answered", 1.0), ("answered", 1.0), ("skipped", None)]


def test_nobody_is_asked_about_a_reply_that_comes_with_the_cut() -> None:
    asked: list[Expectation] = []

    async def oracle(wanted: Expectation, _response: Response) -> Opinion:
        asked.append(wanted)
        return Opinion(score=1.0, reason="it rains")

    async def send(_request: Request) -> Reply:
        try:
            await asyncio.sleep(HANGS)
        except asyncio.CancelledError:  # it is there in the very moment of its cancellation, and paid for
            return REPLY
        raise AssertionError

    bench = Bench(oracle, send)

    async def cut() -> None:
        asyncio.get_running_loop().call_later(5.0, bench.stop.at_once, "interrupted")
        await bench.run()

    bench.clock.run(cut())
    assert (bench.told, asked) == ([("answered", None)] * 3, [])


def test_experts_are_let_go_when_nobody_takes_records_any_more() -> None:
    oracle = Slow(HANGS)
    bench = Bench(oracle)

    async def closed() -> None:
        task = asyncio.ensure_future(bench.run())
        await asyncio.sleep(1.0)
        bench.stop.close()
        await task

    bench.clock.run(closed())
    assert oracle.let_go == 3
    assert all(score is None for _, score in bench.told)


def test_a_store_that_takes_nothing_ends_the_run() -> None:
    async def oracle(_wanted: Expectation, _response: Response) -> Opinion:
        raise StoreError("the disk is full")

    bench = Bench(oracle)
    with pytest.raises(StoreError):
        bench.clock.run(bench.run())
