import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from harness.call.deadline import AttemptDeadline, Deadline
from harness.call.exchange import Reply, Request
from harness.call.fault import Kind
from harness.call.guard import Guard, chain
from harness.units import Seconds
from tests.call.bench import Provider, cancelled_after, fault_of
from tests.doubles import REPLY, REQUEST
from tests.virtual import VirtualClock

DEADLINES: list[Callable[[VirtualClock], Guard]] = [
    lambda clock: Deadline(clock=clock, length=Seconds(5), what="case"),
    lambda clock: Deadline(clock=clock, length=Seconds(5), what="call"),
    lambda _clock: AttemptDeadline(length=Seconds(5)),
]


def test_a_call_that_is_quick_enough_is_answered(clock: VirtualClock) -> None:
    provider = Provider(clock, takes=4)
    assert (
        clock.run(chain([Deadline(clock=clock, length=Seconds(5), what="call")], provider)(REQUEST)) == REPLY
    )


def test_a_call_ends_at_its_deadline_and_so_does_what_it_sent(clock: VirtualClock) -> None:
    provider = Provider(clock, takes=3600)
    end = clock.run(
        fault_of(chain([Deadline(clock=clock, length=Seconds(5), what="call")], provider)(REQUEST))
    )

    assert (end.kind, end.may_be_billed) == (Kind.DEADLINE, True)
    assert end.detail == "no answer within 5 s, waits and retries included"
    assert (clock.passed, provider.in_flight) == (5, 0)


def test_an_attempt_that_hangs_is_a_timeout_that_may_be_billed(clock: VirtualClock) -> None:
    provider = Provider(clock, takes=3600)
    end = clock.run(fault_of(chain([AttemptDeadline(length=Seconds(5))], provider)(REQUEST)))

    assert (end.kind, end.may_be_billed, end.detail) == (Kind.TIMEOUT, True, "no complete answer within 5 s")
    assert (clock.passed, provider.in_flight) == (5, 0)


def test_the_guards_inside_know_when_the_call_must_be_over(clock: VirtualClock) -> None:
    provider = Provider(clock)
    clock.run(chain([Deadline(clock=clock, length=Seconds(5), what="call")], provider)(REQUEST))
    assert provider.asked[0].expires_at == 1005.0


@pytest.mark.parametrize("made", DEADLINES)
def test_a_cancellation_from_outside_stays_a_cancellation(
    made: Callable[[VirtualClock], Guard], clock: VirtualClock
) -> None:
    provider = Provider(clock, takes=3600)
    clock.run(cancelled_after(2, chain([made(clock)], provider)(REQUEST)))
    assert (clock.passed, provider.in_flight) == (2, 0)


@pytest.mark.parametrize("made", DEADLINES)
def test_a_fault_of_the_call_is_not_hidden(
    made: Callable[[VirtualClock], Guard], clock: VirtualClock
) -> None:
    provider = Provider(clock, says=lambda _passed: Kind.BAD_REQUEST)
    end = clock.run(fault_of(chain([made(clock)], provider)(REQUEST)))
    assert end.kind is Kind.BAD_REQUEST


def test_a_reply_in_the_moment_of_the_deadline_is_kept(clock: VirtualClock) -> None:
    async def paid(_request: Request) -> Reply:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        return REPLY

    guard: Guard = Deadline(clock=clock, length=Seconds(5), what="call")
    assert clock.run(chain([guard], paid)(REQUEST)) == REPLY


def test_a_case_ends_at_its_deadline_whatever_its_calls_may_take(clock: VirtualClock) -> None:
    provider = Provider(clock, takes=3600)
    guards: list[Guard] = [
        Deadline(clock=clock, length=Seconds(5), what="case"),
        Deadline(clock=clock, length=Seconds(60), what="call"),
    ]
    end = clock.run(fault_of(chain(guards, provider)(REQUEST)))

    assert (end.kind, end.detail) == (
        Kind.DEADLINE,
        "the case was not over within 5 s, all its calls included",
    )
    assert provider.asked[0].expires_at == 1005.0
    assert (clock.passed, provider.in_flight) == (5, 0)


def test_a_probe_has_less_time_on_the_wire_than_other_attempts(clock: VirtualClock) -> None:
    provider = Provider(clock, takes=3600)
    guard = AttemptDeadline(length=Seconds(120))
    end = clock.run(fault_of(chain([guard], provider)(replace(REQUEST, at_most=Seconds(30)))))

    assert (end.kind, end.detail, clock.passed) == (Kind.TIMEOUT, "no complete answer within 30 s", 30)
