"""What graders said of an answer, and what it took to get it, as lines that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.grade.grade import Grade
from harness.record import Attempt
from harness.report import words


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLine:
    """What one grader said. `name`, `evidence` and `place` are hostile."""

    name: str
    """Its criterion, or the grader itself where it has none."""
    grader: str
    said: str
    """`met`, `not met`, `0.62`, `grader error`."""
    passed: bool | None
    """None: there is no grade, or it does not count."""
    evidence: str
    place: str
    """`file:line:col` of the expectation."""


def grade_lines(grades: Sequence[Grade]) -> tuple[GradeLine, ...]:
    """One line for each grade, in the order of the expectations."""
    return tuple(map(_line, grades))


def failing(grades: Sequence[Grade]) -> tuple[str, ...]:
    """The names of those that were not met and count, each once."""
    return tuple(dict.fromkeys(_name(each) for each in grades if each.weight > 0 and not each.passed))


def attempt_lines(attempts: Sequence[Attempt]) -> tuple[str, ...]:
    """One line for each request: `1. overloaded (529) after 0.4 s; waited 2.0 s for it`. Details are hostile."""
    return tuple(f"{each.number}. {' · '.join(_facts(each))}" for each in attempts)


def _line(grade: Grade) -> GradeLine:
    counts = grade.weight > 0 and not grade.mistake
    return GradeLine(
        name=_name(grade),
        grader=grade.grader,
        said=_said(grade),
        passed=grade.passed if counts else None,
        evidence=grade.evidence,
        place=grade.place,
    )


def _name(grade: Grade) -> str:
    return grade.criterion or grade.grader


def _said(grade: Grade) -> str:
    if grade.mistake:
        return grade.mistake.replace("_", " ")
    said = f"{grade.score:.2f}" if 0 < grade.score < 1 else "met" if grade.passed else "not met"
    sure = "" if grade.confidence == 1 else f", {words.percent(grade.confidence)} sure"
    return f"{said}{sure}{'' if grade.weight else ', only recorded'}"


def _facts(attempt: Attempt) -> Iterator[str]:
    status = "" if attempt.status is None else f" ({attempt.status})"
    yield f"{'answered' if attempt.fault is None else attempt.fault.replace('_', ' ')}{status}"
    yield words.seconds(attempt.latency)
    if attempt.retry_wait:
        yield f"waited {words.seconds(attempt.retry_wait)} after a failure"
    if attempt.queue_wait:
        yield f"waited {words.seconds(attempt.queue_wait)} for its turn"
    if attempt.cost:
        yield words.dollars(attempt.cost)
    if attempt.cost_uncertain:
        yield f"up to {words.dollars(attempt.cost_uncertain)} more may be billed"
    if attempt.model is not None:
        yield attempt.model
    if attempt.detail:
        yield attempt.detail
