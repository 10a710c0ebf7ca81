"""Cases as rows: what was asked, what both sides answered, and what graders said of it; nothing left to compute.

Texts of models, users and other programs are as they came: hostile.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.record import Answer
from harness.report.views.grades import GradeLine
from harness.report.views.numbers import NO_NUMBERS, CaseNumbers
from harness.report.views.paired import GradePair, StepPair
from harness.report.views.steps import StepLine

MAX_ANSWER_BYTES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswers:
    """What both sides answered to one case, by repeat."""

    baseline: tuple[Answer, ...] = ()
    candidate: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One part of what was asked; both are hostile."""

    role: str
    """`system`, `user`, `settings`; empty where the request is not ours to read."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One answer, cut to what a page can carry."""

    outcome: str
    passed: bool | None
    text: str
    note: str
    """Why there is no answer, or how much of it is left out; empty: neither."""
    facts: str
    """Score, time, cost and stop reason in one line."""
    evidence: tuple[str, ...]
    """Of the graders that were not met."""
    steps: tuple[StepLine, ...] = ()
    grades: tuple[GradeLine, ...] = ()
    """Every grade."""
    attempts: tuple[str, ...] = ()
    """A line for each request, where there was more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One repeat on both sides; None: that side has no such repeat."""

    repeat: int
    baseline: AnswerView | None
    candidate: AnswerView | None
    grades: tuple[GradePair, ...] = ()
    """Of both sides, those that changed first."""
    steps: tuple[StepPair, ...] = ()
    """Of both sides, aligned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case, ready to be shown. On the page of a single run there is no `before`."""

    case_id: str
    tags: tuple[str, ...]
    change: str
    points: str
    """The difference; empty where one side is not measured."""
    before: str
    """`3/3` passed, or the mean score where nothing says what passed."""
    after: str
    short_before: str
    short_after: str
    missing: str
    place: str
    asked_before: tuple[Message, ...]
    asked_after: tuple[Message, ...]
    pairs: tuple[Pair, ...]
    cost_usd: str | None
    """Exact dollars of the candidate's repeats."""
    latency_s: float | None
    """Seconds of the candidate's answers, added up."""
    failing: tuple[str, ...] = ()
    """Criteria or graders that an answer of the candidate did not meet, each once."""
    numbers_before: CaseNumbers = NO_NUMBERS
    numbers_after: CaseNumbers = NO_NUMBERS
    difference: float | None = None
    """Of the mean scores, candidate minus baseline; None where one side is not measured."""
    mean: float | None = None
    """Score of the candidate's measured repeats; None: there is none."""
    is_worse: bool = False
    """Whether it became worse; of a single run: whether it did not pass every time."""
    command: str = ""
    """What asks this one case again, for a shell; empty where nothing can."""
