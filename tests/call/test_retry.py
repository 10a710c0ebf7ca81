from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import chain
from harness.call.retry import Backoff, Retry, RetryBudget
from harness.units import Seconds
from tests.call.bench import Heard, Provider, cancelled_after, fault, fault_of
from tests.doubles import REPLY, REQUEST, FakeClock, Script, draws, go
from tests.virtual import VirtualClock

CHANCE = st.floats(0, 1, exclude_max=True)
BUSY = fault(Kind.SERVER_ERROR)
FORTY_NINE_DAYS = Seconds(49 * 24 * 3600.0)


def rate_limited(retry_after: float) -> Fault:
    return Fault(kind=Kind.RATE_LIMITED, detail="slow down", retry_after=Seconds(retry_after))


def retry(clock: FakeClock, heard: Heard, draw: float = 0.5) -> Retry:
    return Retry(clock=clock, draw=draws(draw), emit=heard)


def test_it_waits_longer_each_time_and_then_answers(heard: Heard) -> None:
    clock, script = FakeClock(), Script(BUSY, BUSY, BUSY, REPLY)

    assert go(chain([retry(clock, heard)], script)(REQUEST)) == REPLY
    assert clock.sleeps == [0.5, 1.0, 2.0]
    assert [request.attempt for request in script.asked] == [1, 2, 3, 4]


def test_it_gives_up_with_the_last_fault_after_five_tries(heard: Heard) -> None:
    script = Script(BUSY, BUSY, BUSY, BUSY, fault(Kind.OVERLOADED), REPLY)

    assert go(fault_of(chain([retry(FakeClock(), heard)], script)(REQUEST))).kind is Kind.OVERLOADED
    assert len(script.asked) == 5


def test_attempts_are_numbered_on_from_the_request(heard: Heard) -> None:
    script = Script(BUSY, REPLY)
    go(chain([retry(FakeClock(), heard)], script)(replace(REQUEST, attempt=3)))
    assert [request.attempt for request in script.asked] == [3, 4]


def test_it_says_that_it_waits_and_why(heard: Heard) -> None:
    go(chain([retry(FakeClock(), heard)], Script(BUSY, rate_limited(20), REPLY))(REQUEST))
    assert heard.waited == heard.began == [("retry", 0.5), ("retry_after", 21.0)]


@pytest.mark.parametrize("kind", [kind for kind in Kind if not fault(kind).is_retryable])
def test_a_fault_that_cannot_pass_is_not_tried_again(kind: Kind, heard: Heard) -> None:
    script = Script(kind, REPLY)
    assert go(fault_of(chain([retry(FakeClock(), heard)], script)(REQUEST))).kind is kind
    assert len(script.asked) == 1


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.DISCONNECTED, Kind.GARBLED])
def test_a_fault_that_may_be_billed_is_tried_again_once(kind: Kind, heard: Heard) -> None:
    script = Script(kind, BUSY, kind, REPLY)
    assert go(fault_of(chain([retry(FakeClock(), heard)], script)(REQUEST))).kind is kind
    assert len(script.asked) == 3


def test_a_retry_after_of_49_days_ends_the_retries_at_once(heard: Heard) -> None:
    clock = FakeClock()
    call = chain([retry(clock, heard)], Script(rate_limited(FORTY_NINE_DAYS), REPLY))(REQUEST)

    assert go(fault_of(call)).retry_after == FORTY_NINE_DAYS
    assert clock.sleeps == []


def test_a_wait_past_the_deadline_of_the_call_ends_the_retries_at_once(heard: Heard) -> None:
    clock = FakeClock()
    timed = replace(REQUEST, expires_at=Seconds(clock.monotonic() + 20))

    assert go(fault_of(chain([retry(clock, heard)], Script(rate_limited(20), REPLY))(timed))) == rate_limited(
        20
    )
    assert clock.sleeps == []


def test_a_call_that_is_cancelled_while_it_waits_is_not_asked_again(
    clock: VirtualClock, heard: Heard
) -> None:
    provider = Provider(clock, says=lambda _passed: rate_limited(30))
    guard = Retry(clock=clock, draw=draws(0), emit=heard)

    clock.run(cancelled_after(10, chain([guard], provider)(REQUEST)))
    assert (len(provider.sent_at), clock.passed) == (1, 10)


def test_a_call_that_is_cancelled_while_it_is_sent_is_not_asked_again(
    clock: VirtualClock, heard: Heard
) -> None:
    provider = Provider(clock)
    clock.run(cancelled_after(0.5, chain([Retry(clock=clock, draw=draws(0), emit=heard)], provider)(REQUEST)))
    assert len(provider.sent_at) == 1


def test_a_run_without_retries_left_fails_at_the_first_fault(heard: Heard) -> None:
    guard = replace(retry(FakeClock(), heard), budget=RetryBudget(free=2, share=0.5))
    script = Script(BUSY)
    send = chain([guard], script)

    assert go(fault_of(send(REQUEST))) == BUSY
    assert len(script.asked) == 3
    assert go(fault_of(send(REQUEST))) == BUSY
    assert len(script.asked) == 4


@given(st.integers(1, 4), CHANCE)
def test_a_wait_is_between_nothing_and_its_doubling_bound(n: int, draw: float) -> None:
    wait = Backoff(cap=Seconds(3)).wait(n, BUSY, draw)
    assert wait is not None
    assert 0 <= wait <= min(3, 2 ** (n - 1))


@given(st.integers(1, 4), CHANCE, st.floats(0, 120))
def test_no_retry_is_earlier_than_the_server_wishes_nor_a_tenth_later(
    n: int, draw: float, wish: float
) -> None:
    wait = Backoff().wait(n, rate_limited(wish), draw)
    assert wait is not None
    assert wish <= wait <= max(1.1 * wish, 2 ** (n - 1))


@pytest.mark.parametrize("wish", [120.01, 3600, float(FORTY_NINE_DAYS), float("inf"), float("nan")])
def test_an_unreasonable_wish_is_never_slept(wish: float) -> None:
    assert Backoff().wait(1, rate_limited(wish), 0.0) is None


@given(st.lists(CHANCE, min_size=4, max_size=4))
def test_a_lone_call_outlives_a_minute_of_overload_whatever_chance_says(chance: list[float]) -> None:
    waits = [Backoff().wait(n, fault(Kind.OVERLOADED), draw) for n, draw in enumerate(chance, start=1)]
    assert sum(wait for wait in waits if wait is not None) >= 65


@given(st.integers(0, 10), st.floats(0, 1), st.lists(st.booleans(), max_size=200))
def test_retries_never_pass_the_free_ones_and_their_share_of_the_calls(
    free: int, share: float, history: list[bool]
) -> None:
    budget, calls, retries = RetryBudget(free=free, share=share), 0, 0
    for is_call in history:
        if is_call:
            budget, calls = budget.called(), calls + 1
        elif (left := budget.retried()) is not None:
            budget, retries = left, retries + 1
        assert retries <= free + share * calls + 1e-6
        assert 0 <= budget.used <= free


def test_only_a_failed_call_is_caught(heard: Heard) -> None:
    async def broken(_request: object) -> object:
        raise LookupError

    with pytest.raises(LookupError):
        go(retry(FakeClock(), heard)(REQUEST, broken))  # type: ignore[arg-type] # a transport that breaks its word


def test_a_failed_call_keeps_its_own_exception(heard: Heard) -> None:
    original = CallFailed(fault(Kind.BAD_REQUEST))

    async def failing(_request: object) -> object:
        raise original

    with pytest.raises(CallFailed) as caught:
        go(retry(FakeClock(), heard)(REQUEST, failing))  # type: ignore[arg-type] # only raises
    assert caught.value is original


@pytest.mark.parametrize("kind", [Kind.CIRCUIT_OPEN, Kind.OVER_BUDGET])
def test_a_retry_that_is_refused_unsent_leaves_the_fault_that_was_met(kind: Kind, heard: Heard) -> None:
    end = go(fault_of(chain([retry(FakeClock(), heard)], Script(Kind.GARBLED, kind))(REQUEST)))
    assert end.kind is Kind.GARBLED
    assert end.detail == f"scripted garbled; not tried again: scripted {kind}"


def test_one_overloaded_call_among_good_ones_is_soon_tried_again(heard: Heard) -> None:
    clock = FakeClock()
    go(chain([retry(clock, heard, draw=0.99)], Script(Kind.OVERLOADED, REPLY))(REQUEST))
    assert clock.sleeps[0] <= 1.0
