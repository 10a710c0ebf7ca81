"""From what a grader decides to what an expectation comes to: `not`, `at_least`, and replies that are no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from harness.grade.decision import Decision, GraderError, Undecidable
from harness.grade.response import Response
from harness.grade.unanswered import unanswered, why_no_answer
from harness.suite.expectation import Expectation

SLACK: Final = 1e-9
"""How far a score may miss its threshold: a mean of 0.1 and 0.2 is not exact in binary."""

Decide = Callable[[Expectation, Response], Decision]
"""The table of graders. Raises Undecidable, GraderError."""


def settled(expectation: Expectation, response: Response, decide: Decide) -> Decision:
    """What the expectation comes to, `not:` and `at_least` included. Raises GraderError.

    The score stays None where the expectation is met or not, and is in [0, 1] where that is a matter of degree.
    """
    try:
        return weighed(expectation, response, decide)
    except Undecidable as undecidable:
        return Decision(met=False, found=undecidable.found)


def weighed(expectation: Expectation, response: Response, decide: Decide) -> Decision:
    """The same, where it can be decided: a reply that is no answer decides nothing. Raises Undecidable, GraderError."""
    nothing = unanswered(response.reply)
    if nothing is not None and nothing not in expectation.accepts:
        raise Undecidable(why_no_answer(response.reply))
    decision = decide(expectation, response)
    score = decision.score
    if score is not None and not 0.0 <= score <= 1.0:
        raise GraderError(f"the score {score!r}, which is not in [0, 1]")
    if score is not None and expectation.at_least is not None:
        decision = replace(decision, met=score >= expectation.at_least - SLACK, score=None)
    return _turned(decision) if expectation.negated else decision


def _turned(decision: Decision) -> Decision:
    score = None if decision.score is None else 1.0 - decision.score
    return replace(decision, met=not decision.met, score=score)
