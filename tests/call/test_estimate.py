import asyncio
import random
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.canonical import body, canonical, spelling
from harness.call.estimate import (
    ENOUGH,
    MARGIN,
    Estimator,
    Lesson,
    estimate_input_tokens,
    most_prompt_tokens,
)
from harness.call.exchange import Message, Reply, Request, Usage
from harness.call.fault import CallFailed, Kind
from harness.call.guard import chain
from harness.call.rate import RateLimit
from harness.providers.prices import cost, worst_case
from harness.units import Json, Seconds, Tokens
from tests.call.bench import Heard, Provider, case, fault
from tests.doubles import REPLY, REQUEST, Script
from tests.providers.test_prices import OPUS
from tests.virtual import VirtualClock

PROSE = "The parcel was sent on Monday, and it should have arrived by the end of last week. " * 40
TODAY = date(2026, 11, 21)


def saying(text: str, request: Request = REQUEST) -> Request:
    return replace(request, messages=(Message(role="user", content=text),))


def took(tokens: int) -> Reply:
    return replace(REPLY, usage=Usage(input_tokens=Tokens(tokens), output_tokens=Tokens(20)))


def taught(replies: int, tokens: int, request: Request = REQUEST) -> Estimator:
    estimator = Estimator()
    for _ in range(replies):
        estimator.learn(request, took(tokens))
    return estimator


def test_prose_is_never_estimated_below_a_token_for_each_three_bytes() -> None:
    assert estimate_input_tokens(saying(PROSE)) >= len(PROSE.encode()) / 3 * 1.3


@given(st.text(st.characters(codec=None), max_size=50), st.text(st.characters(codec=None), max_size=50))
def test_more_text_is_never_fewer_tokens(text: str, more: str) -> None:
    short, long = saying(text), saying(text + more)
    assert 0 < estimate_input_tokens(short) <= estimate_input_tokens(long)
    assert most_prompt_tokens(short) <= most_prompt_tokens(long)


def test_the_schema_of_the_output_counts() -> None:
    schema: dict[str, Json] = {"type": "object", "properties": {"queue": {"type": "string"}}}
    assert estimate_input_tokens(replace(REQUEST, output_schema=schema)) > estimate_input_tokens(REQUEST) + 20


def test_nothing_is_concluded_from_a_few_replies() -> None:
    estimator = taught(ENOUGH - 1, 60)
    assert estimator.most(REQUEST) == most_prompt_tokens(REQUEST)
    assert estimator.usual(REQUEST) == estimate_input_tokens(REQUEST)


def test_enough_replies_make_the_estimate_what_was_seen_and_a_fifth_more() -> None:
    estimator = taught(ENOUGH, 900, saying(PROSE))
    assert estimator.most(saying(PROSE)) == estimator.usual(saying(PROSE)) == int(900 * MARGIN) + 1


def test_cached_tokens_are_part_of_a_prompt() -> None:
    estimator = Estimator()
    used = Usage(input_tokens=Tokens(10), output_tokens=Tokens(1), cache_read_tokens=Tokens(50))
    for _ in range(ENOUGH):
        estimator.learn(REQUEST, replace(REPLY, usage=used))
    assert estimator.most(REQUEST) == int(60 * MARGIN) + 1


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, model="claude-haiku-5-5"),
        replace(REQUEST, origin=replace(REQUEST.origin, version="v2")),
        replace(REQUEST, origin=replace(REQUEST.origin, prompt="extract")),
        replace(REQUEST, origin=replace(REQUEST.origin, turn=2)),
    ],
    ids=["model", "version", "prompt", "later turn"],
)
def test_what_was_learned_is_never_used_for_another_subject(other: Request) -> None:
    assert taught(ENOUGH, 10).most(other) == most_prompt_tokens(other)


def test_a_prompt_that_took_more_than_it_was_given_is_not_trusted_again() -> None:
    estimator = taught(ENOUGH, 60)
    estimator.learn(REQUEST, took(100))
    assert estimator.most(REQUEST) == most_prompt_tokens(REQUEST)
    for _ in range(3 * ENOUGH):
        estimator.learn(REQUEST, took(60))
    assert estimator.most(REQUEST) == most_prompt_tokens(REQUEST)


@given(
    st.integers(0, 1024),
    st.floats(0.2, 0.9),
    st.lists(st.integers(50, 50_000), min_size=ENOUGH, max_size=60),
    st.integers(50, 50_000),
)
def test_where_tokens_grow_with_bytes_the_bound_holds_for_every_length(
    fixed: int, each: float, seen: list[int], size: int
) -> None:
    lesson = Lesson()
    for length in seen:
        lesson = lesson.after(length, int(fixed + each * length))
    bound = lesson.bound(size)
    assert bound is not None
    assert bound >= int(fixed + each * size)


@given(st.integers(0, 2000), st.text(max_size=300))
def test_what_was_learned_never_makes_an_estimate_larger(tokens: int, text: str) -> None:
    request, estimator = saying(text), taught(ENOUGH, tokens)
    assert estimator.most(request) <= most_prompt_tokens(request)
    assert estimator.usual(request) <= estimate_input_tokens(request)


def test_money_and_rates_learn_from_the_same_replies(clock: VirtualClock, heard: Heard) -> None:
    estimator = Estimator()
    guard = RateLimit(clock=clock, emit=heard, estimator=estimator)

    async def everybody() -> None:
        send = chain([guard], Provider(clock))
        await asyncio.gather(*(send(case(number)) for number in range(ENOUGH)))

    clock.run(everybody())
    assert estimator.most(REQUEST) == int(100 * MARGIN) + 1


@pytest.mark.parametrize("step", [replace(REPLY, source="replay"), fault(Kind.TIMEOUT)])
def test_only_live_replies_teach(step: Reply, clock: VirtualClock, heard: Heard) -> None:
    estimator = Estimator()
    guard = RateLimit(clock=clock, emit=heard, estimator=estimator)

    async def some() -> None:
        for _ in range(ENOUGH):
            try:
                await chain([guard], Script(step))(REQUEST)
            except CallFailed:
                continue

    clock.run(some())
    assert estimator.most(REQUEST) == most_prompt_tokens(REQUEST)


def test_a_call_that_is_cancelled_teaches_nothing_and_costs_nothing(
    clock: VirtualClock, heard: Heard
) -> None:
    estimator = Estimator()
    guard = RateLimit(clock=clock, emit=heard, estimator=estimator)

    async def scene() -> None:
        calls = [asyncio.ensure_future(chain([guard], Provider(clock, takes=9))(REQUEST)) for _ in range(30)]
        await clock.sleep(Seconds(5))
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    clock.run(scene())
    assert estimator.most(REQUEST) == most_prompt_tokens(REQUEST)


def test_a_request_is_spelled_once_whatever_its_guards_replace() -> None:
    timed = replace(REQUEST, attempt=3, expires_at=Seconds(5), origin=replace(REQUEST.origin, repeat=2))
    assert spelling(timed) is spelling(REQUEST)
    assert spelling(REQUEST).text == canonical(body(REQUEST))


@given(st.text(st.characters(codec=None), max_size=40), st.text(max_size=40), st.integers(1, 9))
def test_a_request_that_sends_something_else_is_spelled_anew(system: str, text: str, longest: int) -> None:
    request = replace(saying(text), system=system, max_tokens=Tokens(longest))
    assert spelling(request).text == canonical(body(request))
    assert spelling(request).size == len(canonical(body(request)).encode("utf-8", "surrogatepass"))


# --- how often a reservation is too small, and how small it is


@dataclass(frozen=True)
class World:
    """Prompts whose bytes take some tokens each, within a range, with a share of outliers; and a fixed overhead."""

    low: float = 0.21
    high: float = 0.29
    outliers: float = 0.0
    dense: float = 0.7
    fixed: int = 40

    def prompt(self, chance: random.Random) -> tuple[int, int]:
        """Bytes and tokens."""
        size = 1500 + int(chance.lognormvariate(6.5, 1.0))
        per_byte = self.dense if chance.random() < self.outliers else chance.uniform(self.low, self.high)
        return size, int(self.fixed + per_byte * size)


WORLDS = {
    "prose": World(),
    "prose with a schema": World(fixed=700),
    "many scripts": World(low=0.2, high=0.5),
    "code and prose": World(low=0.2, high=0.42, fixed=350),
    "one in a hundred unlike the rest": World(outliers=0.01),
}


@dataclass
class Measured:
    calls: int = 0
    too_short: int = 0
    """Prompts longer than their bound."""
    too_cheap: int = 0
    """Calls that cost more than was set aside."""
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)


def measured(world: World, runs: int, calls: int, max_tokens: int = 400) -> Measured:
    """What `runs` runs of `calls` calls set aside, by the bytes alone and as they learned. Output: a third of `max_tokens`."""
    found, chance = Measured(), random.Random(1)  # noqa: S311 - no secret comes of it
    asked = replace(REQUEST, max_tokens=Tokens(max_tokens))
    for _ in range(runs):
        lesson = Lesson()
        for _ in range(calls):
            size, tokens = world.prompt(chance)
            bound = lesson.bound(size)
            given_tokens = size + 1024 if bound is None else min(bound, size + 1024)
            found.calls += 1
            found.too_short += tokens > given_tokens
            usage = Usage(
                input_tokens=Tokens(tokens), output_tokens=Tokens(chance.randint(1, max_tokens * 2 // 3))
            )
            set_aside = worst_case(asked, OPUS, TODAY, Tokens(given_tokens)) or Decimal(0)
            found.too_cheap += (cost(usage, OPUS, TODAY) or Decimal(0)) > set_aside
            found.before += worst_case(asked, OPUS, TODAY, Tokens(size + 1024)) or Decimal(0)
            found.after += set_aside
            lesson = lesson.after(size, tokens)
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_reservations_shrink_and_are_hardly_ever_too_small(name: str) -> None:
    found = measured(WORLDS[name], runs=5, calls=200)
    assert found.too_cheap == 0
    assert found.too_short <= 5  # at most one for each run: then nothing is concluded any more
    assert found.after < found.before * Decimal("0.8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "left"),
    list(zip(WORLDS, [0.58, 0.73, 0.76, 0.75, 0.83], strict=True)),
)
def test_these_are_the_figures_of_the_guards_page(name: str, left: float) -> None:
    found = measured(WORLDS[name], runs=100, calls=300)
    assert found.too_cheap == 0
    assert found.too_short <= (100 if WORLDS[name].outliers else 0)
    assert float(found.after / found.before) == pytest.approx(left, abs=0.01)
