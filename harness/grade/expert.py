"""Graders that read what an expert said."""

from __future__ import annotations

import math

from harness.grade.decision import Decision, GraderError, Undecidable
from harness.grade.opinion import opinion_key
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.suite.expectations.judged import Judged


def by_opinion(wanted: Expectation, response: Response) -> Decision:
    """What the expert of `wanted` said. Raises GraderError where it said nothing, Undecidable where it could not."""
    opinion = response.opinions.get(opinion_key(wanted))
    if opinion is None:
        raise GraderError(
            f"no opinion of the expert {wanted.expert!r}: the run ended before it had one",
            "judge_error" if isinstance(wanted, Judged) else "grader_error",
        )
    if opinion.mistake:
        raise GraderError(opinion.reason, opinion.mistake)
    if opinion.undecidable:
        raise Undecidable(opinion.reason)
    if not (0.0 <= opinion.score <= 1.0 and math.isfinite(opinion.confidence)):
        raise GraderError(f"the score {opinion.score!r} is not in [0, 1]")
    score = opinion.score if opinion.met is not False else 0.0
    is_said = opinion.met is not None and wanted.at_least is None
    return Decision(
        met=opinion.score >= 1.0 if opinion.met is None else opinion.met,
        found=opinion.reason,
        score=None if is_said else score,
        confidence=opinion.confidence,
    )
