"""Outcomes, scores, thresholds, and answers that are none."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.exchange import StopReason
from harness.call.fault import Fault, Kind
from harness.grade.decision import Decision
from harness.grade.grading import grade, grade_response
from harness.grade.response import Response
from harness.grade.settling import SLACK
from harness.grade.table import GRADERS, grader_versions
from harness.suite.expectation import Expectation
from harness.suite.expectations.limits import Finish
from harness.suite.expectations.manner import Confidence, Refusal
from harness.suite.expectations.text import Contains, Equals, Length
from harness.suite.forms.graders.table import GRADERS as FORMS
from harness.trial import Answered, Degraded, Failed, Skipped
from tests.doubles import REPLY
from tests.grade.cases import answered, case, graded
from tests.grade.strategies import PLACE, answers, anything, no_answer

YES = Contains(place=PLACE, all_of=("yes",))
NO = Contains(place=PLACE, all_of=("no",))
REFUSED = StopReason.REFUSAL


def test_a_fault_of_the_models_scores_zero() -> None:
    grading = grade(case(YES), Failed(fault=Fault(kind=Kind.TOOL_LOOP, detail="a loop without an end")))
    assert (grading.score, grading.passed) == (0.0, False)


@pytest.mark.parametrize(
    "outcome",
    [
        *(Failed(fault=fault) for kind in Kind if (fault := Fault(kind=kind, detail="")).whose != "model"),
        Skipped(why="budget"),
        Degraded(reply=dataclasses.replace(REPLY, text="yes"), why="another model"),
    ],
    ids=lambda outcome: outcome.fault.kind if isinstance(outcome, Failed) else outcome.kind,
)
def test_everything_else_that_is_no_answer_is_unmeasured(outcome: Failed | Skipped | Degraded) -> None:
    grading = grade(case(YES), outcome)
    assert (grading.grades, grading.score, grading.passed) == ((), None, None)


def test_a_grade_says_where_what_was_wanted_and_what_was_found() -> None:
    (one,) = graded("maybe", dataclasses.replace(YES, negated=True, weight=2.0)).grades
    assert one.passed
    assert one.evidence == "wanted not text with “yes”; found “maybe”, without “yes”"
    assert (one.place, one.grader, one.version, one.weight) == ("evals/triage.yaml:7:9", "contains", 1, 2.0)


def test_the_score_is_the_weighted_mean() -> None:
    assert graded("yes", dataclasses.replace(YES, weight=3.0), NO).score == 0.75


def test_a_case_passes_from_its_threshold_on() -> None:
    weighted = [dataclasses.replace(YES, weight=0.1), dataclasses.replace(NO, weight=0.2)]
    assert graded("no", *weighted, threshold=2 / 3).passed
    assert not graded("no", *weighted, threshold=0.667).passed


def test_a_sum_of_floats_still_reaches_its_threshold() -> None:
    weighted = [dataclasses.replace(YES, weight=0.1), dataclasses.replace(YES, weight=0.2)]
    assert graded("yes", *weighted, dataclasses.replace(NO, weight=0.7), threshold=0.3).passed


def test_weights_at_the_edge_of_floats_do_not_overflow() -> None:
    heavy = dataclasses.replace(YES, weight=1.7e308)
    assert graded("yes", heavy, heavy, dataclasses.replace(NO, weight=1.7e308)).score == pytest.approx(2 / 3)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 100)), min_size=1, max_size=6), st.floats(1e-3, 1e3))
def test_the_score_depends_on_the_ratio_of_the_weights_only(
    wanted: list[tuple[bool, float]], scale: float
) -> None:
    plain = [dataclasses.replace(YES if yes else NO, weight=weight) for yes, weight in wanted]
    scaled = [dataclasses.replace(each, weight=each.weight * scale) for each in plain]
    assert graded("yes", *plain).score == pytest.approx(graded("yes", *scaled).score)


def test_a_case_with_nothing_that_is_scored_is_unmeasured() -> None:
    grading = graded('{"a": 0.5}', Confidence(place=PLACE, path="$.a"))
    assert (grading.score, grading.passed, grading.answer_confidence) == (None, None, 0.5)
    assert len(grading.grades) == 1


@given(answers, st.lists(anything, min_size=1, max_size=3))
def test_every_answer_has_a_score_between_zero_and_one(text: str, expect: list[Expectation]) -> None:
    grading = graded(text, *expect)
    assert len(grading.grades) == len(expect)
    assert grading.score is not None or all(isinstance(each, Confidence) for each in expect)
    assert grading.score is None or 0.0 <= grading.score <= 1.0
    assert all(0.0 <= each.score <= 1.0 for each in grading.grades)
    assert all(each.passed == (each.score >= 1.0 - SLACK) for each in grading.grades)
    assert all(math.isfinite(each.weight) for each in grading.grades)


@given(answers, anything)
def test_evidence_is_one_short_line_that_can_be_written_anywhere(text: str, expectation: Expectation) -> None:
    (one,) = graded(text, expectation).grades
    assert not one.evidence.startswith("grader bug")
    assert len(one.evidence) <= 1000
    assert one.evidence.splitlines() == [one.evidence]
    assert not any(
        each < " " or "\x7f" <= each <= "\x9f" or "\u202a" <= each <= "\u202e" for each in one.evidence
    )
    one.evidence.encode()


@given(answers, anything)
def test_an_expectation_and_its_negation_never_both_pass(text: str, expectation: Expectation) -> None:
    turned = dataclasses.replace(expectation, negated=not expectation.negated)
    assert [each.passed for each in graded(text, expectation, turned).grades] != [True, True]


@given(no_answer, anything)
def test_nothing_passes_on_an_answer_that_is_none_but_what_asks_for_just_that(
    reply: tuple[StopReason, str], expectation: Expectation
) -> None:
    stop_reason, text = reply
    (one,) = grade(case(expectation), answered(text, stop_reason)).grades
    refused = isinstance(expectation, Refusal) and expectation.expected is not expectation.negated
    ended = isinstance(expectation, Finish) and not expectation.negated and stop_reason in expectation.any_of
    is_empty = stop_reason in {StopReason.END_TURN, StopReason.STOP_SEQUENCE}
    assert one.passed is ((refused and stop_reason is REFUSED) or (ended and not is_empty))


@pytest.mark.parametrize(
    ("stop_reason", "text", "evidence"),
    [
        (REFUSED, "", "found a refusal"),
        (StopReason.MAX_TOKENS, "half an ans", "found an answer cut off at max_tokens: “half an ans”"),
        (StopReason.CONTEXT_EXCEEDED, "half", "found an answer cut off by the context window: “half”"),
        (StopReason.TOOL_USE, "", "found an unfinished turn (stop reason tool_use) with “”"),
        (StopReason.PAUSE_TURN, "so", "found an unfinished turn (stop reason pause_turn) with “so”"),
        (StopReason.END_TURN, " \u200b\n", "found an empty answer"),
    ],
)
def test_evidence_says_why_an_answer_is_none(stop_reason: StopReason, text: str, evidence: str) -> None:
    short = Length(place=PLACE, max_chars=500, negated=False)
    (one,) = grade(case(short), answered(text, stop_reason)).grades
    assert not one.passed
    assert one.evidence.endswith(evidence)


def test_a_refusal_tells_its_category() -> None:
    reply = dataclasses.replace(REPLY, text="", stop_reason=REFUSED, refusal_category="cyber")
    (one,) = grade(case(YES), Answered(reply=reply)).grades
    assert one.evidence.endswith("found a refusal (cyber)")


def test_the_confidence_of_a_truncated_answer_is_still_read() -> None:
    expect = (YES, Confidence(place=PLACE, path="$.sure"))
    grading = grade(case(*expect), answered('{"sure": 0.9}', StopReason.MAX_TOKENS))
    assert (grading.score, grading.answer_confidence) == (0.0, 0.9)


def test_a_bug_in_a_grader_is_ours_and_leaves_the_trial_unmeasured() -> None:
    def decide(expectation: Expectation, response: Response) -> Decision:
        if isinstance(expectation, Equals):
            raise ZeroDivisionError("division\nby zero")
        return Decision(met=True, found="")

    grading = grade_response(case(YES, Equals(place=PLACE, value="yes")), Response(reply=REPLY), decide)
    assert (grading.score, grading.passed) == (None, None)
    assert [each.passed for each in grading.grades] == [True, False]
    assert grading.grades[1].evidence == "grader bug: ZeroDivisionError: division\\nby zero"


def kinds(of: type[Expectation]) -> set[type[Expectation]]:
    """Every kind of expectation that a suite can say."""
    found = (each for kind in of.__subclasses__() for each in (kind, *kinds(kind)))
    return {each for each in found if "grader" in vars(each) and each.__module__.startswith("harness.")}


def test_every_kind_of_expectation_has_a_grader_with_a_version() -> None:
    assert {kind.__qualname__ for kind in GRADERS} == {kind.__qualname__ for kind in kinds(Expectation)}
    assert list(grader_versions()) == sorted(FORMS)
    assert all(version >= 1 for version in grader_versions().values())
