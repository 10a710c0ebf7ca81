"""From a case and an outcome to a grading: pure, total, and never the model's fault when it is ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, assert_never

from harness.call.exchange import Reply, StopReason
from harness.grade.confidence import answer_confidence
from harness.grade.decision import Decision, Undecidable, printable, shortened
from harness.grade.grade import Grade, Grading
from harness.grade.refusal import why_no_answer
from harness.grade.table import decide, grader_versions
from harness.grade.wanted import in_words
from harness.suite.case import Case
from harness.suite.expectation import Confidence, Expectation, Refusal
from harness.trial import Answered, Degraded, Failed, Outcome, Skipped

SLACK: Final = 1e-9
"""How far a score may miss its threshold: a mean of 0.1 and 0.2 is not exact in binary."""

EVIDENCE: Final = 1000
"""Characters of one line of evidence."""

UNMEASURED: Final = Grading(grades=(), score=None, passed=None)

Decide = Callable[[Expectation, Reply], Decision]


def grade(case: Case, outcome: Outcome) -> Grading:
    """What the graders of `case` say of `outcome`, and what it comes to. Raises nothing.

    A failure of the model's scores 0. A failure of the provider's or ours, a degraded and a skipped trial are
    unmeasured, and so is an answer on which a grader of ours breaks.
    """
    match outcome:
        case Answered(reply=reply):
            return grade_reply(case, reply)
        case Failed(fault=fault) if fault.whose == "model":
            return Grading(grades=(), score=0.0, passed=False)
        case Failed() | Degraded() | Skipped():
            return UNMEASURED
        case _:
            assert_never(outcome)


def grade_reply(case: Case, reply: Reply, decide: Decide = decide) -> Grading:
    """The grading of an answer. `decide` is the table of graders."""
    grades: list[Grade] = []
    broken = False
    for each in case.expect:
        try:
            grades.append(_grade(each, reply, decide))
        except Exception as bug:  # noqa: BLE001 - no answer may stop the run, nor fail for a bug of ours
            broken = True
            grades.append(_stamp(each, passed=False, evidence=f"grader bug: {_name(bug)}"))
    score = None if broken else _mean(grades)
    return Grading(
        grades=tuple(grades),
        score=score,
        passed=None if score is None else score >= case.threshold - SLACK,
        answer_confidence=None if broken else _stated(case.expect, reply),
    )


def _grade(expectation: Expectation, reply: Reply, decide: Decide) -> Grade:
    passed, found = _outcome(expectation, reply, decide)
    return _stamp(expectation, passed=passed, evidence=f"wanted {in_words(expectation)}; found {found}")


def _outcome(expectation: Expectation, reply: Reply, decide: Decide) -> tuple[bool, str]:
    """Whether the expectation holds, `not:` included, and what was found."""
    nothing = why_no_answer(reply)
    is_refused = reply.stop_reason is StopReason.REFUSAL
    if nothing is not None and not (is_refused and isinstance(expectation, Refusal)):
        return False, nothing
    try:
        decision = decide(expectation, reply)
    except Undecidable as undecidable:
        return False, undecidable.found
    return decision.met is not expectation.negated, decision.found


def _stamp(expectation: Expectation, *, passed: bool, evidence: str) -> Grade:
    return Grade(
        grader=expectation.grader,
        version=grader_versions()[expectation.grader],
        score=1.0 if passed else 0.0,
        passed=passed,
        evidence=shortened(evidence, EVIDENCE),
        place=str(expectation.place),
        weight=0.0 if isinstance(expectation, Confidence) else expectation.weight,
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
