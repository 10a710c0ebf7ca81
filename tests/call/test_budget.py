import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.budget import Budget
from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send, chain
from harness.call.ledger import Caps, Ledger, day_scope, suite_scope
from harness.errors import StoreError
from harness.events import BudgetWarned, Event, Reserved, Settled, nobody
from harness.units import FREE, Seconds, Tokens, Usd
from tests.call.bench import Heard, Provider, cancelled_after, case, end_of, fault, fault_of
from tests.doubles import REPLY, REQUEST, Script, Step
from tests.virtual import VirtualClock


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
        ledger=Ledger(caps=Caps(run=None if cap is None else usd(cap))),
    )


def books(guard: Budget) -> list[str]:
    """What is spent, uncertain and reserved."""
    ledger = guard.ledger.run
    return [f"{amount:.2f}" for amount in (ledger.spent, ledger.uncertain, ledger.reserved)]


def says(step: Step) -> Callable[[float], Step]:
    return lambda _passed: step


async def crowd(send: Send, calls: int) -> list[Reply | Kind]:
    return await asyncio.gather(*(end_of(send(case(number))) for number in range(calls)))


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
    assert end.detail == (
        "its worst case is $1.00, and $0.99 of $0.99 are left for the run; give a larger --budget"
    )
    assert (provider.sent_at, heard.events) == ([], [])


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


@pytest.mark.parametrize(("priced", "booked"), [(True, (30, 370)), (False, (0, 500))])
def test_a_cut_stream_books_its_known_usage_and_what_may_have_been_written_after_it(
    clock: VirtualClock, heard: Heard, booked: tuple[int, int], *, priced: bool
) -> None:
    partial = replace(REPLY, usage=replace(REPLY.usage, output_tokens=Tokens(30)))
    cut = replace(fault(Kind.DISCONNECTED), partial=partial)
    guard = Budget(
        price=lambda _request: Usd(Decimal(500)),
        cost=lambda _request, reply: Usd(Decimal(reply.usage.output_tokens)) if priced else None,
        clock=clock,
        emit=heard,
    )
    clock.run(fault_of(chain([guard], Script(cut))(REQUEST)))
    assert (int(guard.ledger.run.spent), int(guard.ledger.run.uncertain)) == booked


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


def test_a_reservation_that_cannot_be_noted_is_given_back_and_nothing_is_sent(
    clock: VirtualClock, heard: Heard
) -> None:
    def full(event: Event) -> None:
        if isinstance(event, Reserved):
            raise StoreError("no space left")

    guard, provider = replace(budget(clock, heard, "1.00"), emit=full), Provider(clock)
    with pytest.raises(StoreError, match="no space"):
        clock.run(chain([guard], provider)(REQUEST))
    assert (provider.asked, books(guard)) == ([], ["0.00", "0.00", "0.00"])


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
    assert heard.of(BudgetWarned) == [BudgetWarned(scope="run", cap=usd("2.00"), used=usd("2.00"))]


def test_it_warns_once_for_each_cap_that_most_is_used_of(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "10.00", worst="0.50", cost="0.50")
    guard.ledger = Ledger(
        caps=Caps(
            day=usd("1.00"), models={REQUEST.model: usd("2.00")}, suites={suite_scope("triage", ""): usd("9")}
        )
    )

    async def four() -> None:
        for number in range(4):
            await end_of(chain([guard], Provider(clock))(case(number)))
            await clock.sleep(Seconds(6 * 3600))

    clock.run(four())
    assert [event.scope for event in heard.of(BudgetWarned)] == [
        "day 2026-11-21",
        "model claude-opus-5-5",
        "day 2026-11-22",
    ]


def test_a_model_without_a_price_is_refused_under_a_cap(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "1.00")
    guard.price = lambda _request: None
    provider = Provider(clock)
    end = clock.run(fault_of(chain([guard], provider)(REQUEST)))

    assert (end.kind, provider.sent_at) == (Kind.UNPRICED, [])
    assert end.detail == (
        "there is a budget, but no price for 'claude-opus-5-5'; add its price to prompts/models.yaml"
    )


def test_a_model_without_a_price_is_asked_unbooked_without_a_cap(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, None)
    guard.price = lambda _request: None
    assert clock.run(chain([guard], Provider(clock))(REQUEST)) == REPLY
    assert heard.events == []


def test_a_call_belongs_to_the_day_it_was_reserved_on(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, None)
    guard.ledger = Ledger(caps=Caps(day=usd("1.00")))
    provider = Provider(clock, takes=13 * 3600)  # from noon until after midnight

    clock.run(chain([guard], provider)(REQUEST))
    clock.run(chain([guard], Provider(clock))(REQUEST))
    days = [guard.ledger.account(day_scope(date(2026, 11, day))).spent for day in (21, 22)]
    assert days == [usd("0.25"), usd("0.25")]


def test_what_one_cap_refuses_is_set_aside_nowhere(clock: VirtualClock, heard: Heard) -> None:
    guard = budget(clock, heard, "5.00")
    guard.ledger = Ledger(caps=Caps(run=usd("5.00"), models={REQUEST.model: usd("0.50")}))
    assert clock.run(crowd(chain([guard], Provider(clock)), 3)) == [Kind.OVER_BUDGET] * 3
    assert [account for account in guard.ledger.accounts.values() if account.ours > 0] == []


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
        ledger=Ledger(caps=Caps(run=Usd(cap * cents))),
    )

    async def fated(request: Request) -> Reply:
        assert guard.ledger.run.used <= cap * cents
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
    assert guard.ledger.run.reserved == 0
    assert guard.ledger.run.spent + guard.ledger.run.uncertain <= cap * cents
