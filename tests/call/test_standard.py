import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.attempts import Attempts
from harness.call.breaker import Breaker
from harness.call.budget import Budget
from harness.call.deadline import AttemptDeadline, Deadline
from harness.call.exchange import Reply
from harness.call.fault import Fault, Kind
from harness.call.guard import chain
from harness.call.ledger import Caps
from harness.call.missing import Missing
from harness.call.noted import NotedFirst
from harness.call.rate import RateLimit
from harness.call.retry import Retry
from harness.call.slots import Slots
from harness.call.standard import Limits, Shared, World, guarded, offline, share, standard
from harness.events import AttemptEnded, AttemptStarted, BreakerMoved, Reserved, Settled
from harness.suite.model import RateLimits
from harness.units import FREE, Seconds, Usd
from tests.call.bench import Heard, Provider, case, end_of, fault, fault_of, storm
from tests.doubles import REPLY, REQUEST, Step
from tests.values import model_pin
from tests.virtual import VirtualClock

CENT = Usd(Decimal("0.01"))


def shared(clock: VirtualClock, heard: Heard, limits: Limits | None = None, draw: float = 0.5) -> Shared:
    return share(
        World(clock=clock, draw=lambda: draw, emit=heard),
        limits or Limits(),
        price=lambda _request: Usd(10 * CENT),
        cost=lambda _request, _reply: CENT,
    )


def ends(
    clock: VirtualClock, heard: Heard, provider: Provider, calls: int = 1, limits: Limits | None = None
) -> list[Reply | Kind]:
    """How `calls` calls at once end, each behind all guards."""

    async def everybody() -> list[Reply | Kind]:
        send = chain(standard(shared(clock, heard, limits), RateLimits()), provider)
        return list(await asyncio.gather(*(end_of(send(case(number))) for number in range(calls))))

    return clock.run(everybody())


def test_this_is_the_order(clock: VirtualClock, heard: Heard) -> None:
    order = [type(guard) for guard in standard(shared(clock, heard), RateLimits())]
    assert order == [
        Deadline,
        Retry,
        Slots,
        Missing,
        Breaker,
        Budget,
        NotedFirst,
        RateLimit,
        Attempts,
        AttemptDeadline,
    ]


def test_models_share_retries_and_money_and_nothing_else(clock: VirtualClock, heard: Heard) -> None:
    common = shared(clock, heard)
    one, other = standard(common, RateLimits()), standard(common, RateLimits())
    assert [type(a) for a, b in zip(one, other, strict=True) if a is b] == [Retry, Budget]


def test_every_slot_can_come_back_from_a_storm_twice(clock: VirtualClock, heard: Heard) -> None:
    assert shared(clock, heard, Limits(at_once=8)).retry.budget.free == 50
    assert shared(clock, heard, Limits(at_once=100)).retry.budget.free == 200


@pytest.mark.parametrize("calls", [1, 2, 8, 100])
@pytest.mark.parametrize("length", [5, 60])
def test_a_storm_of_529_is_ridden_out(length: int, calls: int, clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=storm(length))

    assert ends(clock, heard, provider, calls) == [REPLY] * calls
    assert len(provider.sent_at) <= calls + 8 + 4
    assert clock.passed <= 60 + 120


@given(draw=st.floats(0, 1, exclude_max=True), calls=st.integers(1, 40), length=st.floats(0, 60))
def test_a_storm_is_ridden_out_whatever_chance_says(draw: float, calls: int, length: float) -> None:
    clock = VirtualClock()
    provider = Provider(clock, says=storm(length))

    async def everybody() -> list[Reply]:
        send = chain(standard(shared(clock, Heard(), draw=draw), RateLimits()), provider)
        return list(await asyncio.gather(*(send(case(number)) for number in range(calls))))

    assert clock.run(everybody()) == [REPLY] * calls


def test_an_outage_ends_a_run_in_bounded_time(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=storm(1e9))
    found = ends(clock, heard, provider, 1000)

    assert set(found) <= {Kind.OVERLOADED, Kind.CIRCUIT_OPEN}
    assert clock.passed < 600
    assert len(provider.sent_at) < 20
    assert heard.of(BreakerMoved)


def test_no_request_is_earlier_than_a_429_allows(clock: VirtualClock, heard: Heard) -> None:
    slow = Fault(kind=Kind.RATE_LIMITED, detail="slow down", retry_after=Seconds(2))
    provider = Provider(clock, takes=0.5, says=lambda passed: slow if passed < 2 else REPLY)

    assert ends(clock, heard, provider, 20) == [REPLY] * 20
    assert provider.sent_at[:8] == [0.0] * 8
    assert min(provider.sent_at[8:]) >= 2.5


def test_a_retry_after_of_49_days_gives_up_at_once(clock: VirtualClock, heard: Heard) -> None:
    forever = Fault(kind=Kind.RATE_LIMITED, detail="slow down", retry_after=Seconds(4_294_967))
    provider = Provider(clock, says=lambda _passed: forever)

    assert ends(clock, heard, provider, 50) == [Kind.RATE_LIMITED] * 50
    assert (clock.passed, len(provider.sent_at)) == (1, 8)


def test_a_429_without_end_ends_in_bounded_time(clock: VirtualClock, heard: Heard) -> None:
    slow = Fault(kind=Kind.RATE_LIMITED, detail="slow down", retry_after=Seconds(30))
    provider = Provider(clock, says=lambda _passed: slow)
    assert ends(clock, heard, provider, 1) == [Kind.RATE_LIMITED]
    assert len(provider.sent_at) == 5
    assert clock.passed < 4 * 33 + 5


def test_a_transport_that_hangs_is_given_up_after_one_retry(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, takes=1e9)

    assert ends(clock, heard, provider) == [Kind.TIMEOUT]
    assert (len(provider.sent_at), provider.in_flight) == (2, 0)
    assert clock.passed == 120 + 0.5 + 120


def test_a_call_never_takes_longer_than_its_deadline(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, takes=1e9)
    limits = Limits(call_deadline=Seconds(150), at_once=1)

    assert ends(clock, heard, provider, 3, limits) == [Kind.DEADLINE] * 3
    assert clock.passed == 150


def test_what_a_deadline_cuts_off_is_booked_as_uncertain_only_if_it_was_sent(
    clock: VirtualClock, heard: Heard
) -> None:
    provider = Provider(clock, takes=1e9)
    common = shared(clock, heard, Limits(call_deadline=Seconds(50)))

    async def everybody() -> None:
        send = chain(standard(common, RateLimits(requests_per_minute=4)), provider)
        await asyncio.gather(*(end_of(send(case(number))) for number in range(6)))

    clock.run(everybody())
    sent = len(provider.sent_at)
    assert 0 < sent < 6
    assert common.budget.ledger.run.uncertain == sent * 10 * CENT
    assert common.budget.ledger.run.reserved == FREE
    assert len(heard.of(Settled)) == 6


def test_a_call_that_backs_off_frees_its_slot(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=lambda passed: Kind.OVERLOADED if passed < 1 else REPLY)
    assert ends(clock, heard, provider, 2, Limits(at_once=1)) == [REPLY] * 2
    assert [request.origin.case for request in provider.asked] == ["case-0", "case-1", "case-0"]


def test_every_attempt_is_reserved_started_ended_and_settled_in_this_order(
    clock: VirtualClock, heard: Heard
) -> None:
    ends(clock, heard, Provider(clock, says=storm(1)))
    told = [type(event) for event in heard.events if not isinstance(event, BreakerMoved)]
    one = [Reserved, AttemptStarted, AttemptEnded, Settled]
    assert [kind for kind in told if kind in one] == one * 2


@given(
    cap=st.integers(0, 200),
    steps=st.lists(
        st.sampled_from(
            [REPLY, Kind.OVERLOADED, Kind.TIMEOUT, Kind.BAD_REQUEST, Kind.GARBLED, Kind.UNREACHABLE]
        ),
        min_size=1,
        max_size=30,
    ),
)
def test_calls_at_once_never_overspend(cap: int, steps: list[Step]) -> None:
    clock, provider_bill = VirtualClock(), Decimal(0)
    limits = Limits(caps=Caps(run=Usd(cap * CENT)), at_once=20)
    common = shared(clock, Heard(), limits)

    def says(_passed: float) -> Step:
        nonlocal provider_bill
        step = steps[len(provider.asked) % len(steps)]
        if isinstance(step, Reply):
            provider_bill += CENT
        elif isinstance(step, Kind) and fault(step).may_be_billed:
            provider_bill += 10 * CENT
        assert common.budget.ledger.run.used <= cap * CENT
        return step

    provider = Provider(clock, says=says)

    async def everybody() -> None:
        send = chain(standard(common, RateLimits()), provider)
        await asyncio.gather(*(end_of(send(case(number))) for number in range(12)))

    clock.run(everybody())
    ledger = common.budget.ledger.run
    assert ledger.reserved == 0
    assert provider_bill == ledger.spent + ledger.uncertain <= cap * CENT


def test_a_hundred_calls_at_once_stop_at_a_small_cap(clock: VirtualClock, heard: Heard) -> None:
    found = ends(clock, heard, Provider(clock), 100, Limits(caps=Caps(run=Usd(45 * CENT)), at_once=100))

    assert found.count(REPLY) == 36  # the 36th still has its worst case of 10 cents free, the 37th has 9
    assert found.count(Kind.OVER_BUDGET) == 64


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.floats(0, 60))
def test_calls_that_are_cancelled_anywhere_leave_every_guard_ready(stops: list[float], length: float) -> None:
    clock = VirtualClock()
    provider = Provider(clock, says=storm(length))
    common = shared(clock, Heard(), Limits(at_once=2, caps=Caps(run=Usd(1000 * CENT))))

    async def scene() -> Reply:
        send = chain(standard(common, RateLimits(requests_per_minute=30)), provider)
        calls = [asyncio.ensure_future(end_of(send(case(number)))) for number in range(len(stops))]
        for call, stop in zip(calls, stops, strict=True):
            asyncio.get_running_loop().call_later(stop, call.cancel)
        await asyncio.gather(*calls, return_exceptions=True)
        assert len(asyncio.all_tasks()) == 1
        await clock.sleep(Seconds(300))
        return await send(REQUEST)

    assert clock.run(scene()) == REPLY
    assert (common.budget.ledger.run.reserved, provider.in_flight) == (FREE, 0)


def test_offline_nobody_waits_and_the_model_is_still_checked(clock: VirtualClock, heard: Heard) -> None:
    wrong = replace(REPLY, source="replay", served_model="other")
    send = chain(offline(shared(clock, heard)), Provider(clock, takes=0, says=lambda _passed: wrong))

    assert clock.run(fault_of(send(REQUEST))).kind is Kind.SUBSTITUTED
    assert [type(event) for event in heard.events] == [Reserved, AttemptStarted, AttemptEnded, Settled]


def test_each_model_is_asked_through_its_own_guards(clock: VirtualClock, heard: Heard) -> None:
    sick, well = model_pin("sick"), replace(model_pin("well"), id="claude-haiku-5-5")
    provider = Provider(clock, says=storm(1e9))

    async def scene() -> Reply:
        send = guarded(shared(clock, heard), (sick, well), provider)
        await asyncio.gather(*(end_of(send(replace(case(n), model=sick.id))) for n in range(10)))
        provider.says = lambda _passed: replace(REPLY, served_model=well.id)
        began = clock.passed
        reply = await send(replace(REQUEST, model=well.id))
        assert clock.passed == began + 1
        return reply

    assert clock.run(scene()).served_model == well.id
    assert {event.model for event in heard.of(BreakerMoved)} == {sick.id}


def test_a_model_without_a_pin_is_not_asked(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock)
    end = clock.run(fault_of(guarded(shared(clock, heard), (), provider)(REQUEST)))
    assert (end.kind, end.detail) == (
        Kind.UNKNOWN_MODEL,
        "'claude-opus-5-5' is not among the pins of this run",
    )
    assert provider.sent_at == []
