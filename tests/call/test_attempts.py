import asyncio
from dataclasses import replace

import pytest

from harness.call.attempts import Attempts
from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import chain
from harness.events import AttemptEnded, AttemptStarted
from harness.units import Seconds
from tests.call.bench import Heard, Provider, cancelled_after, fault_of
from tests.doubles import REPLY, REQUEST, Step
from tests.virtual import VirtualClock


def test_it_says_that_an_attempt_starts_and_how_long_it_took(clock: VirtualClock, heard: Heard) -> None:
    send = chain([Attempts(clock=clock, emit=heard)], Provider(clock, takes=3))

    assert clock.run(send(replace(REQUEST, attempt=2))) == REPLY
    assert [event.attempt for event in heard.of(AttemptStarted)] == [2]
    (ended,) = heard.of(AttemptEnded)
    assert (ended.attempt, ended.latency, ended.fault) == (2, 3.0, None)


def test_a_replayed_reply_has_the_latency_it_was_recorded_with(clock: VirtualClock, heard: Heard) -> None:
    recorded = replace(REPLY, source="replay", latency=Seconds(7))
    clock.run(
        chain([Attempts(clock=clock, emit=heard)], Provider(clock, says=lambda _passed: recorded))(REQUEST)
    )
    assert heard.of(AttemptEnded)[0].latency == 7.0


def test_a_fault_is_told_with_its_status_and_request_id(clock: VirtualClock, heard: Heard) -> None:
    overloaded = Fault(kind=Kind.OVERLOADED, detail="busy", status=529, request_id="req_1")
    send = chain([Attempts(clock=clock, emit=heard)], Provider(clock, says=lambda _passed: overloaded))

    assert clock.run(fault_of(send(REQUEST))) == overloaded
    (ended,) = heard.of(AttemptEnded)
    assert (ended.fault, ended.detail, ended.status, ended.request_id) == ("overloaded", "busy", 529, "req_1")


def test_another_model_than_the_pinned_one_does_not_pass(clock: VirtualClock, heard: Heard) -> None:
    other: Step = replace(REPLY, served_model="claude-haiku-5-5", request_id="req_2")
    send = chain([Attempts(clock=clock, emit=heard)], Provider(clock, says=lambda _passed: other))

    end = clock.run(fault_of(send(REQUEST)))
    assert (end.kind, end.served_model, end.reply) == (Kind.SUBSTITUTED, "claude-haiku-5-5", other)
    assert end.detail == "asked 'claude-opus-5-5', but 'claude-haiku-5-5' answered"
    assert heard.of(AttemptEnded)[0].fault == "substituted"


def test_an_exception_of_a_transport_is_a_bug_told_without_its_text(
    clock: VirtualClock, heard: Heard
) -> None:
    async def broken(_request: Request) -> Reply:
        raise LookupError("Authorization: Bearer sk-very-secret")

    with pytest.raises(CallFailed) as caught:
        clock.run(chain([Attempts(clock=clock, emit=heard)], broken)(REQUEST))
    assert caught.value.fault.kind is Kind.BUG
    assert caught.value.fault.detail.startswith("LookupError at tests.call.test_attempts:")
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert heard.of(AttemptEnded)[0].fault == "bug"


def test_a_cancelled_attempt_has_ended_too(clock: VirtualClock, heard: Heard) -> None:
    clock.run(
        cancelled_after(2, chain([Attempts(clock=clock, emit=heard)], Provider(clock, takes=5))(REQUEST))
    )
    (ended,) = heard.of(AttemptEnded)
    assert (ended.fault, ended.latency) == ("cancelled", 2.0)


def test_a_keyboard_interrupt_passes(clock: VirtualClock, heard: Heard) -> None:
    async def interrupted(_request: Request) -> Reply:
        await asyncio.sleep(0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clock.run(chain([Attempts(clock=clock, emit=heard)], interrupted)(REQUEST))
