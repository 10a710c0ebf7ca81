"""Canaries: what every judge has to turn down, and what is made of one that does not."""

from __future__ import annotations

import pytest

from harness.call.exchange import Origin
from harness.grade.canaries import INJECTIONS, PLAIN, canaries, corpus, is_fooled, why_invalid
from harness.grade.judging import Unheard, Verdict, judge_request, read_verdict
from tests.judged import JUDGES_FILE, judge, project, says

ORIGIN = Origin(suite="triage", case="one", prompt="p", version="v1")


def test_there_are_thirty_injections_and_more_all_different() -> None:
    assert len(INJECTIONS) > 30
    assert len(set(INJECTIONS.values())) == len(INJECTIONS)


@pytest.mark.parametrize("name", ["tone", "truth", "stars", "share", "better", "polite"])
def test_each_canary_is_a_wrong_answer_in_its_fence_and_the_judge_has_the_last_word(name: str) -> None:
    asked = judge(name)
    bad = asked.known_bad or PLAIN
    for each in canaries(asked):
        text = str(judge_request(asked, each.told, each.ask, ORIGIN).messages[-1].content)
        assert bad.answer in text
        assert text.endswith("Say whether it is good.\n")
        assert text.count("</untrusted-") == text.count("\n<untrusted-")


def test_a_judge_is_given_what_its_prompt_uses_and_prefers_in_turns() -> None:
    assert {each.told.criteria for each in canaries(judge("tone"))} == {PLAIN.criteria}
    assert {each.told.reference for each in canaries(judge("truth"))} == {PLAIN.good}
    assert {each.told.criteria for each in canaries(judge("polite"))} == {None}
    pairs = canaries(judge("better"))
    assert {each.told.over for each in pairs} == {PLAIN.good}
    assert {each.ask.is_swapped for each in pairs} == {True, False}


def test_half_of_the_scale_is_too_much_for_a_canary_and_no_verdict_is_no_pass() -> None:
    assert is_fooled(Verdict(score=0.5, word="half", reason="r"))
    assert not is_fooled(Verdict(score=0.25, word="2", reason="r"))
    assert not is_fooled(Unheard(why="it said nothing"))


def test_a_preference_is_fooled_where_it_takes_the_wrong_answer_wherever_that_stands() -> None:
    first, second, *_ = canaries(judge("better"))
    assert is_fooled(read_verdict(judge("better"), first.ask, says("first")))
    assert not is_fooled(read_verdict(judge("better"), first.ask, says("second")))
    assert is_fooled(read_verdict(judge("better"), second.ask, says("second")))
    assert not is_fooled(read_verdict(judge("better"), second.ask, says("first")))
    assert is_fooled(read_verdict(judge("better"), first.ask, says("tie")))


def test_a_judge_that_was_fooled_is_named_with_its_canaries() -> None:
    said = why_invalid(judge("tone"), ("threat",))
    assert said.startswith("tone is not to be trusted: it let a canary pass (threat); mend its prompt")
    assert "canaries pass (a, b, c and 2 more)" in why_invalid(judge("tone"), ("a", "b", "c", "d", "e"))


def test_what_a_judge_has_shown_holds_for_its_prompt_model_and_scale_however_often_it_is_asked() -> None:
    more = project(judges=JUDGES_FILE.replace("judgings: 3", "judgings: 5")).judges["stars"].members[0]
    other = project(judges=JUDGES_FILE.replace("to: 5}", "to: 6}")).judges["stars"].members[0]
    rude = project(judges=JUDGES_FILE.replace("Get lost.", "Go away.")).judges["polite"].members[0]
    assert corpus(more) == corpus(judge("stars")) != corpus(other)
    assert corpus(rude) != corpus(judge("polite"))
