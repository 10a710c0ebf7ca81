"""What a judge is told never goes to the model it judges, and what a stop does to judges that are being asked."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.canonical import body, canonical
from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed
from harness.events import AttemptEnded, AttemptStarted
from harness.plan import make_plan
from harness.stop import Stop
from harness.suite.expectation import Expectation
from harness.suite.expectations.judged import Agrees, Prefers, Rubric
from harness.trial import Variant
from harness.units import Seconds
from tests.doubles import REPLY, REQUEST
from tests.judged import any_judge, project, suite_of

word = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=30).map(
    lambda each: f"WANTED{each}"
)


@given(word, word, word)
def test_no_request_to_the_model_under_test_holds_what_its_case_expects(
    criteria: str, reference: str, over: str
) -> None:
    suite, found = suite_of("{rubric: {judge: tone, criteria: x}}"), project()
    place = suite.place
    expect: tuple[Expectation, ...] = (
        Rubric(place=place, judge="tone", by=any_judge("tone"), criteria=criteria),
        Agrees(place=place, judge="truth", by=any_judge("truth"), reference=reference),
        Prefers(place=place, judge="better", by=any_judge("better"), over=over),
    )
    cases = tuple(dataclasses.replace(case, expect=expect) for case in suite.cases)
    variant = Variant(prompt=found.prompts["triage", "v1"], model=found.models["opus"])
    [trial] = make_plan(dataclasses.replace(suite, cases=cases), variant).trials
    sent = canonical(body(trial.request))
    assert not any(each in sent for each in (criteria, reference, over, "WANTED"))


JUDGE = dataclasses.replace(
    REQUEST, origin=dataclasses.replace(REQUEST.origin, on_behalf="triage/one#1@triage-v1!judge/tone/k")
)


def started(stop: Stop) -> None:
    stop.heed(AttemptStarted(origin=str(JUDGE.origin), model=JUDGE.model, attempt=1))


def replied(stop: Stop) -> None:
    stop.heed(
        AttemptEnded(
            origin=str(JUDGE.origin),
            model=JUDGE.model,
            attempt=1,
            latency=Seconds(1.0),
            fault=None,
            detail=None,
            status=200,
            request_id=None,
        )
    )


def asked(stop: Stop, *, on_the_wire: bool) -> Reply:
    """A judge that is asked while the run ends."""

    async def send(_request: Request) -> Reply:
        if on_the_wire:
            started(stop)
        await asyncio.sleep(0.01)
        if on_the_wire:
            replied(stop)
        return REPLY

    async def both() -> Reply:
        call = asyncio.ensure_future(stop.on_behalf(JUDGE, send))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        stop.soon("decided")
        return await call

    return asyncio.run(both())


def test_a_judge_that_answers_already_is_heard_out_when_a_run_ends() -> None:
    assert asked(Stop(), on_the_wire=True) == REPLY


def test_a_judge_that_was_not_asked_yet_is_given_up_when_a_run_ends() -> None:
    stop = Stop()
    with pytest.raises(CallFailed, match="the run ended before it could be asked"):
        asked(stop, on_the_wire=False)
    assert stop.calls == {}


def test_after_the_end_no_judge_is_asked() -> None:
    stop = Stop()
    stop.soon("interrupted")

    async def never(_request: Request) -> Reply:
        raise AssertionError

    with pytest.raises(CallFailed, match="the run ended"):
        asyncio.run(stop.on_behalf(JUDGE, never))
