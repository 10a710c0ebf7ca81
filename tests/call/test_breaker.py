import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.call.breaker import Breaker, Circuit, State, Tolerance
from harness.call.exchange import Reply
from harness.call.fault import Fault, Kind
from harness.call.guard import Send, chain
from harness.events import BreakerMoved
from harness.units import Seconds
from tests.call.bench import Heard, Provider, cancelled_after, case, end_of, fault, fault_of, storm
from tests.doubles import REPLY, REQUEST
from tests.virtual import VirtualClock

SICK = "overloaded"


SLOW = Tolerance(open_for=Seconds(30.0), open_at_most=Seconds(300.0))
"""Times that are easy to reckon with."""


def sick(calls: int, now: float = 0.0) -> Circuit:
    circuit = Circuit(tolerance=SLOW)
    for _ in range(calls):
        circuit = circuit.answered(circuit.moves, Seconds(now), SICK)
    return circuit


def half_open() -> Circuit:
    return sick(5).enter(Seconds(30))


async def ends(send: Send, calls: int) -> list[Reply | Kind]:
    """How `calls` calls end, one after the other."""
    return [await end_of(send(case(number))) for number in range(calls)]


def breaker(clock: VirtualClock, heard: Heard, patience: float = 120.0) -> Breaker:
    return Breaker(clock=clock, emit=heard, patience=Seconds(patience), circuit=Circuit(tolerance=SLOW))


def test_five_failures_of_five_calls_open_the_circuit() -> None:
    assert sick(4).state is State.CLOSED
    assert sick(5).state is State.OPEN
    assert sick(5).because == "5 of the last 5 calls failed, the last with overloaded"


def test_few_failures_among_many_calls_do_not_open_it() -> None:
    circuit = Circuit()
    for number in range(200):
        circuit = circuit.answered(0, Seconds(0), SICK if number % 5 > 2 else None)
    assert circuit.state is State.CLOSED


def test_old_failures_are_forgotten() -> None:
    circuit = sick(4).answered(0, Seconds(60), SICK)
    assert circuit.state is State.CLOSED
    assert len(circuit.recent) == 1


def test_only_the_last_twenty_calls_count() -> None:
    circuit = Circuit()
    for number in range(60):
        circuit = circuit.answered(0, Seconds(0), None if number < 50 else SICK)
    assert circuit.state is State.OPEN


def test_an_open_circuit_lets_nobody_pass_before_its_time() -> None:
    circuit = sick(5)
    assert circuit.wait(Seconds(10)) == 20.0
    with pytest.raises(ValueError, match="no call may pass a circuit that is open"):
        circuit.enter(Seconds(29.9))


def test_one_probe_at_a_time_passes_a_half_open_circuit() -> None:
    assert half_open().state is State.HALF_OPEN
    assert half_open().wait(Seconds(31)) is None
    assert not half_open().may_pass(Seconds(31))


def test_a_probe_that_is_answered_closes_the_circuit() -> None:
    circuit = half_open().answered(half_open().moves, Seconds(31), None)
    assert (circuit.state, circuit.because) == (State.CLOSED, "the probe was answered")


def test_probes_that_fail_double_the_time_up_to_five_minutes() -> None:
    circuit, lengths = sick(5), []
    for _ in range(6):
        lengths.append(circuit.opens_at)
        probing = circuit.enter(circuit.opens_at)
        circuit = replace(probing.answered(probing.moves, Seconds(0), SICK))
    assert lengths == [30.0, 60.0, 120.0, 240.0, 300.0, 300.0]


def test_the_time_starts_small_again_after_the_circuit_was_closed() -> None:
    probing = half_open()
    reopened = probing.answered(probing.moves, Seconds(0), SICK).enter(Seconds(60))
    circuit = reopened.answered(reopened.moves, Seconds(60), None)
    for _ in range(5):
        circuit = circuit.answered(circuit.moves, Seconds(60), SICK)
    assert circuit.opens_at == 90.0


@pytest.mark.parametrize("late", [SICK, None])
def test_a_late_answer_from_before_the_storm_changes_nothing(late: str | None) -> None:
    for circuit in (sick(5), half_open()):
        assert circuit.answered(0, Seconds(31), late) == circuit
        assert circuit.abandoned(0) == circuit


class Circuits(RuleBasedStateMachine):
    """Any history of calls: only legal moves, and nothing passes an open circuit but one probe."""

    def __init__(self) -> None:
        super().__init__()
        self.circuit = Circuit(tolerance=Tolerance(failures=2, calls=4))
        self.now = Seconds(0.0)
        self.tickets: list[int] = []

    def move(self, circuit: Circuit) -> None:
        legal = {
            State.CLOSED: {State.OPEN},
            State.OPEN: {State.HALF_OPEN},
            State.HALF_OPEN: {State.CLOSED, State.OPEN},
        }
        if circuit.state is not self.circuit.state:
            assert circuit.state in legal[self.circuit.state]
            assert circuit.moves == self.circuit.moves + 1
        self.circuit = circuit

    @rule(length=st.sampled_from([0.0, 1.0, 29.0, 31.0, 400.0]))
    def time_passes(self, length: float) -> None:
        self.now = Seconds(self.now + length)

    @precondition(lambda self: self.circuit.may_pass(self.now))
    @rule()
    def a_call_passes(self) -> None:
        self.move(self.circuit.enter(self.now))
        self.tickets.append(self.circuit.moves)

    @precondition(lambda self: self.tickets)
    @rule(which=st.integers(0, 100), end=st.sampled_from([SICK, "well", "silent"]))
    def a_call_ends(self, which: int, end: str) -> None:
        ticket = self.tickets.pop(which % len(self.tickets))
        if end == "silent":
            self.move(self.circuit.abandoned(ticket))
        else:
            self.move(self.circuit.answered(ticket, self.now, SICK if end == SICK else None))

    @invariant()
    def a_probe_is_one_call_that_is_under_way(self) -> None:
        probes = self.tickets.count(self.circuit.moves) if self.circuit.state is State.HALF_OPEN else 0
        assert probes == int(self.circuit.probing)

    @invariant()
    def it_can_always_be_passed_again(self) -> None:
        assert self.circuit.probing or self.circuit.may_pass(Seconds(self.now + 300))


TestCircuits = Circuits.TestCase


def test_a_sick_provider_is_left_alone_until_it_is_well(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=storm(20))
    found = clock.run(ends(chain([breaker(clock, heard)], provider), 6))

    assert found == [Kind.OVERLOADED] * 5 + [REPLY]
    assert provider.sent_at == [0, 1, 2, 3, 4, 35]
    assert [event.state for event in heard.of(BreakerMoved)] == ["open", "half_open", "closed"]
    assert heard.began == heard.waited == [("breaker", 30.0)]


@pytest.mark.parametrize("kind", [kind for kind in Kind if not fault(kind).is_sickness])
def test_what_is_not_sickness_never_opens_the_circuit(kind: Kind, clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=lambda _passed: kind)
    assert clock.run(ends(chain([breaker(clock, heard)], provider), 30)) == [kind] * 30
    assert heard.of(BreakerMoved) == []


def test_a_rate_limited_probe_shows_that_the_provider_is_well(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=lambda passed: Kind.OVERLOADED if passed < 20 else Kind.RATE_LIMITED)
    clock.run(ends(chain([breaker(clock, heard)], provider), 6))
    assert heard.of(BreakerMoved)[-1].state == "closed"


@pytest.mark.parametrize(
    "refusal", [fault(Kind.OVER_BUDGET), Fault(kind=Kind.RATE_LIMITED, detail="a pause of 429", billed=False)]
)
def test_a_probe_that_was_never_sent_says_nothing_about_the_provider(
    refusal: Fault, clock: VirtualClock, heard: Heard
) -> None:
    provider = Provider(clock, says=lambda passed: Kind.OVERLOADED if passed < 20 else refusal)
    clock.run(ends(chain([breaker(clock, heard)], provider), 7))
    assert [event.state for event in heard.of(BreakerMoved)] == ["open", "half_open"]


def test_everybody_goes_when_the_probe_is_answered(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=storm(20))

    async def crowd() -> None:
        send = chain([breaker(clock, heard)], provider)
        await ends(send, 5)
        await asyncio.gather(*(send(case(number)) for number in range(10)))

    clock.run(crowd())
    assert provider.sent_at[5:] == [35.0] + [36.0] * 9


def test_a_wait_beyond_patience_is_refused_at_once(clock: VirtualClock, heard: Heard) -> None:
    provider = Provider(clock, says=storm(1000))
    send = chain([breaker(clock, heard, patience=20)], provider)
    found = clock.run(ends(send, 7))

    assert found[5:] == [Kind.CIRCUIT_OPEN] * 2
    assert clock.passed == 5


def test_a_wait_past_the_deadline_of_the_call_is_refused_at_once(clock: VirtualClock, heard: Heard) -> None:
    async def scene() -> Fault:
        send = chain([breaker(clock, heard)], Provider(clock, says=storm(1000)))
        await ends(send, 5)
        return await fault_of(send(replace(REQUEST, expires_at=Seconds(clock.time + 10))))

    end = clock.run(scene())
    assert (end.kind, clock.passed) == (Kind.CIRCUIT_OPEN, 5)
    assert end.detail.endswith("the last with overloaded; the next probe is in 30 s")


def test_patience_ends_behind_a_probe_that_hangs(clock: VirtualClock, heard: Heard) -> None:
    async def scene() -> list[Reply | Kind]:
        provider = Provider(clock, says=storm(1000))
        send = chain([breaker(clock, heard)], provider)
        await ends(send, 5)
        provider.takes = 300
        return list(await asyncio.gather(end_of(send(case(1))), end_of(send(case(2)))))

    assert clock.run(scene()) == [Kind.OVERLOADED, Kind.CIRCUIT_OPEN]
    assert [event.state for event in heard.of(BreakerMoved)] == ["open", "half_open", "open"]


def test_a_cancelled_probe_leaves_the_circuit_able_to_probe_again(clock: VirtualClock, heard: Heard) -> None:
    async def scene() -> Reply:
        provider = Provider(clock, says=storm(20), takes=1)
        send = chain([breaker(clock, heard)], provider)
        await ends(send, 5)
        provider.takes = 50
        probe = asyncio.create_task(cancelled_after(40, send(case(1))))
        await asyncio.sleep(1)
        reply = await send(case(2))
        await probe
        return reply

    assert clock.run(scene()) == REPLY
    assert clock.passed == 5 + 40 + 50


def test_a_call_that_is_cancelled_while_it_waits_leaves_no_trace(clock: VirtualClock, heard: Heard) -> None:
    async def scene() -> Circuit:
        guard = breaker(clock, heard)
        send = chain([guard], Provider(clock, says=storm(1000)))
        await ends(send, 5)
        before = guard.circuit
        await cancelled_after(10, send(REQUEST))
        assert len(asyncio.all_tasks()) == 1
        return before if before == guard.circuit else Circuit(tolerance=SLOW)

    assert clock.run(scene()).state is State.OPEN


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_no_call_is_sent_to_an_open_circuit_but_one_probe(starts: list[float]) -> None:
    clock, heard = VirtualClock(), Heard()
    provider = Provider(clock, says=storm(1e9), takes=0.5)
    guard = breaker(clock, heard)
    passed: list[State] = []

    async def watched(request: object) -> Reply:
        passed.append(guard.circuit.state)
        return await provider(REQUEST)

    async def one(start: float) -> None:
        await asyncio.sleep(start)
        await end_of(chain([guard], watched)(REQUEST))

    async def everybody() -> None:
        await asyncio.gather(*(one(start) for start in starts))

    clock.run(everybody())
    assert State.OPEN not in passed
    assert passed.count(State.HALF_OPEN) == [event.state for event in heard.of(BreakerMoved)].count(
        "half_open"
    )
