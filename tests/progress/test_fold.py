"""Events to the state of a run: every number of it, and laws that hold in any order of events."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.events import BudgetWarned, Event, ModelDeprecated, Settled
from harness.progress.estimate import time_left
from harness.progress.fold import fold
from harness.progress.layout import Screen, lines
from harness.progress.state import At, Progress
from harness.units import Seconds, Usd
from tests.progress.scenes import (
    MODEL,
    after,
    at,
    back,
    began,
    ended,
    moved,
    origin,
    over,
    reserved,
    scored,
    sent,
    settled,
    stopping,
    waited,
    waits,
)

KEY = (origin(1), MODEL)


def test_what_passed_is_counted_of_what_has_a_score() -> None:
    bad = [scored(number, "candidate", passed=False) for number in (1, 2, 1, 3, 4)]
    progress = after(
        at(
            0,
            began("baseline"),
            began("candidate"),
            scored(7, "baseline", passed=False),
            scored(8, "baseline"),
        ),
        at(1, *bad, over(9, "failed", "candidate")),
    )
    old, new = progress.sides.values()
    assert (old.passed, old.measured) == (1, 2)
    assert (new.passed, new.measured, new.done) == (0, 5, 6)
    assert progress.lately == ("c4", "c3", "c1")  # newest first, each once, and none of the baseline


def test_both_sides_of_a_gate_are_counted_apart_and_together() -> None:
    progress = after(
        at(0, began("baseline", 10), began("candidate", 12, kept=4)),
        at(1, over(1, side="baseline"), over(1, "failed", "candidate"), over(2, "skipped", "candidate")),
    )
    baseline, candidate = progress.sides["baseline"], progress.sides["candidate"]
    assert (baseline.answered, baseline.done) == (1, 1)
    assert (candidate.failed, candidate.skipped, candidate.kept, candidate.done) == (1, 1, 4, 6)
    assert (progress.planned, progress.done, progress.left) == (22, 7, 15)


def test_what_trials_met_is_counted() -> None:
    told = [over(number, "failed", why="timeout") for number in range(2)]
    progress = after(at(0, began()), at(1, *told, over(3, "skipped", why="budget"), over(4)))
    assert progress.reasons == {"timeout": 2, "budget": 1}


def test_a_call_is_in_flight_from_sending_to_its_end() -> None:
    progress = after(at(0, began(), sent(1), sent(2)), at(3, back(1)))
    assert dict(progress.on_wire) == {(origin(2), MODEL): 0.0}
    assert progress.pace.idle_since is None
    assert after(at(0, began(), sent(1)), at(3, back(1))).pace.idle_since == 3.0


def test_the_money_is_what_is_proved_what_may_be_billed_and_what_is_set_aside() -> None:
    progress = after(
        at(0, began(used="0.5"), reserved(1, "0.01"), reserved(2, "0.02")),
        at(1, settled(1, "0.004", "0.001")),
    )
    money = progress.money
    assert (money.spent, money.uncertain, money.used) == (
        Decimal("0.504"),
        Decimal("0.001"),
        Decimal("0.505"),
    )
    assert (money.held, money.budget, money.warned) == (Decimal("0.02"), Decimal(2), False)


def test_a_warning_about_the_budget_is_kept() -> None:
    warned = BudgetWarned(scope="run", cap=Usd(Decimal(2)), used=Usd(Decimal("1.7")))
    assert after(at(0, began(), warned)).money.warned


@pytest.mark.parametrize("why", ["breaker", "budget", "rate", "slot"])
def test_a_wait_lasts_until_it_is_said_to_be_over(why: str) -> None:
    waiting = after(at(0, began(), waits(1, why)))
    assert waiting.waits[KEY].why == why
    assert fold(waiting, at(2, waited(1, why, 2.0))).waits == {}


@pytest.mark.parametrize("event", [reserved(1), sent(1), over(1)])
def test_whatever_a_call_does_next_ends_its_wait(event: Event) -> None:
    assert after(at(0, began(), waits(1, "slot")), at(1, event)).waits == {}


def test_a_retry_is_counted_once_and_waits_as_long_as_it_says() -> None:
    progress = after(at(10, began(), waits(1, "retry_after", 37.0), waited(1, "retry_after", 37.0)))
    assert progress.retries == 1
    assert (progress.waits[KEY].why, progress.waits[KEY].until) == ("retry_after", 47.0)


def test_an_open_circuit_knows_its_next_probe_from_those_who_wait_for_it() -> None:
    opened = after(at(0, began(), moved("open")), at(1, waits(1, "breaker", 29.0)))
    assert opened.sick[MODEL].probe_at == 30.0
    probing = fold(opened, at(30, moved("half_open", "time for a probe")))
    assert (probing.sick[MODEL].state, probing.sick[MODEL].because) == (
        "half_open",
        "5 of the last 9 calls failed, the last with overloaded",
    )
    assert probing.sick[MODEL].probe_at is None
    assert fold(probing, at(31, moved("closed"))).sick == {}
    assert after(at(0, began(), moved("half_open", "x"))).sick[MODEL].because == "x"


def test_waiting_for_a_circuit_nobody_has_heard_of_is_still_waiting() -> None:
    assert after(at(0, began(), waits(1, "breaker", 3.0))).waits[KEY].until == 3.0


def test_stopping_is_remembered_with_the_time_calls_still_have() -> None:
    progress = after(at(10, began(), stopping(5.0)))
    assert progress.halt is not None
    assert (progress.halt.until, progress.halt.is_cut) == (15.0, False)
    cut = fold(progress, at(11, stopping(0.0)))
    assert cut.halt is not None
    assert cut.halt.is_cut


def test_a_run_of_the_next_suite_starts_from_nothing() -> None:
    first = after(at(0, began(), sent(1), back(1), settled(1), over(1), ended()))
    assert first.sides[""].ended == "finished"
    second = fold(first, at(5, began(planned=3)))
    assert second == after(at(5, began(planned=3)))


def test_events_that_show_nothing_change_nothing() -> None:
    before = after(at(0, began()))
    assert fold(before, at(1, ModelDeprecated(model=MODEL, detail="soon"))) == before


def test_a_trial_takes_everything_of_its_own_with_it_and_nothing_of_others() -> None:
    progress = after(
        at(0, began(), sent(1), waits(2, "rate"), sent(3), waits(4, "rate")), at(1, over(1), over(2))
    )
    assert [key[0] for key in progress.on_wire] == [origin(3)]
    assert [key[0] for key in progress.waits] == [origin(4)]


WAITS = st.sampled_from(["slot", "breaker", "budget", "rate"])
FAULTS = st.sampled_from(["overloaded", "timeout", "cancelled", "server_error"])


@st.composite
def attempts(draw: st.DrawFn, number: int, side: str, attempt: int, fault: str | None) -> list[Event]:
    found: list[Event] = []
    for why in draw(st.lists(WAITS, max_size=2)):
        found.append(waits(number, why, draw(st.none() | st.floats(0, 30)), side))
        if draw(st.booleans()):
            found.append(waited(number, why, 1.0, side))
    found += [reserved(number, side=side, attempt=attempt), sent(number, side, attempt)]
    return [*found, back(number, fault, side, attempt), settled(number, side=side, attempt=attempt)]


@st.composite
def trials(draw: st.DrawFn, number: int, side: str) -> list[Event]:
    """All a trial says: it may be refused before it is sent, retried, and cancelled while it waits."""
    found: list[Event] = []
    faults = draw(st.lists(FAULTS, max_size=3))
    for attempt, fault in enumerate(faults, start=1):
        found += draw(attempts(number, side, attempt, fault))
        why = draw(st.sampled_from(["retry", "retry_after"]))
        found += [waits(number, why, 2.0, side), waited(number, why, 2.0, side)]
    if draw(st.booleans()):
        found += draw(attempts(number, side, len(faults) + 1, None))
    return [*found, over(number, draw(st.sampled_from(["answered", "degraded", "failed", "skipped"])), side)]


@st.composite
def runs(draw: st.DrawFn) -> list[At]:
    """Two interleaved sides, their trials in any order that each of them allows."""
    sides = draw(st.sampled_from([("",), ("baseline", "candidate")]))
    planned = draw(st.integers(1, 4))
    queues = [draw(trials(number, side)) for side in sides for number in range(planned)]
    told: list[At] = [each for side in sides for each in at(0, began(side, planned))]
    now = 0.0
    while queues:
        queue = draw(st.sampled_from(queues))
        now += draw(st.sampled_from([0.0, 0.1, 3.0, 20.0]))
        told += at(now, queue.pop(0))
        if draw(st.integers(0, 20)) == 0:
            told += at(now, moved(draw(st.sampled_from(["open", "half_open", "closed"]))))
        queues = [each for each in queues if each]
    return [*told, *(each for side in sides for each in at(now, ended(side)))]


def on_wire(told: Sequence[At]) -> int:
    return sum(type(event).__name__ == "AttemptStarted" for _, event in told) - sum(
        type(event).__name__ == "AttemptEnded" for _, event in told
    )


@given(runs(), st.data())
def test_in_any_order_the_counts_add_up_and_nothing_is_left_under_way(
    told: list[At], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(told)))
    half = fold(Progress(), told[:cut])
    assert len(half.on_wire) == on_wire(told[:cut])
    assert 0 <= half.done <= half.planned
    assert half.money.held >= 0
    whole = fold(half, told[cut:])
    assert whole == fold(Progress(), told)
    assert whole.done == whole.planned
    assert not whole.on_wire
    assert not whole.waits
    assert not whole.money.reserved
    assert whole.money.spent == sum(event.cost for _, event in told if isinstance(event, Settled))


@given(runs(), st.data())
def test_at_any_moment_the_time_left_is_not_negative_and_every_line_fits(
    told: list[At], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(told)))
    progress = fold(Progress(), told[:cut])
    last = told[cut - 1][0] if cut else 0.0
    now = Seconds(last + data.draw(st.floats(0, 100)))
    left = time_left(progress, now)
    assert left is None or left.length >= 0
    width = data.draw(st.integers(20, 200))
    for line in lines("triage", progress, now, Screen(width=width)):
        assert sum(len(span.text) for span in line) <= width
