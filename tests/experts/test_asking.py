"""Who is asked for an opinion, how often, and what becomes of those who cannot be asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from harness.call.exchange import StopReason
from harness.errors import StoreError
from harness.experts.asking import Experts
from harness.grade.decision import GraderError, Undecidable
from harness.grade.expert import by_opinion
from harness.grade.opinion import Opinion, opinion_key
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.trial import Trial
from tests.doubles import go
from tests.experts.oracle import Both, Listening, expecting, experts, foretold, response, trial_of
from tests.values import HERE


def test_everybody_who_is_needed_is_asked_once_however_deep_they_stand() -> None:
    oracle, deep = Listening(), foretold("snow")
    asked = expecting(
        foretold(), replace(foretold(), weight=2.0, negated=True), Both(place=HERE, of=(deep, foretold()))
    )
    said = go(experts(oracle).consult(trial_of(asked), response()))
    assert oracle.asked == [foretold(), deep] or len(oracle.asked) == 2
    assert set(said) == {opinion_key(foretold()), opinion_key(deep)}


def test_an_expectation_reads_its_opinion_whatever_it_weighs() -> None:
    said = go(experts(Listening()).consult(trial_of(expecting(foretold())), response()))
    found = by_opinion(
        replace(foretold(), weight=3.0, at_least=0.5, negated=True), replace(response(), opinions=said)
    )
    assert (found.score, found.found) == (1.0, "it rains")


@pytest.mark.parametrize("stop", [StopReason.REFUSAL, StopReason.MAX_TOKENS, StopReason.TOOL_USE])
def test_nobody_is_asked_about_a_reply_that_is_no_answer(stop: StopReason) -> None:
    oracle = Listening()
    assert go(experts(oracle).consult(trial_of(expecting(foretold())), response(stop=stop))) == {}
    assert go(experts(oracle).consult(trial_of(expecting(foretold())), response(" "))) == {}
    assert oracle.asked == []


def test_several_are_asked_side_by_side() -> None:
    together = asyncio.Barrier(2)

    async def oracle(_wanted: Expectation, _response: Response) -> Opinion:
        await together.wait()
        return Opinion(score=1.0, reason="both are here")

    asked = expecting(foretold("rain"), foretold("snow"))
    assert len(go(experts(oracle).consult(trial_of(asked), response()))) == 2


def test_a_bug_of_an_expert_is_a_mistake_and_no_verdict() -> None:
    async def oracle(_wanted: Expectation, _response: Response) -> Opinion:
        raise KeyError("tea leaves")

    [said] = go(experts(oracle).consult(trial_of(expecting(foretold())), response())).values()
    assert (said.mistake, said.reason) == (
        "grader_error",
        "a bug of the expert 'oracle': KeyError: 'tea leaves'",
    )


def test_a_store_that_takes_nothing_ends_it_for_all() -> None:
    others: list[str] = []

    async def oracle(wanted: Expectation, _response: Response) -> Opinion:
        if wanted == foretold():
            raise StoreError("the disk is full")
        try:
            await asyncio.Event().wait()
        finally:
            others.append("ended")
        raise AssertionError

    asked = expecting(foretold("snow"), foretold())
    with pytest.raises(StoreError):
        go(experts(oracle).consult(trial_of(asked), response()))
    assert others == ["ended"]


def test_an_expert_that_costs_money_sees_the_trial_and_never_a_stored_reply() -> None:
    seen: list[Trial] = []

    async def judge(_wanted: Expectation, trial: Trial, _response: Response) -> Opinion:
        seen.append(trial)
        return Opinion(score=0.5, reason="so so")

    both, asked = Experts(offline={}, online={"oracle": judge}), expecting(foretold())
    [said] = go(both.consult(trial_of(asked), response())).values()
    assert (said.score, seen) == (0.5, [trial_of(asked)])
    [again] = go(both.look_again(asked, response())).values()
    assert (again.mistake, again.reason) == ("grader_error", "the expert 'oracle' is not asked here")
    assert len(seen) == 1
    go(both.close())


def test_a_stored_reply_is_looked_at_again() -> None:
    [said] = go(experts(Listening()).look_again(expecting(foretold()), response())).values()
    assert said.score == 1.0


def read(opinion: Opinion | None) -> str:
    opinions = {} if opinion is None else {opinion_key(foretold()): opinion}
    try:
        return by_opinion(foretold(), replace(response(), opinions=opinions)).found
    except GraderError as error:
        return f"{error.mistake}: {error.found}"
    except Undecidable as nothing:
        return f"undecidable: {nothing.found}"


@pytest.mark.parametrize(
    ("opinion", "found"),
    [
        (None, "grader_error: no opinion of the expert 'oracle': the run ended before it had one"),
        (Opinion(score=1.0, reason="fog", mistake="judge_error"), "judge_error: fog"),
        (Opinion(score=1.0, reason="no sky", undecidable=True), "undecidable: no sky"),
        (
            Opinion(score=float("nan"), reason="a"),
            "grader_error: the score nan is not in [0, 1]",
        ),
        (Opinion(score=1.5, reason="a"), "grader_error: the score 1.5 is not in [0, 1]"),
        (Opinion(score=0.5, reason="drizzle"), "drizzle"),
    ],
)
def test_what_a_grader_makes_of_an_opinion(opinion: Opinion | None, found: str) -> None:
    assert read(opinion) == found
