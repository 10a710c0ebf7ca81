"""Records and run information: the contract between running, keeping and comparing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from harness.call.exchange import Usage
from harness.call.step import Step
from harness.grade.grade import Grade, Grading
from harness.grade.opinion import Opinion, Opinions
from harness.suite.route import MARK
from harness.trial import DECIDED, Answered, Degraded, Failed, Outcome, Skipped
from harness.units import Seconds, Usd

Mode = Literal["live", "record", "replay", "imported"]

Purpose = Literal["", "measure", "screen", "confirm", "rerun", "regrade"]
"""Why a run was made: just so; to grade the replies of another run once more; to measure a baseline; or as one side of a gate: its first look at every case, the
fresh samples that confirm a regression, or those of single suspect cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request on the wire (or one that a guard refused to send), and what became of it."""

    number: int
    """From 1, within the trial."""
    latency: Seconds
    fault: str | None
    """The fault's kind; None for a reply."""
    detail: str | None
    status: int | None
    request_id: str | None
    cost: Usd
    """What a usage report proves."""
    cost_uncertain: Usd
    """What the provider may have billed on top."""
    retry_wait: Seconds = Seconds(0.0)
    """Wait before this attempt because an earlier one failed."""
    queue_wait: Seconds = Seconds(0.0)
    """Wait for a slot, a rate limit or a breaker before this attempt."""
    model: str | None = None
    """The pinned id of the model that was asked, where it was not the trial's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """One call of a judge about an answer: what it took, apart from what the answer took."""

    judge: str
    what: str
    """Which expectation, which canary, and the number of the call."""
    model: str
    """The pinned id of the judge's model."""
    attempts: tuple[Attempt, ...]
    cost: Usd | None
    """Sum of what is proved; None: the model has no price (UNPRICED)."""

    @property
    def cost_uncertain(self) -> Usd:
        """What the provider may have billed on top."""
        return Usd(sum((each.cost_uncertain for each in self.attempts), Decimal(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that is known of one trial: one row, complete in itself."""

    case_id: str
    repeat: int
    case_digest: str
    cluster: str
    tags: tuple[str, ...]
    weight: float
    case_place: str
    """`file:line:col` of the case."""
    question: str
    """The request as canonical JSON (see `harness.call.canonical`)."""
    outcome: Outcome
    grading: Grading
    attempts: tuple[Attempt, ...]
    started_at: datetime
    """UTC."""
    cost: Usd | None
    """Sum of what is proved; None: the model has no price (UNPRICED)."""
    cost_uncertain: Usd
    price_row: str | None
    steps: tuple[Step, ...] = ()
    """What happened in the conversation, however it ended; empty where there was none."""
    must_pass: bool = False
    """Whether the case must never fail."""
    quarantine: str = ""
    """Until when the case decides nothing, who sees to it and why; empty: it was in no quarantine when it was asked."""
    graded: bool = True
    """False: the answer is kept before anybody is paid to judge it, and has no grades yet."""
    opinions: Opinions = field(default_factory=dict[str, Opinion])
    """What experts said of the answer, so that it can be graded anew without asking them."""
    judgings: tuple[Judging, ...] = ()
    """Calls of judges, those of earlier processes included. Their cost is not in `cost`."""

    @property
    def judge_cost(self) -> Usd | None:
        """What judges are proved to have cost; None: one of them has no price."""
        costs = [each.cost for each in self.judgings]
        known = [each for each in costs if each is not None]
        return Usd(sum(known, Decimal(0))) if len(known) == len(costs) else None

    @property
    def judge_cost_uncertain(self) -> Usd:
        """What their providers may have billed on top."""
        return Usd(sum((each.cost_uncertain for each in self.judgings), Decimal(0)))

    @property
    def key(self) -> tuple[str, int]:
        return (self.case_id, self.repeat)


def has_answer(record: Record) -> bool:
    """Whether the trial was answered: a reply was paid for and kept, or the model failed by its own doing.

    Asking again after the latter would be to throw the dice until the model looks good.
    """
    outcome = record.outcome
    return isinstance(outcome, Answered | Degraded) or (
        isinstance(outcome, Failed) and outcome.fault.whose == "model"
    )


def awaits_grades(record: Record) -> bool:
    """Whether the answer is there, and a judge has still to be heard: a resume asks the judge again, and only that."""
    lost = any(each.mistake == "judge_error" for each in record.grading.grades)
    return isinstance(record.outcome, Answered) and (not record.graded or lost)


def is_settled(record: Record) -> bool:
    """Whether the trial has its end: an answer with its grades, or that it was planned and is not needed any more."""
    outcome = record.outcome
    return (has_answer(record) and not awaits_grades(record)) or (
        isinstance(outcome, Skipped) and outcome.why == DECIDED
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """Everything one run is pinned to, written before its first call."""

    run_id: str
    suite: str
    suite_digest: str
    prompt: str
    prompt_version: str
    prompt_digest: str
    model: str
    """Short name of the pin, or `route:` and the name of the route."""
    model_id: str
    """The snapshot id that is asked; of a route every id it names, with a comma between them."""
    params: str
    """Effort, thinking, max_tokens and output schema digest, as canonical JSON."""
    prices: str
    """The price rows of every pin, as canonical JSON."""
    graders: str
    """Grader name to version, as canonical JSON."""
    mode: Mode
    repeats: int
    planned: int
    """Number of trials planned."""
    case_ids: tuple[str, ...]
    """Every planned case."""
    harness_version: str
    sdk_version: str
    started_at: datetime
    """UTC."""
    session: str
    """Runs that were interleaved with each other share it; only those may have their latencies compared."""
    resumed_from: str | None = None
    budget: Usd | None = None
    synthetic: bool = False
    """Whether the replies came from made-up recordings."""
    route: str | None = None
    """The rules of the route as canonical JSON, with exact ids; None: every trial asks the same model."""
    route_digest: str | None = None
    """SHA-256 (hex) over which case is asked of which model: a case that gets another tag may change it."""
    purpose: Purpose = ""
    first_repeat: int = 1
    """Number of its first repeat. Fresh samples are numbered on from those of the runs before them."""
    times: tuple[int, ...] = ()
    """How often each case is asked, in the order of `case_ids`; empty: every case `repeats` times."""

    @property
    def keys(self) -> Iterator[tuple[str, int]]:
        """Every planned trial, repeat by repeat."""
        times = self.times or (self.repeats,) * len(self.case_ids)
        for turn in range(max(times, default=0)):
            for case_id, most in zip(self.case_ids, times, strict=True):
                if turn < most:
                    yield case_id, self.first_repeat + turn

    @property
    def asked(self) -> str:
        """Whom it asks, for people: `claude-opus-5-5`, `route simple-on-haiku`."""
        return self.model_id if self.route is None else self.model.replace(MARK, "route ", 1)

    @property
    def variant(self) -> str:
        """What it asks, for people: `v2 on claude-opus-5-5`, `v2 by route simple-on-haiku`."""
        return f"{self.prompt_version} {'on' if self.route is None else 'by'} {self.asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One stored trial as people read it. `text`, `question`, `detail` and `evidence` are hostile."""

    case_id: str
    repeat: int
    outcome: str
    """`answered`, `degraded`, `failed` or `skipped`."""
    detail: str
    """Why it failed, was degraded or was skipped; empty for an answer."""
    text: str
    question: str
    """The request as canonical JSON."""
    stop_reason: str | None
    score: float | None
    passed: bool | None
    evidence: tuple[str, ...]
    """What the graders that did not pass say, each with the place of its expectation."""
    latency: Seconds | None
    cost: Usd | None
    case_place: str
    steps: tuple[Step, ...] = ()
    """What happened in its conversation, in order; texts, tools and arguments are hostile."""
    model: str | None = None
    """The snapshot id that a route named for it; None where its whole run asked one model."""
    usage: Usage | None = None
    """What it was billed for; None where nothing answered, or an imported run does not say."""
    grades: tuple[Grade, ...] = ()
    """Every grade, in the order of the expectations; their evidence is hostile."""
    attempts: tuple[Attempt, ...] = ()
    """What became of each request, where there was more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """What the conversations of one run come to."""

    turns: int = 0
    """Model calls of trials that are conversations."""
    tool_calls: int = 0
    errors: tuple[tuple[str, int], ...] = ()
    """Kind of a tool's error, and how often."""
    flags: tuple[tuple[str, int], ...] = ()
    """What was suspicious, and how often."""
