"""What a change comes from, and what is never claimed of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from harness.compare.comparison import compare
from harness.compare.evidence import Evidence
from harness.compare.observation import Observation, Regrading, Side
from harness.gate.attribution import causes_of
from harness.gate.judge import judge
from harness.gate.parts import BankCheck, Cause, Confirmation, Hypothesis, Why
from harness.gate.verdict import Verdict
from harness.suite.policy import Policy
from tests.compare.build import side, singles, with_each
from tests.gate.live import Gate

POLICY = Policy(cost_margin=None, latency_margin=None)
GOOD = replace(side(singles((100, 1.0)), "one"), model_id="opus", prompt_digest="p1")
BAD = replace(side(singles((30, 0.0), (70, 1.0)), "two"), model_id="opus", prompt_digest="p2")
CONFIRMED = Confirmation(
    baseline_run="b",
    candidate_run="c",
    baseline_answers=300,
    candidate_answers=300,
    alpha=0.1,
    hypotheses=(
        Hypothesis(
            rule="quality", cases=99, baseline=1, candidate=0.7, difference=-0.31, lower=-0.4, upper=-0.2, p=0.001, confirmed=True
        ),
    ),
)  # fmt: skip
BANK = BankCheck(cases=50, difference=0.003, p=0.71, stale=False)


def causes(before: Side, after: Side, **more: object) -> tuple[Why, ...]:
    """What is said of two sides, with parts of the verdict and of the evidence named by the test."""
    comparison = compare(before, after, POLICY)
    about = {name: more.pop(name) for name in ("confirmation", "bank") if name in more}
    verdict: Verdict = replace(judge(comparison, POLICY), **about)  # type: ignore[arg-type]  # named by the test
    evidence = replace(Evidence(candidate=after, baseline=before), **more)  # type: ignore[arg-type]  # named by the test
    return causes_of(evidence, comparison, verdict)


def said(found: Sequence[Why]) -> list[Cause]:
    return [each.cause for each in found]


def test_a_regression_between_sides_asked_in_turns_is_the_prompt_s() -> None:
    (why,) = causes(GOOD, BAD)
    assert why.cause is Cause.PROMPT
    assert why.because.startswith("your prompt is worse: asked in turns, it is -30.0 points on 100 cases (p ")
    assert (why.cases, why.difference) == (100, -0.3)


def test_a_confirmed_regression_is_told_in_its_fresh_numbers_beside_an_unchanged_baseline() -> None:
    old = replace(GOOD, session="last week")
    (why,) = causes(old, BAD, confirmation=CONFIRMED, bank=BANK)
    assert why.because == (
        "your prompt is worse: asked in turns, it is -31.0 points on 99 cases (p 0.001), while the baseline is what it "
        "was (+0.3 points against its old answers, p 0.71)"
    )


def test_a_stale_bank_is_the_provider_s_and_no_excuse_for_the_prompt() -> None:
    stale = replace(BANK, difference=-0.05, p=0.002, stale=True)
    prompt, provider = Cause.PROMPT, Cause.PROVIDER
    found = causes(GOOD, BAD, confirmation=CONFIRMED, bank=stale)
    assert said(found) == [provider, prompt]
    assert (
        "fresh answers of the unchanged baseline are -5.0 points against its old ones on 50 cases"
        in found[0].because
    )
    assert "is what it was" not in found[1].because


def test_sides_of_different_times_are_nobody_s_until_they_are_asked_in_turns() -> None:
    (why,) = causes(replace(GOOD, session="last week"), BAD)
    assert why.cause is Cause.UNKNOWN
    assert "ask both in turns" in why.because


def test_an_unconfirmed_regression_is_not_told_in_fresh_numbers() -> None:
    shaky = replace(CONFIRMED, hypotheses=(replace(CONFIRMED.hypotheses[0], confirmed=False),))
    assert said(causes(replace(GOOD, session="x"), BAD, confirmation=shaky)) == [Cause.UNKNOWN]


@pytest.mark.parametrize("fields", [{"mode": "replay"}, {"mode": "imported"}, {"prompt_digest": ""}])
def test_what_was_not_asked_live_is_nobody_s(fields: dict[str, str]) -> None:
    assert causes(replace(GOOD, **fields), replace(BAD, **fields)) == ()  # type: ignore[arg-type]  # named by the test


def test_the_very_same_thing_that_is_worse_in_turns_has_no_cause() -> None:
    assert causes(GOOD, replace(BAD, prompt_digest="p1")) == ()


def test_another_model_is_said_whether_it_is_worse_or_not() -> None:
    assert said(causes(GOOD, replace(GOOD, model_id="sonnet", run_id="two"))) == [Cause.MODEL]
    found = causes(GOOD, replace(BAD, model_id="sonnet", prompt_digest="p1"))
    assert said(found) == [Cause.MODEL, Cause.MODEL]
    assert found[0].because == "the model is another one: opus, then sonnet"
    assert found[1].because.startswith("the new model is worse with this prompt")


def test_prompt_and_model_that_changed_together_are_not_told_apart() -> None:
    assert said(causes(GOOD, replace(BAD, model_id="sonnet"))) == [Cause.MODEL, Cause.VARIANT]


def test_cases_that_came_went_or_were_edited_are_the_suite_s() -> None:
    before = replace(GOOD, observations=GOOD.observations[:99])
    edited = replace(GOOD.observations[0], case_digest="other")
    after = replace(GOOD, observations=(edited, *GOOD.observations[2:]))
    (why,) = causes(before, after)
    assert (why.cause, why.cases) == (Cause.SUITE, 3)
    assert "1 added, 1 removed, 1 edited" in why.because


def test_graders_that_changed_are_said_graded_anew_or_not() -> None:
    again = replace(GOOD, regraded=Regrading(graders='{"equals":0}', answers=100, changed=7))
    (why,) = causes(again, GOOD)
    assert (why.cause, why.cases) == (Cause.GRADERS, 7)
    assert "'equals' from version 0 to version 1" in why.because
    (other,) = causes(GOOD, replace(GOOD, graders='{"equals": 2}'))
    assert other.because == "the graders changed between the sides: 'equals' from version 1 to version 2"


def test_another_model_behind_the_same_name_is_the_provider_s() -> None:
    old = with_each(GOOD, served_model="opus-1")
    new = replace(with_each(GOOD, served_model="opus-2"), run_id="two")
    (why,) = causes(old, new)
    assert (why.cause, why.because) == (
        Cause.PROVIDER,
        "the provider changed what answers to opus: opus-1, then opus-2",
    )
    routed = [replace(each, model_id="opus, sonnet") for each in (old, new)]
    assert causes(*routed) == ()


def test_the_same_question_that_counts_other_tokens_is_the_provider_s() -> None:
    tokens = {"calls": 1, "cache_write_tokens": 0, "cache_read_tokens": 0}
    old = with_each(GOOD, input_tokens=100, **tokens)
    fresh = replace(with_each(GOOD, input_tokens=110, **tokens), run_id="fresh")
    (why,) = causes(old, BAD, confirmation=None, rerun=None)[:1]
    assert why.cause is Cause.PROMPT
    comparison = compare(old, GOOD, POLICY)
    evidence = Evidence(candidate=GOOD, bank=old, confirmation=(fresh, BAD))
    (drift,) = causes_of(evidence, comparison, judge(comparison, POLICY))
    assert (drift.cause, drift.cases) == (Cause.PROVIDER, 100)
    assert drift.difference == pytest.approx(0.1)
    assert "100 of 100 identical questions have +10.0 % now" in drift.because
    conversations = replace(with_each(fresh, calls=2), run_id="fresh")
    assert (
        causes_of(replace(evidence, confirmation=(conversations, BAD)), comparison, judge(comparison, POLICY))
        == ()
    )


def test_a_question_that_one_answer_counted_as_before_did_not_change() -> None:
    tokens = {"calls": 1, "cache_write_tokens": 0, "cache_read_tokens": 0}
    old = with_each(GOOD, input_tokens=100, **tokens)
    again = tuple(replace(each, repeat=9, input_tokens=110) for each in old.observations)
    for counts in (again, again[:40], again + again):
        new = replace(old, run_id="two", observations=(*old.observations, *counts))
        comparison = compare(old, new, POLICY)
        evidence = Evidence(candidate=new, baseline=old)
        found = causes_of(evidence, comparison, judge(comparison, POLICY))
        assert all(why.cause is not Cause.PROVIDER for why in found)
    moved_all = replace(old, run_id="two", observations=again[::-1])
    evidence = Evidence(candidate=moved_all, baseline=old)
    comparison = compare(old, moved_all, POLICY)
    (drift,) = [
        why
        for why in causes_of(evidence, comparison, judge(comparison, POLICY))
        if why.cause is Cause.PROVIDER
    ]
    assert drift.cases == 100
    assert drift.difference == pytest.approx(0.1)


def test_another_prompt_counts_other_tokens_for_a_reason() -> None:
    tokens = {"calls": 1, "cache_write_tokens": 0, "cache_read_tokens": 0}
    old = with_each(GOOD, input_tokens=100, **tokens)
    new = replace(with_each(GOOD, input_tokens=110, **tokens), run_id="two", prompt_digest="p2")
    assert causes(old, new) == ()


def test_nothing_changed_has_no_cause() -> None:
    assert causes(GOOD, replace(GOOD, run_id="two")) == ()


def test_a_live_gate_says_that_the_provider_drifted() -> None:
    cases = [f"c{k:03}" for k in range(100)]
    gate = Gate(
        before=dict.fromkeys(cases, 0.85), after=dict.fromkeys(cases, 0.85), banked=dict.fromkeys(cases, 0.97)
    )
    verdict = gate.run().verdict
    assert verdict.bank is not None
    assert verdict.bank.stale
    assert Cause.PROVIDER in said(verdict.causes)


def test_a_live_gate_looks_at_the_graders_alone_and_says_so() -> None:
    cases = dict.fromkeys([f"c{k:03}" for k in range(100)], 1.0)
    decided = Labelled(before=cases, after=cases).run()
    labels = decided.comparison.labels
    assert labels is not None
    assert (labels.clusters, labels.trust, labels.graded) == (100, None, None)
    (note,) = [each.because for each in decided.verdict.findings if each.rule == "labels"]
    assert note.endswith("a live gate looks at what the graders say alone")


class Labelled(Gate):
    """People looked at every answer, and found all of them wrong."""

    def answer(self, case: str, repeat: int, rates: Mapping[str, float], name: str) -> Observation:
        return replace(super().answer(case, repeat, rates, name), label=0.0)
