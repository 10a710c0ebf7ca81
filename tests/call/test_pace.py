"""How many calls at once: the law of it, and a provider that refuses without ever stating its limits."""

import asyncio
import random
from dataclasses import dataclass, replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.exchange import Allowance, Allowances, Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import chain
from harness.call.slots import Pace, Slots
from harness.call.standard import Limits, World, share, standard
from harness.events import ConcurrencyMoved
from harness.suite.model import RateLimits
from harness.units import Seconds
from tests.call.bench import Heard, Provider, case, end_of
from tests.doubles import REPLY, Step
from tests.virtual import VirtualClock

NOW = Seconds(1000.0)
LATER = Seconds(NOW + 60)
STATED = Allowances(requests=Allowance(limit=600, remaining=500, resets_at=None))


def grown(pace: Pace, rounds: int, now: Seconds = NOW) -> Pace:
    """`pace` after so many rounds of good replies with every place in use."""
    for _ in range(rounds):
        for _ in range(pace.limit):
            pace = pace.replied(now, pace.limit)
    return pace


def test_it_doubles_until_the_first_refusal_and_then_adds_a_twentieth() -> None:
    pace = Pace.start(100)
    assert [grown(pace, rounds).limit for rounds in range(6)] == [10, 20, 40, 80, 100, 100]
    cut = grown(pace, 3).refused(NOW, 0)
    assert [grown(cut, rounds, LATER).limit for rounds in range(3)] == [64, 69, 74]


def test_a_refusal_takes_a_fifth_and_a_refused_crowd_takes_itself_away() -> None:
    pace = grown(Pace.start(100), 4)
    for refusals in range(1, 101):
        pace = pace.refused(NOW, 0)
        assert pace.limit == max(1, min(80, 100 - refusals))
    assert pace.refused(NOW, pace.cuts).limit == 1


def test_after_a_refusal_nothing_is_learned_for_a_while() -> None:
    pace = grown(Pace.start(100), 2).refused(NOW, 0)
    assert grown(pace, 3, Seconds(NOW + 14.9)).limit == 32
    assert grown(pace, 1, Seconds(NOW + 15)).limit == 37


def test_places_nobody_used_are_no_reason_for_more_of_them() -> None:
    pace = Pace.start(100)
    for _ in range(50):
        pace = pace.replied(NOW, 7)
    assert pace.limit == 10


def test_sickness_pauses_the_growth_and_takes_nothing_away() -> None:
    pace = grown(Pace.start(100), 1).sickened(NOW)
    assert grown(pace, 1, Seconds(NOW + 14.9)).limit == 20
    assert grown(pace, 1, Seconds(NOW + 15)).limit == 40


def test_what_the_provider_states_ends_all_guessing() -> None:
    pace = Pace.start(100).refused(NOW, 0).told()
    assert (pace.limit, pace.refused(LATER, pace.cuts).limit, grown(pace, 2, LATER).limit) == (100, 100, 100)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["replied", "refused", "refused late", "sickened", "told"]),
        st.floats(0, 30),
        st.integers(1, 50),
    ),
    max_size=200,
)


@given(st.integers(1, 40), MOVES)
def test_it_is_never_below_one_nor_above_what_the_user_allows(
    at_once: int, moves: list[tuple[str, float, int]]
) -> None:
    pace, now = Pace.start(at_once), NOW
    for move, passes, in_flight in moves:
        now, before = Seconds(now + passes), pace
        match move:
            case "replied":
                pace = pace.replied(now, in_flight)
                assert pace.limit >= before.limit
            case "told":
                pace = pace.told()
                assert pace.limit == at_once
            case "sickened":
                pace = pace.sickened(now)
                assert pace.limit == before.limit
            case _:
                pace = pace.refused(now, max(0, pace.cuts - (move == "refused late")))
                assert pace.limit <= before.limit
        assert 1 <= pace.limit <= at_once


def refusing(slots: Slots, clock: VirtualClock, *steps: Step) -> list[int]:
    """The limits after calls that end like this, one after the other."""
    left = list(steps)

    async def scene() -> list[int]:
        provider = Provider(clock, says=lambda _passed: left.pop(0))
        limits: list[int] = []
        for number in range(len(steps)):
            await end_of(chain([slots], provider)(case(number)))
            limits.append(slots.pace.limit)
        return limits

    return clock.run(scene())


def test_every_move_is_told_with_its_reason(clock: VirtualClock, heard: Heard) -> None:
    stated = replace(REPLY, allowances=STATED)
    found = refusing(Slots(20, clock, heard), clock, Kind.RATE_LIMITED, Kind.OVERLOADED, REPLY, stated)
    assert found == [8, 8, 8, 20]
    assert [(event.limit, event.because) for event in heard.of(ConcurrencyMoved)] == [
        (8, "the provider refused calls (429)"),
        (20, "the provider states its limits"),
    ]


def test_a_429_that_states_its_limits_leaves_them_to_the_buckets(clock: VirtualClock, heard: Heard) -> None:
    slow = Fault(kind=Kind.RATE_LIMITED, detail="429", allowances=STATED)
    assert refusing(Slots(20, clock, heard), clock, slow, Kind.RATE_LIMITED) == [20, 20]


def test_a_call_that_we_held_back_ourselves_is_no_sign_of_the_provider(
    clock: VirtualClock, heard: Heard
) -> None:
    held = Fault(kind=Kind.RATE_LIMITED, detail="wants no request for 300 s", billed=False)
    assert refusing(Slots(20, clock, heard), clock, held, Kind.BAD_REQUEST) == [10, 10]


def test_a_smaller_limit_lets_calls_in_flight_finish_and_holds_the_others(
    clock: VirtualClock, heard: Heard
) -> None:
    slots = Slots(4, clock, heard)
    provider = Provider(clock, says=lambda passed: Kind.RATE_LIMITED if passed < 1 else REPLY)

    async def scene() -> None:
        await asyncio.gather(*(end_of(chain([slots], provider)(case(number))) for number in range(6)))

    clock.run(scene())
    assert provider.sent_at == [0, 0, 0, 0, 1, 2]
    assert slots.pace.limit == 1


@given(st.lists(st.floats(0, 20), min_size=1, max_size=8))
def test_calls_that_are_cancelled_anywhere_leave_every_place_free(stops: list[float]) -> None:
    clock = VirtualClock()
    slots = Slots(2, clock, Heard())
    provider = Provider(clock, takes=3, says=lambda passed: Kind.RATE_LIMITED if passed < 4 else REPLY)

    async def scene() -> None:
        send = chain([slots], provider)
        calls = [asyncio.ensure_future(end_of(send(case(number)))) for number in range(len(stops))]
        for call, stop in zip(calls, stops, strict=True):
            asyncio.get_running_loop().call_later(stop, call.cancel)
        await asyncio.gather(*calls, return_exceptions=True)
        await clock.sleep(Seconds(4))
        began, limit = clock.passed, slots.pace.limit
        await asyncio.gather(*(send(case(number)) for number in range(2)))
        assert round(clock.passed - began, 6) == (3 if limit == 2 else 6)

    clock.run(scene())
    assert provider.in_flight == 0


@dataclass
class Refusing:
    """A server with a bucket of requests: what does not fit is answered 429, without a header."""

    clock: VirtualClock
    per_minute: float
    chance: random.Random
    falls_to: float
    """Requests a minute from the 30th second on."""
    level: float = 60.0
    at: float = 0.0
    refused: int = 0

    async def __call__(self, _request: Request) -> Reply:
        now = self.clock.passed
        rate = self.per_minute if now < 30 else self.falls_to
        self.level = min(60.0, self.level + (now - self.at) * rate / 60)
        self.at = now
        if self.level < 1:
            self.refused += 1
            await asyncio.sleep(0.2)
            raise CallFailed(Fault(kind=Kind.RATE_LIMITED, detail="429"))
        self.level -= 1
        await asyncio.sleep(4 * self.chance.lognormvariate(-0.125, 0.5))
        return REPLY


class End(NamedTuple):
    took: float
    refused: int
    lost: int


def paced(calls: int, falls_to: float, *, fixed: bool, at_once: int = 100, seed: int = 1) -> End:
    """How a run ends whose provider takes 600 requests a minute, says nothing of it, and answers after some 4 s."""
    clock, chance = VirtualClock(), random.Random(seed)  # noqa: S311  no secret comes of it
    server = Refusing(clock, 600, chance, falls_to)
    world = World(clock=clock, draw=chance.random, emit=Heard())
    common = share(world, Limits(at_once=at_once), price=lambda _: None, cost=lambda _, __: None)
    guards = standard(common, RateLimits())
    for guard in guards:
        if isinstance(guard, Slots) and fixed:
            guard.pace = guard.pace.told()
    send = chain(guards, server)

    async def everybody() -> list[Reply | Kind]:
        under_way = asyncio.Semaphore(4 * at_once)

        async def one(number: int) -> Reply | Kind:
            async with under_way:
                return await end_of(send(case(number)))

        return list(await asyncio.gather(*(one(number) for number in range(calls))))

    ends = clock.run(everybody())
    return End(clock.passed, server.refused, sum(end != REPLY for end in ends))


@pytest.mark.parametrize("falls_to", [600.0, 120.0])
def test_without_headers_no_call_is_lost_and_few_are_refused(falls_to: float) -> None:
    calls = 500
    ideal = 60.0 * (calls - 60) / 600 if falls_to == 600 else 30 + 60.0 * (calls - 60 - 300) / falls_to
    adaptive, rigid = paced(calls, falls_to, fixed=False), paced(calls, falls_to, fixed=True)
    assert adaptive.lost == 0 < rigid.lost
    assert adaptive.refused < rigid.refused / 4
    assert adaptive.took < 1.5 * ideal


@pytest.mark.slow
@pytest.mark.parametrize("falls_to", [600.0, 120.0])
@pytest.mark.parametrize("at_once", [20, 40, 100])
def test_without_headers_no_call_of_a_long_run_is_lost(falls_to: float, at_once: int) -> None:
    ends = [paced(1500, falls_to, fixed=False, at_once=at_once, seed=seed) for seed in range(5)]
    assert sum(end.lost for end in ends) == 0
