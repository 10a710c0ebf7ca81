import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.estimate import estimate_input_tokens
from harness.call.exchange import Allowance, Allowances, Reply, Usage
from harness.call.fault import Fault, Kind
from harness.call.guard import Send, chain
from harness.call.rate import Amounts, Bucket, Buckets, RateLimit
from harness.events import nobody
from harness.suite.model import RateLimits
from harness.units import Seconds, Tokens
from tests.call.bench import Heard, Provider, cancelled_after, case, end_of, fault, fault_of
from tests.doubles import REPLY, REQUEST, Step
from tests.virtual import VirtualClock

START = Seconds(0.0)


def allowance(limit: int, remaining: int) -> Allowance:
    return Allowance(limit=limit, remaining=remaining, resets_at=datetime(2026, 11, 21, tzinfo=UTC))


def rate(clock: VirtualClock, heard: Heard, limits: RateLimits | None = None) -> RateLimit:
    return RateLimit(clock=clock, emit=heard, limits=limits or RateLimits())


def rate_limited(retry_after: float | None) -> Fault:
    wish = None if retry_after is None else Seconds(retry_after)
    return Fault(kind=Kind.RATE_LIMITED, detail="slow down", retry_after=wish)


async def crowd(send: Send, calls: int) -> None:
    await asyncio.gather(*(end_of(send(case(number))) for number in range(calls)))


@given(
    st.integers(1, 10_000),
    st.lists(st.tuples(st.floats(0, 20), st.integers(0, 3000)), min_size=1, max_size=40),
)
def test_no_window_takes_more_than_its_rate_and_one_burst(limit: int, takes: list[tuple[float, int]]) -> None:
    bucket, now, taken = Bucket.full(limit, START), START, list[tuple[float, int]]()
    for pause, amount in takes:
        now = Seconds(now + pause)
        now = Seconds(now + bucket.wait(now, amount) * (1 + 1e-9))
        bucket = bucket.take(now, amount)
        taken.append((now, amount))
    burst = max(bucket.capacity, *(amount for _, amount in taken))
    for first, (begin, _) in enumerate(taken):
        total = 0
        for end, amount in taken[first:]:
            total += amount
            assert total <= bucket.per_second * (end - begin) + burst + 1e-3


@given(st.integers(1, 10_000), st.integers(1, 100_000), st.floats(0, 1000))
def test_everything_is_served_after_the_wait_it_was_told(limit: int, amount: int, pause: float) -> None:
    bucket = Bucket.full(limit, START).take(START, amount)
    wait = bucket.wait(Seconds(pause), amount)
    assert bucket.wait(Seconds(pause + wait * (1 + 1e-9)), amount) <= 0.001


@given(st.integers(1, 10_000), st.integers(0, 5000), st.integers(0, 5000))
def test_giving_back_never_overfills(limit: int, amount: int, back: int) -> None:
    bucket = Bucket.full(limit, START).take(START, amount).put(START, back)
    assert bucket.level <= bucket.capacity
    assert back < amount or bucket.wait(START, 1) == 0.0


def test_what_is_taken_before_its_time_is_an_error() -> None:
    bucket = Bucket.full(60, START).take(START, 14)
    with pytest.raises(ValueError, match="5 cannot be taken from a bucket that holds 0"):
        bucket.take(START, 5)


def test_a_bucket_refills_at_a_little_less_than_its_limit() -> None:
    assert Bucket.full(60, START).per_second == pytest.approx(0.95)
    assert Bucket.full(1, START).capacity == 1.0


@given(st.integers(1, 10_000), st.integers(-100, 10_000), st.integers(1, 10_000))
def test_headers_change_the_limit_and_never_raise_the_level(limit: int, remaining: int, before: int) -> None:
    bucket = Bucket.full(before, START).sync(START, allowance(limit, remaining))
    assert bucket.limit == limit
    assert 0 <= bucket.level <= min(bucket.capacity, max(0, remaining), Bucket.full(before, START).level)


@pytest.mark.parametrize("limit", [0, -1])
def test_headers_that_make_no_sense_are_not_believed(limit: int) -> None:
    buckets = Buckets.of(RateLimits(requests_per_minute=60), START)
    assert buckets.sync(START, Allowances(requests=allowance(limit, 5))) == buckets


def test_the_difference_to_the_truth_is_given_back() -> None:
    usage = Usage(
        input_tokens=Tokens(10),
        output_tokens=Tokens(20),
        cache_write_5m_tokens=Tokens(3),
        cache_write_1h_tokens=Tokens(4),
        cache_read_tokens=Tokens(1000),
    )
    assert Amounts(1, 100, 400).unused_after_reply(replace(REPLY, usage=usage)) == (0, 83, 380)


@pytest.mark.parametrize("kind", Kind)
def test_a_fault_gives_back_what_it_cannot_have_used(kind: Kind) -> None:
    one = fault(kind)
    back = Amounts(1, 100, 400).unused_after_fault(one)
    assert back == ((0, 0, 0) if one.may_be_billed else (0 if one.was_sent else 1, 100, 400))


def test_calls_are_paced_and_told_how_long_they_waited(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock)
    clock.run(crowd(chain([rate(clock, heard, RateLimits(requests_per_minute=6))], provider), 4))

    pause = 60 / (6 * 0.95)  # the bucket holds 1.425 calls
    assert provider.sent_at == pytest.approx([0, 0.575 * pause, 1.575 * pause, 2.575 * pause])
    assert [why for why, _ in heard.began] == [why for why, _ in heard.waited] == ["rate"] * 3
    assert [length for _, length in heard.began] == pytest.approx([0.575 * pause] * 3)
    assert [length for _, length in heard.waited] == pytest.approx(provider.sent_at[1:])


def test_nothing_is_limited_until_headers_say_so(clock: VirtualClock, heard: Heard) -> None:
    told = replace(REPLY, allowances=Allowances(requests=allowance(60, 2)))
    provider = Provider(clock, says=lambda _passed: told)

    async def scene() -> None:
        send = chain([rate(clock, heard)], provider)
        await crowd(send, 50)
        await crowd(send, 3)

    clock.run(scene())
    assert provider.sent_at[:52] == [0.0] * 50 + [1.0] * 2
    assert provider.sent_at[52] > 1.9


@pytest.mark.parametrize("end", [REPLY, Kind.BAD_REQUEST])
def test_a_call_from_before_the_limit_was_known_gives_nothing_back(
    end: Step, clock: VirtualClock, heard: Heard
) -> None:
    told = replace(REPLY, allowances=Allowances(output_tokens=allowance(6, 0)))
    guard = rate(clock, heard)

    async def scene() -> None:
        slow, quick = (
            Provider(clock, takes=2, says=lambda _passed: end),
            Provider(clock, says=lambda _passed: told),
        )
        await asyncio.gather(end_of(chain([guard], slow)(case(1))), chain([guard], quick)(case(2)))

    clock.run(scene())
    assert guard.buckets.output_tokens is not None
    assert guard.buckets.output_tokens.level < 1


def test_the_headers_of_a_fault_are_believed_too(clock: VirtualClock, heard: Heard) -> None:
    guard = rate(clock, heard)
    told = replace(rate_limited(None), allowances=Allowances(output_tokens=allowance(6000, 0)))
    clock.run(fault_of(chain([guard], Provider(clock, says=lambda _passed: told))(REQUEST)))
    assert guard.buckets.output_tokens == Bucket(limit=6000, level=0.0, at=Seconds(clock.time))


def test_output_that_was_not_used_lets_the_next_call_go_early(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock)
    limits = RateLimits(output_tokens_per_minute=1700)  # holds 403.75: one request of 400 at a time
    clock.run(crowd(chain([rate(clock, heard, limits)], provider), 2))
    assert provider.sent_at == [0, 1]


def test_a_big_request_is_served_in_its_turn(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, takes=0, says=lambda _passed: Kind.TIMEOUT)
    big = replace(REQUEST, max_tokens=Tokens(5000))
    limits = RateLimits(output_tokens_per_minute=6000)

    async def scene() -> None:
        send = chain([rate(clock, heard, limits)], provider)
        await asyncio.gather(*(end_of(send(each)) for each in (case(1), case(2), big, case(3), case(4))))

    clock.run(scene())
    assert [request.max_tokens for request in provider.asked] == [400, 400, 5000, 400, 400]
    assert provider.sent_at[3] > 30


def test_a_429_pauses_the_model_until_its_retry_after(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=lambda passed: rate_limited(30) if passed < 1 else REPLY)

    async def scene() -> None:
        send = chain([rate(clock, heard)], provider)
        await end_of(send(case(1)))
        await crowd(send, 5)

    clock.run(scene())
    assert provider.sent_at == [0.0] + [31.0] * 5


def test_a_shorter_retry_after_does_not_end_a_longer_pause(clock: VirtualClock, heard: Heard) -> None:
    guard, last = rate(clock, heard), Provider(clock)

    async def scene() -> None:
        long = Provider(clock, takes=1, says=lambda _passed: rate_limited(30))
        short = Provider(clock, takes=2, says=lambda _passed: rate_limited(5))
        await asyncio.gather(*(end_of(chain([guard], provider)(REQUEST)) for provider in (long, short)))
        await chain([guard], last)(REQUEST)

    clock.run(scene())
    assert last.sent_at == [31]


def test_a_pause_beyond_patience_is_refused_at_once(clock: VirtualClock, heard: Heard) -> None:
    async def scene() -> Fault:
        send = chain([rate(clock, heard)], Provider(clock, says=lambda _passed: rate_limited(4_294_967)))
        await end_of(send(case(1)))
        return await fault_of(send(case(2)))

    end = clock.run(scene())
    assert (end.kind, end.retry_after, end.may_be_billed) == (Kind.RATE_LIMITED, 4_294_967.0, False)
    assert end.detail == "the provider wants no request for 4294967 s"
    assert clock.passed == 1


def test_a_pause_past_the_deadline_of_the_call_is_refused_at_once(clock: VirtualClock, heard: Heard) -> None:
    async def scene() -> Fault:
        send = chain([rate(clock, heard)], Provider(clock, says=lambda _passed: rate_limited(60)))
        await end_of(send(case(1)))
        return await fault_of(send(replace(REQUEST, expires_at=Seconds(clock.time + 10))))

    assert clock.run(scene()).kind is Kind.RATE_LIMITED
    assert clock.passed == 1


def test_a_call_that_is_cancelled_while_it_waits_takes_nothing_and_says_so(
    clock: VirtualClock, heard: Heard
) -> None:
    withdrawn: list[float] = []
    provider = Provider(clock, takes=0)
    waiting = replace(REQUEST, on_withdrawn=lambda: withdrawn.append(clock.passed))

    async def scene() -> None:
        send = chain([rate(clock, heard, RateLimits(requests_per_minute=1))], provider)
        await send(case(1))
        await asyncio.gather(cancelled_after(20, send(waiting)), send(case(2)))

    clock.run(scene())
    assert withdrawn == [20]
    assert provider.sent_at == pytest.approx([0, 60 / 0.95])


def test_a_call_that_is_cancelled_while_it_is_sent_keeps_what_it_took(
    clock: VirtualClock, heard: Heard
) -> None:
    guard = rate(clock, heard, RateLimits(requests_per_minute=60, output_tokens_per_minute=4000))
    clock.run(cancelled_after(0, chain([guard], Provider(clock))(REQUEST)))
    assert guard.buckets.requests == Bucket(limit=60, level=14.25 - 1, at=Seconds(1000))
    assert guard.buckets.output_tokens == Bucket(limit=4000, level=950.0 - 400, at=Seconds(1000))


@pytest.mark.parametrize("source", ["replay", "batch"])
def test_a_reply_that_was_not_live_uses_nothing_and_teaches_nothing(
    source: str, clock: VirtualClock, heard: Heard
) -> None:
    guard = rate(clock, heard, RateLimits(requests_per_minute=60))
    told = Allowances(requests=allowance(1, 0))
    reply: Reply = replace(REPLY, source=source, allowances=told)  # type: ignore[arg-type] # one of the sources
    clock.run(chain([guard], Provider(clock, takes=0, says=lambda _passed: reply))(REQUEST))
    assert guard.buckets.requests == Bucket.full(60, Seconds(clock.time))


def test_input_is_taken_as_it_is_estimated(clock: VirtualClock) -> None:
    guard = RateLimit(clock=clock, emit=nobody, limits=RateLimits(input_tokens_per_minute=4000))
    clock.run(cancelled_after(0, chain([guard], Provider(clock))(REQUEST)))
    bucket = guard.buckets.input_tokens
    assert bucket is not None
    assert bucket.level == pytest.approx(bucket.capacity - estimate_input_tokens(REQUEST))
