"""Short ways to a case, a reply and one grade."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from harness.call.exchange import StopReason
from harness.grade.grade import Grade, Grading
from harness.grade.grading import grade
from harness.grade.response import Response
from harness.suite.case import Case
from harness.suite.expectation import Expectation
from harness.trial import Answered
from harness.units import Usd
from tests.doubles import REPLY
from tests.grade.strategies import PLACE


def case(*expect: Expectation, threshold: float = 1.0) -> Case:
    return Case(
        id="refund-late",
        inputs={},
        expect=expect,
        cluster="refund-late",
        threshold=threshold,
        digest="0" * 64,
        place=PLACE,
    )


def answered(text: str, stop_reason: StopReason = StopReason.END_TURN) -> Answered:
    return Answered(reply=dataclasses.replace(REPLY, text=text, stop_reason=stop_reason))


def graded(text: str, *expect: Expectation, threshold: float = 1.0) -> Grading:
    outcome = answered(text)
    known = Response(reply=outcome.reply, cost=Usd(Decimal("0.004")))
    return grade(case(*expect, threshold=threshold), outcome, known)


def only(text: str, expectation: Expectation) -> Grade:
    (one,) = graded(text, expectation).grades
    return one


def passes(text: str, expectation: Expectation) -> bool:
    """Whether the expectation passes, and that its negation does not."""
    turned = dataclasses.replace(expectation, negated=not expectation.negated)
    passed = only(text, expectation).passed
    assert only(text, turned).passed is not passed
    return passed


def undecided(text: str, expectation: Expectation) -> str:
    """The evidence of an expectation that fails either way."""
    turned = dataclasses.replace(expectation, negated=not expectation.negated)
    assert not only(text, turned).passed
    one = only(text, expectation)
    assert not one.passed
    return one.evidence
