import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.exchange import Reply, Request, StopReason
from harness.call.fallback import Cached, Fallback, OtherModel, Partial, Rung, why_not
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send, chain
from harness.call.retry import Retry
from harness.call.standard import Limits, World, guarded, share
from harness.events import FellBack, Reserved, Settled
from harness.suite.tool import Conversation
from harness.units import FREE, Seconds, Usd
from tests.call.bench import Heard, Provider, case, end_of, fault, fault_of, storm
from tests.doubles import REPLY, REQUEST, FakeClock, Script, Step, go
from tests.values import model_pin
from tests.virtual import VirtualClock

OPUS, HAIKU = "claude-opus-5-5", "claude-haiku-5-5"
OTHER = OtherModel(id=HAIKU, takes_effort=False, takes_thinking=True)
ITS_REPLY = replace(REPLY, served_model=HAIKU, text="from haiku")
RECORDED = replace(REPLY, source="replay", text="of old", degraded="a recording of 2026-11-02")
BEGUN = replace(REPLY, text="The parcel w", stop_reason=StopReason.CUT_OFF)
CUT = Fault(kind=Kind.DISCONNECTED, detail="the connection broke", partial=BEGUN)
NO_RECORDING = Fault(kind=Kind.STALE_FIXTURE, detail="no recording of this case")
WAYS_DOWN = {kind for kind in Kind if why_not(Fault(kind=kind, detail="")) is None}


class Models:
    """A `Send` that follows a script for each model."""

    def __init__(self, **steps: Step) -> None:
        self.scripts = {f"claude-{name.replace('_', '-')}": Script(step) for name, step in steps.items()}

    async def __call__(self, request: Request) -> Reply:
        return await self.scripts[request.model](request)


def down(*rungs: Rung, heard: Heard | None = None, asked: Request = REQUEST, **steps: Step) -> Reply | Fault:
    """What a call behind a ladder comes to."""
    return ended(Models(**steps), rungs, asked, heard or Heard())


def ended(models: Send, rungs: Sequence[Rung], asked: Request, heard: Heard) -> Reply | Fault:
    send = chain([Fallback(rungs=rungs, emit=heard)], models)

    async def end() -> Reply | Fault:
        try:
            return await send(asked)
        except CallFailed as failed:
            return failed.fault

    return go(end())


def cached(step: Step) -> Cached:
    return Cached(ask=Script(step))


def why(end: Reply | Fault) -> str | None:
    assert isinstance(end, Reply)
    return end.degraded


def test_an_answer_is_left_alone(heard: Heard) -> None:
    assert down(OTHER, heard=heard, opus_5_5=REPLY) is REPLY
    assert heard.events == []


def test_another_model_answers_and_says_so(heard: Heard) -> None:
    end = down(OTHER, heard=heard, opus_5_5=Kind.OVERLOADED, haiku_5_5=ITS_REPLY)
    assert why(end) == "claude-haiku-5-5 answered after claude-opus-5-5 failed: overloaded"
    assert heard.events == [
        FellBack(origin=str(REQUEST.origin), model=OPUS, rung=HAIKU, because="overloaded")
    ]


def test_another_model_is_asked_the_same_without_what_it_does_not_know() -> None:
    asked = OTHER.asked(replace(REQUEST, effort="low", thinking="adaptive"))
    assert asked == replace(REQUEST, model=HAIKU, effort=None, thinking="adaptive")


def test_a_recording_stands_in_and_says_of_which_day_it_is() -> None:
    end = down(cached(RECORDED), opus_5_5=Kind.CIRCUIT_OPEN)
    assert why(end) == "a recording of 2026-11-02 instead: claude-opus-5-5 failed: circuit_open"


def test_what_had_arrived_stands_in_and_says_how_much_it_is() -> None:
    end = down(Partial(), opus_5_5=CUT)
    assert why(end) == "the stream was cut after 12 characters: claude-opus-5-5 failed: disconnected"
    assert isinstance(end, Reply)
    assert (end.text, end.stop_reason) == ("The parcel w", StopReason.CUT_OFF)


def test_what_had_arrived_of_the_model_that_was_asked_comes_before_that_of_another() -> None:
    its_own = replace(CUT, partial=replace(BEGUN, text="Other", served_model=HAIKU))
    first = down(OTHER, Partial(), opus_5_5=CUT, haiku_5_5=its_own)
    second = down(OTHER, Partial(), opus_5_5=Kind.OVERLOADED, haiku_5_5=its_own)
    assert (why(first) or "").startswith("the stream was cut after 12 characters")
    assert (why(second) or "").startswith("the stream of claude-haiku-5-5 was cut after 5 characters")


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_stream_without_a_word_is_no_answer(text: str) -> None:
    end = down(Partial(), opus_5_5=replace(CUT, partial=replace(BEGUN, text=text)))
    assert isinstance(end, Fault)
    assert end.detail == "the connection broke; no help from partial: no text had arrived"


def test_a_rung_that_fails_gives_way_to_the_next_and_the_story_is_told(heard: Heard) -> None:
    rungs = (OTHER, cached(NO_RECORDING), Partial())
    end = down(*rungs, heard=heard, opus_5_5=CUT, haiku_5_5=Kind.OVER_BUDGET)
    assert why(end) == (
        "the stream was cut after 12 characters: claude-opus-5-5 failed: disconnected; no help from "
        "claude-haiku-5-5: over_budget, cached: no recording of this case"
    )
    assert [event.rung for event in heard.of(FellBack)] == [HAIKU, "cached", "partial"]


def test_when_every_rung_fails_the_first_fault_stays_with_the_whole_story() -> None:
    end = down(OTHER, cached(NO_RECORDING), opus_5_5=Kind.TIMEOUT, haiku_5_5=Kind.OVERLOADED)
    assert isinstance(end, Fault)
    assert (end.kind, end.detail) == (
        Kind.TIMEOUT,
        "scripted timeout; no help from claude-haiku-5-5: overloaded, cached: no recording of this case",
    )


def test_the_model_that_failed_is_not_asked_once_more() -> None:
    end = down(OtherModel(id=OPUS, takes_effort=True, takes_thinking=True), opus_5_5=Kind.OVERLOADED)
    assert isinstance(end, Fault)
    assert end.detail.endswith("no help from claude-opus-5-5: is the model that failed")


def test_a_conversation_does_not_go_on_with_another_model() -> None:
    talking = replace(REQUEST, conversation=Conversation())
    end = down(OTHER, cached(RECORDED), asked=talking, opus_5_5=Kind.OVERLOADED, haiku_5_5=ITS_REPLY)
    assert (why(end) or "").startswith("a recording of 2026-11-02 instead")
    assert "does not change its model half-way" in (why(end) or "")


def test_a_recording_of_another_model_is_not_taken() -> None:
    end = down(cached(replace(RECORDED, served_model=HAIKU)), opus_5_5=Kind.OVERLOADED)
    assert isinstance(end, Fault)
    assert end.detail.endswith("no help from cached: substituted")


@pytest.mark.parametrize("kind", list(Kind))
def test_only_what_the_provider_could_not_do_leads_down(kind: Kind) -> None:
    end = down(cached(RECORDED), opus_5_5=kind)
    assert isinstance(end, Reply) is (kind in WAYS_DOWN)


def test_these_are_the_faults_that_lead_down() -> None:
    assert {
        Kind.RATE_LIMITED, Kind.OVERLOADED, Kind.SERVER_ERROR, Kind.TIMEOUT, Kind.UNREACHABLE,
        Kind.DISCONNECTED, Kind.GARBLED, Kind.CIRCUIT_OPEN, Kind.DEADLINE,
    } == WAYS_DOWN  # fmt: skip
    assert all(Fault(kind=kind, detail="").whose == "provider" for kind in WAYS_DOWN)


STEPS = st.sampled_from([REPLY, CUT, *(fault(kind) for kind in Kind)])


@given(
    first=STEPS,
    rungs=st.lists(st.tuples(st.sampled_from(["other", "cached", "partial"]), STEPS), max_size=5),
)
def test_every_call_ends_in_its_own_answer_a_marked_one_or_its_first_fault(
    first: Reply | Fault, rungs: list[tuple[str, Reply | Fault]]
) -> None:
    ids = iter(f"claude-other-{number}" for number in range(9))
    steps: dict[str, Step] = {"opus_5_5": first}
    ladder: list[Rung] = []
    for name, step in rungs:
        if name == "other":
            model = next(ids)
            steps[model.removeprefix("claude-")] = step
            ladder.append(OtherModel(id=model, takes_effort=True, takes_thinking=True))
        else:
            ladder.append(cached(step) if name == "cached" else Partial())
    end = ended(Models(**steps), ladder, REQUEST, Heard())
    if isinstance(first, Reply):
        assert end is first
    elif isinstance(end, Reply):
        assert end.degraded
        assert why_not(first) is None
        assert str(first.kind) in end.degraded
    else:
        assert end.kind is first.kind
        assert end.detail.startswith(first.detail)


@given(st.floats(0, 12))
def test_a_call_that_is_cancelled_anywhere_ends_by_it_and_leaves_nothing_behind(stop: float) -> None:
    clock = VirtualClock()
    opus, haiku = (
        Provider(clock, takes=5, says=storm(1e9)),
        Provider(clock, takes=5, says=lambda _: ITS_REPLY),
    )

    async def models(request: Request) -> Reply:
        return await (opus if request.model == OPUS else haiku)(request)

    async def scene() -> None:
        call = asyncio.ensure_future(chain([Fallback(rungs=(OTHER,), emit=Heard())], models)(REQUEST))
        await asyncio.sleep(stop)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert call.cancelled() or stop >= 10
        assert len(asyncio.all_tasks()) == 1

    clock.run(scene())
    assert (opus.in_flight, haiku.in_flight) == (0, 0)


def test_what_an_earlier_attempt_had_brought_is_not_forgotten_by_a_later_one() -> None:
    clock = FakeClock()
    retry = Retry(clock=clock, draw=lambda: 0.5, emit=Heard())
    script = Script(CUT, Fault(kind=Kind.OVERLOADED, detail="529", should_retry=False))
    end = go(fault_of(chain([retry], script)(REQUEST)))
    assert (end.kind, end.partial) == (Kind.OVERLOADED, BEGUN)


def test_every_rung_is_asked_through_its_own_guards_and_every_attempt_is_booked(
    clock: VirtualClock, heard: Heard
) -> None:
    pins = (model_pin("opus"), replace(model_pin("haiku"), id=HAIKU))
    provider = Provider(clock, says=storm(1e9, Kind.TIMEOUT))
    common = share(
        World(clock=clock, draw=lambda: 0.5, emit=heard),
        Limits(),
        price=lambda _request: Usd(10 * FREE + 1),
        cost=lambda _request, _reply: Usd(FREE + 2),
    )

    async def by_model(request: Request) -> Reply:
        if request.model == HAIKU:
            return ITS_REPLY
        return await provider(request)

    send: Send = guarded(common, pins, by_model, (OTHER,))
    end = clock.run(send(replace(REQUEST, model=pins[0].id)))
    assert (end.served_model, end.degraded is not None) == (HAIKU, True)
    assert [event.model for event in heard.of(Reserved)] == [pins[0].id] * 2 + [HAIKU]
    assert len(heard.of(Settled)) == 3
    run = common.budget.ledger.run
    assert (int(run.spent), int(run.uncertain)) == (2, 2)


def test_an_outage_costs_a_whole_run_one_breaker_and_not_one_wait_a_call(
    clock: VirtualClock, heard: Heard
) -> None:
    pins = (model_pin("opus"), replace(model_pin("haiku"), id=HAIKU))
    sick = Provider(clock, says=storm(1e9))

    async def by_model(request: Request) -> Reply:
        return ITS_REPLY if request.model == HAIKU else await sick(request)

    common = share(
        World(clock=clock, draw=lambda: 0.5, emit=heard), Limits(), lambda _: None, lambda _, __: None
    )

    async def everybody() -> list[Reply | Kind]:
        send = guarded(common, pins, by_model, (OTHER,))
        asked = (replace(case(number), model=pins[0].id) for number in range(200))
        return list(await asyncio.gather(*(end_of(send(each)) for each in asked)))

    ends = clock.run(everybody())
    assert all(isinstance(end, Reply) and end.degraded for end in ends)
    assert len(sick.sent_at) < 20
    assert clock.passed < Seconds(600)
