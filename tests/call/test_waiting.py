import asyncio

import pytest

from harness.call.waiting import Bell, TimeIsUpError, within
from harness.units import Seconds
from tests.call.bench import cancelled_after
from tests.doubles import REPLY
from tests.virtual import VirtualClock


def test_work_that_is_quick_enough_gives_its_result(clock: VirtualClock) -> None:
    assert clock.run(within(Seconds(5), asyncio.sleep(2, "done"))) == "done"
    assert clock.passed == 2


def test_work_that_is_too_slow_is_cancelled_and_has_ended(clock: VirtualClock) -> None:
    ended = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(clock.passed)

    with pytest.raises(TimeIsUpError):
        clock.run(within(Seconds(5), slow()))
    assert ended == [5]


def test_an_error_of_the_work_is_its_result(clock: VirtualClock) -> None:
    async def broken() -> None:
        raise LookupError("broken")

    with pytest.raises(LookupError, match="broken"):
        clock.run(within(Seconds(5), broken()))


def test_work_that_finishes_while_it_is_cancelled_counts(clock: VirtualClock) -> None:
    async def stubborn() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "paid for"
        return "never"

    assert clock.run(within(Seconds(5), stubborn())) == "paid for"


def test_a_cancelled_wait_leaves_nothing_running(clock: VirtualClock) -> None:
    async def left_over() -> int:
        await cancelled_after(1, within(Seconds(5), asyncio.sleep(3, REPLY)))
        return len(asyncio.all_tasks())

    assert clock.run(left_over()) == 1


def test_a_bell_wakes_everybody_who_waits_and_nobody_who_comes_later(clock: VirtualClock) -> None:
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, bell: Bell) -> None:
        await bell.wait_at_most(Seconds(10))
        woken.append((name, clock.passed))

    async def scene() -> None:
        bell = Bell()
        early = [asyncio.create_task(sleeper(name, bell)) for name in ("a", "b")]
        await asyncio.sleep(2)
        bell.ring()
        await asyncio.gather(*early, sleeper("late", bell))

    clock.run(scene())
    assert woken == [("a", 2), ("b", 2), ("late", 12)]


def test_a_ring_right_after_the_look_is_not_missed(clock: VirtualClock) -> None:
    async def scene() -> None:
        bell = Bell()
        waiting = asyncio.create_task(bell.wait_at_most(Seconds(10)))
        await asyncio.sleep(0)
        bell.ring()
        await waiting

    clock.run(scene())
    assert clock.passed == 0
