import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.call.budget import Budget, Ledger
from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send, chain
from harness.events import BudgetWarned, Reserved, Settled, nobody
from harness.units import FREE, Seconds, Tokens, Usd
from tests.call.bench import Heard, Provider, cancelled_after, case, end_of, fault, fault_of
from tests.doubles import REPLY, REQUEST, Step
from tests.virtual import VirtualClock

MONEY = st.integers(0, 100).map(lambda cents: Usd(Decimal(cents) / 100))


def usd(amount: str) -> Usd:
    return Usd(Decimal(amount))


def budget(
    clock: VirtualClock, heard: Heard, cap: str | None, worst: str = "1.00", cost: str | None = "0.25"
) -> Budget:
    return Budget(
        price=lambda _request: usd(worst),
        cost=lambda _request, _reply: None if cost is None else usd(cost),
        clock=clock,
        emit=heard,
        ledger=Ledger(cap=None if cap is None else usd(cap)),
    )


def books(guard: Budget) -> list[str]:
    """What is spent, uncertain and reserved."""
    ledger = guard.ledger
    return [f"{amount:.2f}" for amount in (ledger.spent, ledger.uncertain, ledger.reserved)]


def says(step: Step) -> Callable[[float], Step]:
    return lambda _passed: step


async def crowd(send: Send, calls: int) -> list[Reply | Kind]:
    return await asyncio.gather(*(end_of(send(case(number))) for number in range(calls)))


class Ledgers(RuleBasedStateMachine):
    """Any history of reservations and settlements."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(cap=usd("2.00"), cap_per_attempt=usd("0.90"))
        self.open: list[Usd] = []
        self.proved: list[Usd] = []
        self.doubted: list[Usd] = []

    @rule(amount=MONEY)
    def reserve(self, amount: Usd) -> None:
        if self.ledger.fits(amount) and self.ledger.refusal(amount) is None:
            self.ledger = self.ledger.reserve(amount)
            self.open.append(amount)
            assert self.ledger.used <= usd("2.00")
            assert amount <= usd("0.90")
        else:
            with pytest.raises(ValueError, match="do not fit"):
                self.ledger.reserve(amount)

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 100), cost=MONEY)
    def prove(self, which: int, cost: Usd) -> None:
        self.settle(which, cost, FREE)

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 100))
    def doubt(self, which: int) -> None:
        self.settle(which, FREE, self.open[which % len(self.open)])

    def settle(self, which: int, cost: Usd, uncertain: Usd) -> None:
        amount = self.open.pop(which % len(self.open))
        self.ledger = self.ledger.settle(amount, cost, uncertain)
        self.proved.append(cost)
        self.doubted.append(uncertain)

    @invariant()
    def the_books_are_the_sum_of_what_happened(self) -> None:
        assert self.ledger.spent == sum(self.proved)
        assert self.ledger.uncertain == sum(self.doubted)
        assert self.ledger.reserved == sum(self.open)

    @invariant()
    def what_fits_is_never_refused_for_good(self) -> None:
        amount = usd("0.10")
        assert self.ledger.refusal(amount) is None or not self.ledger.fits(amount)

    @invariant()
    def with_nothing_reserved_it_fits_or_is_refused(self) -> None:
        if not self.open:
            assert self.ledger.fits(usd("0.50")) == (self.ledger.refusal(usd("0.50")) is None)


TestLedgers = Ledgers.TestCase


def test_a_reply_replaces_the_worst_case_by_what_it_cost(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.00")

    assert clock.run(chain([guard], Provider(clock))(REQUEST)) == REPLY
    assert books(guard) == ["0.25", "0.00", "0.00"]
    assert [event.amount for event in heard.of(Reserved)] == [usd("1.00")]
    assert [(event.cost, event.uncertain) for event in heard.of(Settled)] == [(usd("0.25"), FREE)]


def test_what_does_not_fit_is_refused_and_not_sent(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock)
    end = clock.run(fault_of(chain([budget(clock, heard, "0.99")], provider)(REQUEST)))

    assert end.kind is Kind.OVER_BUDGET
    assert end.detail == "its worst case is $1.00, and $0.99 of $0.99 are left"
    assert (provider.sent_at, heard.events) == ([], [])


def test_one_attempt_may_have_a_cap_of_its_own(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, None)
    guard.ledger = Ledger(cap_per_attempt=usd("0.50"))
    end = clock.run(fault_of(chain([guard], Provider(clock))(REQUEST)))
    assert end.detail == "its worst case, $1.00, is above the cap of $0.50 for one attempt"


@pytest.mark.parametrize("kind", Kind)
def test_a_fault_is_booked_as_uncertain_only_if_it_may_be_billed(
    kind: Kind, clock: VirtualClock, heard: Heard
) -> None:
    guard = budget(clock, heard, "1.00")
    clock.run(fault_of(chain([guard], Provider(clock, says=says(kind)))(REQUEST)))
    assert books(guard) == ["0.00", "1.00" if fault(kind).may_be_billed else "0.00", "0.00"]
    assert len(heard.of(Settled)) == 1


@pytest.mark.parametrize(("cost", "booked"), [("0.25", ("0.25", "0.00")), (None, ("0.00", "1.00"))])
def test_another_models_answer_is_paid_for(
    cost: str | None, booked: tuple[str, str], clock: VirtualClock, heard: Heard
) -> None:
    guard = budget(clock, heard, "1.00", cost=cost)
    other = Fault(kind=Kind.SUBSTITUTED, detail="", reply=replace(REPLY, served_model="other"))
    clock.run(fault_of(chain([guard], Provider(clock, says=says(other)))(REQUEST)))
    assert books(guard) == [booked[0], booked[1], "0.00"]


def test_a_reply_whose_usage_has_no_price_keeps_its_worst_case(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.00", cost=None)
    clock.run(chain([guard], Provider(clock))(REQUEST))
    assert books(guard) == ["0.00", "1.00", "0.00"]


def test_a_call_that_is_cancelled_after_sending_keeps_its_worst_case(
    clock: VirtualClock, heard: Heard
) -> None:
    guard = budget(clock, heard, "1.00")
    clock.run(cancelled_after(0.5, chain([guard], Provider(clock))(REQUEST)))
    assert books(guard) == ["0.00", "1.00", "0.00"]
    assert [event.uncertain for event in heard.of(Settled)] == [usd("1.00")]


def test_a_call_that_is_withdrawn_before_sending_costs_nothing(clock: VirtualClock, heard: Heard) -> None:
    async def held_back(request: Request, _send: Send) -> Reply:
        try:
            return await asyncio.sleep(60, REPLY)
        except asyncio.CancelledError:
            request.on_withdrawn()
            raise

    guard = budget(clock, heard, "1.00")
    clock.run(cancelled_after(0.5, chain([guard, held_back], Provider(clock))(REQUEST)))
    assert books(guard) == ["0.00", "0.00", "0.00"]


def test_a_call_waits_for_money_that_others_may_not_need(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.50")
    provider = Provider(clock)

    assert clock.run(crowd(chain([guard], provider), 3)) == [REPLY] * 3
    assert provider.sent_at == [0, 1, 2]
    assert heard.began == [("budget", None), ("budget", None)]
    assert heard.waited == [("budget", 1.0), ("budget", 2.0)]
    assert books(guard) == ["0.75", "0.00", "0.00"]


def test_a_waiting_call_is_refused_once_the_money_is_gone(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.50", cost="0.80")
    assert clock.run(crowd(chain([guard], Provider(clock)), 3)) == [REPLY, Kind.OVER_BUDGET, Kind.OVER_BUDGET]


def test_small_calls_do_not_overtake_a_big_one(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.00")
    guard.price = lambda request: usd("0.90") if request.max_tokens > 1000 else usd("0.30")
    guard.cost = lambda _request, _reply: usd("0.01")
    provider = Provider(clock)
    big = replace(REQUEST, max_tokens=Tokens(2000))

    async def scene() -> None:
        send = chain([guard], provider)
        await asyncio.gather(send(case(1)), send(case(2)), send(big), send(case(3)), send(case(4)))

    clock.run(scene())
    assert [request.max_tokens for request in provider.asked] == [400, 400, 2000, 400, 400]
    assert provider.sent_at == [0, 0, 1, 2, 2]


def test_a_call_that_is_cancelled_in_the_queue_lets_the_next_one_pass(
    clock: VirtualClock, heard: Heard
) -> None:
    guard = budget(clock, heard, "1.50")
    provider = Provider(clock, takes=2)

    async def scene() -> None:
        send = chain([guard], provider)
        await asyncio.gather(send(case(1)), cancelled_after(1, send(case(2))), send(case(3)))

    clock.run(scene())
    assert provider.sent_at == [0, 2]
    assert len(heard.of(Reserved)) == len(heard.of(Settled)) == 2


def test_a_cost_above_its_reservation_is_booked_and_stops_what_follows(
    clock: VirtualClock, heard: Heard
) -> None:
    guard = budget(clock, heard, "2.00", cost="2.50")
    assert clock.run(crowd(chain([guard], Provider(clock)), 1)) == [REPLY]
    assert clock.run(crowd(chain([guard], Provider(clock)), 1)) == [Kind.OVER_BUDGET]
    assert books(guard) == ["2.50", "0.00", "0.00"]


def test_it_warns_once_when_most_of_the_cap_is_used(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "2.00", worst="0.50", cost="0.50")

    async def four() -> None:
        for number in range(4):
            await chain([guard], Provider(clock))(case(number))

    clock.run(four())
    assert [(event.cap, event.used) for event in heard.of(BudgetWarned)] == [(usd("2.00"), usd("2.00"))]


def test_a_model_without_a_price_is_refused_under_a_cap(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.00")
    guard.price = lambda _request: None
    provider = Provider(clock)
    end = clock.run(fault_of(chain([guard], provider)(REQUEST)))

    assert (end.kind, provider.sent_at) == (Kind.UNPRICED, [])
    assert end.detail == "there is a budget, but no price for 'claude-opus-5-5'"


def test_a_model_without_a_price_is_asked_unbooked_without_a_cap(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, None)
    guard.price = lambda _request: None
    assert clock.run(chain([guard], Provider(clock))(REQUEST)) == REPLY
    assert heard.events == []


def test_without_a_cap_everything_is_booked_and_nothing_refused(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, None)
    assert clock.run(crowd(chain([guard], Provider(clock)), 20)) == [REPLY] * 20
    assert books(guard) == ["5.00", "0.00", "0.00"]
    assert heard.of(BudgetWarned) == []


@given(
    cap=st.integers(0, 300),
    fates=st.lists(
        st.tuples(
            st.integers(1, 100), st.integers(0, 100), st.sampled_from(["reply", "timeout", "busy", "cancel"])
        ),
        max_size=25,
    ),
)
def test_calls_at_once_never_overspend_and_leave_nothing_reserved(
    cap: int, fates: list[tuple[int, int, str]]
) -> None:
    clock, cents = VirtualClock(), Decimal("0.01")
    truth = {f"case-{number}": fate for number, fate in enumerate(fates)}
    guard = Budget(
        price=lambda request: Usd(truth[request.origin.case][0] * cents),
        cost=lambda request, _reply: Usd(min(truth[request.origin.case][:2]) * cents),
        clock=clock,
        emit=nobody,
        ledger=Ledger(cap=Usd(cap * cents)),
    )

    async def fated(request: Request) -> Reply:
        assert guard.ledger.used <= cap * cents
        await clock.sleep(Seconds(1 + truth[request.origin.case][1] / 50))
        fate = truth[request.origin.case][2]
        if fate in ("timeout", "busy"):
            raise CallFailed(fault(Kind.TIMEOUT if fate == "timeout" else Kind.OVERLOADED))
        return REPLY

    async def everybody() -> None:
        calls = [asyncio.ensure_future(end_of(chain([guard], fated)(case(n)))) for n in range(len(fates))]
        await asyncio.sleep(1.5)
        for call, (_, _, fate) in zip(calls, fates, strict=True):
            if fate == "cancel":
                call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    clock.run(everybody())
    assert guard.ledger.reserved == 0
    assert guard.ledger.spent + guard.ledger.uncertain <= cap * cents
