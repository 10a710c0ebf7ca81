"""Grades: what graders say of one answer."""

from __future__ import annotations

from dataclasses import dataclass

from harness.grade.opinion import Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What one grader says of one answer."""

    grader: str
    version: int
    """Version of the grader: results of different versions are not comparable."""
    score: float
    """In [0, 1], never NaN."""
    passed: bool
    evidence: str
    """One line for people: what was wanted and what was found. Holds model output: hostile."""
    place: str
    """`file:line:col` of the expectation."""
    weight: float
    """Share in the score of the case, relative to the other grades; 0: recorded, not scored."""
    confidence: float = 1.0
    """How sure the grader is, in [0, 1]; 1 for exact graders."""
    criterion: str = ""
    """The name under which its grades are reported together; "": the grader's."""
    mistake: Mistake = ""
    """Why there is no grade: the score means nothing then, and the trial is unmeasured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """All grades of one trial and what they come to.

    `score` is None exactly when the trial is unmeasured (a fault of the provider's or ours, a grader that could not
    do its work, a skipped or a degraded trial); a fault of the model's is a score of 0.
    """

    grades: tuple[Grade, ...]
    score: float | None
    """Weighted mean of the grades, in [0, 1]."""
    passed: bool | None
    """Whether the score reaches the case's threshold; None where there is no score."""
    answer_confidence: float | None = None
    """What the answer claims of itself, in [0, 1]."""


def mistake_of(grading: Grading) -> Mistake:
    """Why an answer has no score: the mistake of a judge before those of other graders; "": it is not for a mistake."""
    made = {each.mistake for each in grading.grades}
    return "judge_error" if "judge_error" in made else "grader_error" if "grader_error" in made else ""
