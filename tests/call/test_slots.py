import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.fault import Kind
from harness.call.guard import chain
from harness.call.slots import Slots
from harness.events import nobody
from tests.call.bench import Heard, Provider, cancelled_after, case, end_of
from tests.doubles import REPLY
from tests.virtual import VirtualClock


@given(st.integers(1, 5), st.integers(1, 20))
def test_no_more_calls_are_in_flight_than_there_are_slots(at_once: int, calls: int) -> None:
    clock = VirtualClock()
    provider = Provider(clock)

    async def all_at_once() -> None:
        send = chain([Slots(at_once, clock, nobody)], provider)
        await asyncio.gather(*(send(case(number)) for number in range(calls)))

    clock.run(all_at_once())
    assert provider.most_in_flight == min(at_once, calls)
    assert provider.asked == [case(number) for number in range(calls)]


def test_a_call_that_waited_for_a_slot_says_how_long(clock: VirtualClock, heard: Heard) -> None:
    async def three() -> None:
        send = chain([Slots(1, clock, heard)], Provider(clock, takes=4))
        await asyncio.gather(*(send(case(number)) for number in range(3)))

    clock.run(three())
    assert heard.began == [("slot", None), ("slot", None)]
    assert heard.waited == [("slot", 4.0), ("slot", 8.0)]


@pytest.mark.parametrize("ends", [Kind.OVERLOADED, REPLY])
def test_a_call_frees_its_slot_however_it_ends(ends: Kind, clock: VirtualClock) -> None:
    async def one_after_the_other() -> None:
        send = chain([Slots(1, clock, nobody)], Provider(clock, says=lambda _passed: ends))
        await end_of(send(case(1)))
        await end_of(send(case(2)))

    clock.run(one_after_the_other())
    assert clock.passed == 2


def test_a_call_that_is_cancelled_in_flight_frees_its_slot(clock: VirtualClock) -> None:
    async def scene() -> None:
        send = chain([Slots(1, clock, nobody)], Provider(clock, takes=10))
        await cancelled_after(1, send(case(1)))
        await send(case(2))

    clock.run(scene())
    assert clock.passed == 11


def test_a_call_that_is_cancelled_in_the_queue_frees_its_place(clock: VirtualClock) -> None:
    async def scene() -> None:
        send = chain([Slots(1, clock, nobody)], Provider(clock, takes=10))
        await asyncio.gather(send(case(1)), cancelled_after(1, send(case(2))), send(case(3)))

    clock.run(scene())
    assert clock.passed == 20


def test_a_guard_without_a_slot_makes_no_sense(clock: VirtualClock) -> None:
    with pytest.raises(ValueError, match="at least one call, not 0"):
        Slots(0, clock, nobody)
