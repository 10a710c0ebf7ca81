"""An outage ends a run in a known time, whatever its kind and however many calls are left."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.call.exchange import Reply, Request
from harness.call.fault import Kind
from harness.call.guard import Send, chain
from harness.call.standard import Limits, World, share, standard
from harness.suite.model import RateLimits
from harness.units import FREE, Seconds
from tests.call.bench import Heard, Provider, case, end_of, storm
from tests.doubles import REPLY, Step
from tests.virtual import VirtualClock


def ends(clock: VirtualClock, provider: Send, calls: int = 200) -> Counter[Reply | Kind]:
    """How many of `calls` calls, 32 of them under way at once, end in which way behind all guards."""
    world = World(clock=clock, draw=lambda: 0.5, emit=Heard())
    shared = share(world, Limits(), price=lambda _: FREE, cost=lambda _, __: FREE)
    send = chain(standard(shared, RateLimits()), provider)
    places = asyncio.Semaphore(32)

    async def one(number: int) -> Reply | Kind:
        async with places:
            return await end_of(send(case(number)))

    async def everybody() -> Counter[Reply | Kind]:
        return Counter(await asyncio.gather(*(one(number) for number in range(calls))))

    return clock.run(everybody())


@pytest.mark.parametrize(
    ("kind", "takes", "seconds"),
    [
        (Kind.UNREACHABLE, 0.01, 35),
        (Kind.DISCONNECTED, 0.01, 35),
        (Kind.GARBLED, 0.1, 35),
        (Kind.SERVER_ERROR, 0.1, 120),
        (Kind.OVERLOADED, 0.1, 150),
        (Kind.TIMEOUT, 120.0, 180),
    ],
)
def test_a_total_outage_ends_a_run_of_any_length(kind: Kind, takes: float, seconds: float) -> None:
    clock = VirtualClock()
    found = ends(clock, Provider(clock, says=storm(1e9, kind), takes=takes))
    assert found.total() == 200
    assert found.keys() == {kind, Kind.CIRCUIT_OPEN}
    assert clock.passed < seconds


def storms_between(start: float, end: float, kind: Kind) -> Callable[[float], Step]:
    return lambda passed: kind if start <= passed < end else REPLY


@pytest.mark.parametrize("kind", [Kind.OVERLOADED, Kind.SERVER_ERROR, Kind.UNREACHABLE])
def test_a_storm_of_a_minute_costs_no_call(kind: Kind) -> None:
    clock = VirtualClock()
    found = ends(clock, Provider(clock, says=storms_between(3, 63, kind)))
    assert found == {REPLY: 200}


def test_a_provider_that_hung_for_a_while_is_probed_before_it_is_given_up() -> None:
    clock = VirtualClock()
    provider = Provider(clock)
    provider.says = storms_between(1, 60, Kind.TIMEOUT)
    found = ends(clock, provider)
    assert found == {REPLY: 200}


def test_a_server_that_comes_up_late_is_waited_for() -> None:
    clock = VirtualClock()
    found = ends(clock, Provider(clock, says=storm(20, Kind.UNREACHABLE), takes=0.01))
    assert found == {REPLY: 200}


def test_a_storm_of_five_seconds_costs_little_more_than_that() -> None:
    clock = VirtualClock()
    provider = Provider(clock, says=storms_between(3, 8, Kind.OVERLOADED), takes=0.5)
    calm = VirtualClock()
    assert ends(clock, provider) == ends(calm, Provider(calm, takes=0.5)) == {REPLY: 200}
    assert clock.passed <= calm.passed + 5 + 5
    assert len(provider.sent_at) <= 200 + 20


def test_a_provider_that_hangs_from_some_moment_on_is_given_up_after_an_attempt_and_a_short_probe() -> None:
    clock = VirtualClock()
    provider = Provider(clock)

    async def hangs_later(request: Request) -> Reply:
        provider.takes = 1.0 if clock.passed < 10 else 1e9
        return await provider(request)

    found = ends(clock, hangs_later)
    assert found.keys() == {REPLY, Kind.TIMEOUT, Kind.CIRCUIT_OPEN}
    assert clock.passed <= 11 + 120 + 4 + 30 + 1


def test_a_slow_model_gets_the_time_it_needs_for_a_probe() -> None:
    clock = VirtualClock()
    slow = replace(REPLY, latency=Seconds(50))
    provider = Provider(clock, takes=50.0)
    provider.says = lambda passed: slow if passed < 40 or passed > 110 else Kind.DISCONNECTED
    assert ends(clock, provider, calls=40) == {slow: 40}
