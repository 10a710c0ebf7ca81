"""From a case and an outcome to a grading: pure, total, and never the model's fault when it is ours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from harness.call.exchange import Reply
from harness.grade.confidence import answer_confidence
from harness.grade.decision import Decision, GraderError, printable, shortened
from harness.grade.grade import Grade, Grading
from harness.grade.opinion import Mistake
from harness.grade.response import Response
from harness.grade.settling import SLACK, Decide, settled
from harness.grade.table import decide, grader_versions, in_words
from harness.suite.case import Case
from harness.suite.expectation import Expectation
from harness.suite.expectations.manner import Confidence
from harness.trial import Answered, Degraded, Failed, Outcome, Skipped

EVIDENCE: Final = 1000
"""Characters of one line of evidence."""

UNMEASURED: Final = Grading(grades=(), score=None, passed=None)


def grade(case: Case, outcome: Outcome, response: Response | None = None) -> Grading:
    """What the graders of `case` say of `outcome`, and what it comes to. Raises nothing.

    `response` is an answer with what else is known of its trial; None: nothing but the answer is known.

    A failure of the model's scores 0. A failure of the provider's or ours, a degraded and a skipped trial are
    unmeasured, and so is an answer that a grader could not grade.
    """
    match outcome:
        case Answered(reply=reply):
            return grade_response(case, response or Response(reply=reply, inputs=case.inputs))
        case Failed(fault=fault) if fault.whose == "model":
            return Grading(grades=(), score=0.0, passed=False)
        case Failed() | Degraded() | Skipped():
            return UNMEASURED
        case _:
            assert_never(outcome)


def grade_response(case: Case, response: Response, decide: Decide = decide) -> Grading:
    """The grading of an answer. `decide` is the table of graders."""
    grades = tuple(_grade(each, response, decide, case.threshold) for each in case.expect)
    is_whole = not any(each.mistake for each in grades)
    score = _mean(grades) if is_whole else None
    return Grading(
        grades=grades,
        score=score,
        passed=None if score is None else score >= case.threshold - SLACK,
        answer_confidence=_stated(case.expect, response.reply) if is_whole else None,
    )


def _grade(expectation: Expectation, response: Response, decide: Decide, threshold: float) -> Grade:
    try:
        decision = settled(expectation, response, decide)
    except GraderError as error:
        return _stamp(
            expectation, _nothing(f"{error.mistake.replace('_', ' ')}: {error.found}"), error.mistake
        )
    except Exception as bug:  # noqa: BLE001 - no answer may stop the run, nor fail for a bug of ours
        return _stamp(expectation, _nothing(f"grader bug: {_name(bug)}"), "grader_error")
    words = f"wanted {in_words(expectation)}; found {decision.found}"
    met = decision.met if decision.score is None else decision.score >= threshold - SLACK
    return _stamp(expectation, replace(decision, met=met, found=words))


def _nothing(why: str) -> Decision:
    return Decision(met=False, found=why, confidence=0.0)


def _stamp(expectation: Expectation, decision: Decision, mistake: Mistake = "") -> Grade:
    score = float(decision.met) if decision.score is None else decision.score
    return Grade(
        grader=expectation.grader,
        version=grader_versions()[expectation.grader],
        score=score,
        passed=decision.met,
        evidence=shortened(decision.found, EVIDENCE),
        place=str(expectation.place),
        weight=expectation.weight if expectation.scored else 0.0,
        confidence=decision.confidence,
        criterion=expectation.criterion,
        mistake=mistake,
    )


def _mean(grades: Sequence[Grade]) -> float | None:
    """The weighted mean in [0, 1]; None where nothing is scored. Weights are scaled so that no sum overflows."""
    heaviest = max((each.weight for each in grades), default=0.0)
    if heaviest <= 0:
        return None
    shares = [each.weight / heaviest for each in grades]
    total = math.fsum(share * each.score for share, each in zip(shares, grades, strict=True))
    return min(1.0, max(0.0, total / math.fsum(shares)))


def _stated(expectations: Sequence[Expectation], reply: Reply) -> float | None:
    stated = (answer_confidence(each, reply.text) for each in expectations if isinstance(each, Confidence))
    return next((each for each in stated if each is not None), None)


def _name(bug: Exception) -> str:
    return f"{type(bug).__name__}: {printable(str(bug))}"
