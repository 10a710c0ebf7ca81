"""Opinions: what an expert outside of the pure core says of one answer under one expectation.

A user's Python, a judge, an embedding model or a database cannot be asked by a pure function. They are asked before
an answer is graded, and the grader reads what they said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from harness.suite.canonical import digest
from harness.suite.expectation import Expectation, spelled

Mistake = Literal["", "grader_error", "judge_error"]
"""Whose mistake it is that there is no grade: nobody's, a grader's, or a judge's. Never the model's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one expert says. `reason` is for people, completes "found ...", and may hold what a model wrote: hostile."""

    score: float
    """In [0, 1]; means nothing beside a `mistake`."""
    reason: str
    confidence: float = 1.0
    """How sure the expert is, in [0, 1]; of several judgings, how far they agree."""
    met: bool | None = None
    """Whether the expectation is met, where the expert says so beside its score; None: the score says it."""
    mistake: Mistake = ""
    """Why there is no opinion."""
    undecidable: bool = False
    """Whether there was nothing to have an opinion of: the expectation fails, and so does its negation."""


Opinions = Mapping[str, Opinion]
"""By the key of the expectation they are of."""


def opinion_key(expectation: Expectation) -> str:
    """What an opinion is of: the expectation without what an expert is not told (weight, `not`, `at_least`)."""
    return digest(spelled(replace(expectation, weight=1.0, negated=False, at_least=None)))
