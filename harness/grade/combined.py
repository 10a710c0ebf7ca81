"""Combinations of expectations: `all`, `any`, `some_of`, in three-valued logic (Kleene's strong one).

A part is met, missed or undecided: a path that leads nowhere, a reply that is no answer. What the undecided parts
could turn either way is undecided itself, so it fails and so does its negation; `not` never passes by accident.
A part whose grader made a mistake could have been any of the three: where that would matter the whole is
unmeasured, and where it would not it is decided without that part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.grade.decision import Decision, GraderError, Undecidable, printable
from harness.grade.response import Response
from harness.grade.settling import SLACK, Decide, weighed
from harness.suite.expectation import Expectation
from harness.suite.expectations.combined import AllOf, AnyOf, SomeOf

SHOWN: Final = 3
"""Parts that evidence speaks of."""

MISSED, UNDECIDED, MET = 0, 1, 2
"""In this order every combination is monotone: no part that does better makes it worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one part came to."""

    words: str
    weight: float
    found: str
    value: int = UNDECIDED
    """`MISSED`, `UNDECIDED` or `MET`; without meaning beside a mistake."""
    score: float | None = None
    """In [0, 1]; None where it is undecided or a mistake was made."""
    confidence: float = 1.0
    mistake: GraderError | None = None


def part_of(expectation: Expectation, response: Response, decide: Decide, words: str) -> Part:
    """What `expectation` comes to as a part: a degree without an `at_least` is met by a score of 1. Raises nothing."""
    label, weight = expectation.criterion or words, expectation.weight
    try:
        decision = weighed(expectation, response, decide)
    except Undecidable as undecidable:
        return Part(words=label, weight=weight, found=undecidable.found)
    except GraderError as mistake:
        return Part(words=label, weight=weight, found=mistake.found, mistake=mistake)
    except Exception as bug:  # noqa: BLE001 - it may not matter
        found = f"grader bug: {type(bug).__name__}: {printable(str(bug))}"
        return Part(words=label, weight=weight, found=found, mistake=GraderError(found))
    score = float(decision.met) if decision.score is None else decision.score
    value = MET if (decision.met if decision.score is None else score >= 1.0 - SLACK) else MISSED
    return Part(
        words=label,
        weight=weight,
        found=decision.found,
        value=value,
        score=score,
        confidence=decision.confidence,
    )


def all_of(_wanted: AllOf, parts: Sequence[Part]) -> Decision:
    """Whether every part is met. Raises Undecidable, GraderError."""
    return _decided(parts, min)


def any_of(_wanted: AnyOf, parts: Sequence[Part]) -> Decision:
    """Whether a part is met. Raises Undecidable, GraderError."""
    return _decided(parts, max)


def some_of(wanted: SomeOf, parts: Sequence[Part]) -> Decision:
    """Whether enough parts are met, or how much of the weight is. Raises Undecidable, GraderError."""
    count, share = wanted.count, wanted.at_least
    if count is not None:
        return _decided(parts, lambda values: sorted(values, reverse=True)[count - 1])
    if share is not None:
        return _enough(parts, share)
    _raise_first_mistake(parts)
    # What is undecided counts nothing, also when the whole is turned round.
    score = _mean(parts, undecided=1.0 if wanted.negated else 0.0)
    return Decision(met=score >= 1.0 - SLACK, found=_told(parts), score=score, confidence=_least_sure(parts))


def in_words(wanted: AllOf | AnyOf | SomeOf, parts: Sequence[str]) -> str:
    """What is wanted, of what its parts want."""
    listed = "; ".join(parts[:SHOWN]) + ("; ..." if len(parts) > SHOWN else "")
    if isinstance(wanted, AllOf):
        return f"all of ({listed})"
    if isinstance(wanted, AnyOf):
        return f"any of ({listed})"
    return f"{'some' if wanted.count is None else f'at least {wanted.count}'} of ({listed})"


def _decided(parts: Sequence[Part], combine: Callable[[Sequence[int]], int]) -> Decision:
    worst, best = (_values(parts, mistaken) for mistaken in (MISSED, MET))
    return _said(parts, combine(worst), combine(best))


def _enough(parts: Sequence[Part], share: float) -> Decision:
    def value(mistaken: float) -> int:
        low = _mean(parts, undecided=0.0, mistaken=mistaken)
        high = _mean(parts, undecided=1.0, mistaken=mistaken)
        return MET if low >= share - SLACK else UNDECIDED if high >= share - SLACK else MISSED

    return _said(parts, value(0.0), value(1.0))


def _said(parts: Sequence[Part], worst: int, best: int) -> Decision:
    """The decision, where the mistakes of graders do not matter to it."""
    if worst != best:
        _raise_first_mistake(parts)
    if worst == UNDECIDED:
        raise Undecidable(_told(parts))
    return Decision(met=worst == MET, found=_told(parts), confidence=_least_sure(parts))


def _values(parts: Sequence[Part], mistaken: int) -> list[int]:
    return [each.value if each.mistake is None else mistaken for each in parts]


def _mean(parts: Sequence[Part], undecided: float, mistaken: float = 0.0) -> float:
    """The mean score by weight. Weights are scaled so that no sum overflows."""
    heaviest = max(each.weight for each in parts)
    shares = [each.weight / heaviest for each in parts]
    scores = [
        mistaken if each.mistake is not None else undecided if each.score is None else each.score
        for each in parts
    ]
    total = math.fsum(share * score for share, score in zip(shares, scores, strict=True))
    return min(1.0, max(0.0, total / math.fsum(shares)))


def _raise_first_mistake(parts: Sequence[Part]) -> None:
    for each in parts:
        if each.mistake is not None:
            raise GraderError(f"{each.words}: {each.found}", each.mistake.mistake)


def _least_sure(parts: Sequence[Part]) -> float:
    return min((each.confidence for each in parts), default=1.0)


def _told(parts: Sequence[Part]) -> str:
    """How many parts are met, and what the first of the others came to."""
    others = [each for each in parts if each.mistake is not None or each.value != MET]
    lines = [f"{each.words}: {each.found}" for each in (others or parts)[:SHOWN]]
    return f"{len(parts) - len(others)} of {len(parts)} met ({'; '.join(lines)})"
