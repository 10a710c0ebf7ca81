"""What a comparison reads of a run: numbers per trial, no text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DECIDED: Final = "skipped: decided"
"""Why an answer is missing that nobody waited for: the verdict was clear without it. Such rows count for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One trial as statistics see it."""

    case_id: str
    repeat: int
    score: float | None
    """In [0, 1]; None: unmeasured, and `missing` says why."""
    missing: str | None
    """A fault's kind, `degraded`, or `skipped: why`; None where there is a score."""
    cost: float | None = None
    """US dollars. A float here and nowhere else: it feeds a ratio, not a bill."""
    latency: float | None = None
    """Seconds of the last attempt alone."""
    cluster: str
    tags: tuple[str, ...] = ()
    weight: float = 1.0
    passed: bool | None = None
    """Whether its score reached the threshold of its case; None: not known, so only a score of 1 has."""
    must_pass: bool = False
    """Whether the case must never fail: see `Rerun`."""
    quarantine: str = ""
    """Until when the case decides nothing, who sees to it and why; empty: it is in no quarantine."""
    input_tokens: int | None = None
    """Uncached input; None: not known. The next four are tokens as well."""
    output_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_read_tokens: int | None = None
    attempts: int = 1
    """Requests it took, retries and turns included."""
    served_model: str | None = None
    """Model id in the response; None: not known."""
    calls: int | None = None
    """Requests that brought a reply: the turns of a conversation, else 1; None: not known."""
    retry_cost: float | None = None
    """US dollars of the attempts that brought none; None: not known."""
    price_row: str | None = None
    """Id of the price row that priced it, one of those in the side's `prices`; None: not known."""
    label: float | None = None
    """What people say of the answer, in [0, 1]; None: nobody looked at it."""
    answer_confidence: float | None = None
    """What the answer claims of itself, in [0, 1]; None: it claims nothing."""
    case_digest: str = ""
    """Cases are compared only where both sides asked and wanted the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """Where every planned trial ended: planned = answered + degraded + failed + skipped, always."""

    planned: int
    answered: int
    degraded: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShare:
    """What a route sent to one model."""

    model: str
    """Snapshot id; empty for trials that were planned and never recorded."""
    case_ids: tuple[str, ...]
    planned: int
    answered: int
    cost_usd: str | None
    """Actual dollars, exact, as text; None: unpriced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderFacts:
    """One grader over one run."""

    grader: str
    version: int
    grades: int
    confidence: float
    """Mean, in [0, 1]: how sure it was; 1 of exact graders."""
    spread: float | None
    """Mean standard deviation of its scores where it graded one answer several times; None where it never did."""
    repeated: int
    """Answers and expectations that it graded several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrading:
    """That a side's stored answers were graded anew for a comparison; the grades in the store stay as they were."""

    graders: str
    """Those that graded it first."""
    answers: int
    """Answers that were graded anew."""
    changed: int
    """Those of them whose score is another one now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One run, ready to be compared."""

    run_id: str
    suite: str
    label: str
    """`v2 on claude-opus-5-5`, or the name an imported run was given."""
    observations: tuple[Observation, ...]
    accounting: Accounting
    graders: str
    """Grader versions as canonical JSON; sides with different ones are not comparable."""
    cost_usd: str | None
    """Actual dollars, exact, as text; None: unpriced."""
    session: str
    mode: str
    """`live`, `record`, `replay` or `imported`."""
    synthetic: bool = False
    runs: tuple[str, ...] = ()
    """The runs its observations come from, oldest first, where it is more than one."""
    model_id: str = ""
    """Snapshot id that was asked for; empty: not known."""
    models: tuple[ModelShare, ...] = ()
    """Model by model, the one with the most cases first; empty where no route chose."""
    prices: str = ""
    """The price rows of its pins as canonical JSON, as `RunInfo` has them; empty: not known."""
    prompt_digest: str = ""
    """Of the prompt version that was asked; empty: not known."""
    grader_facts: tuple[GraderFacts, ...] = ()
    """Of the graders that graded it when it ran, by name; of several runs the newest one's."""
    regraded: Regrading | None = None
    """None: its scores are those that were given when it ran."""
