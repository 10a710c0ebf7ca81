"""What happens while a run runs, as a closed union of frozen events. Whoever wants to know subscribes.

Events carry no prompt text and no answers, so a sink may write them anywhere. `origin` is
`str(Origin)` (`side:suite/case#repeat@prompt-version`, `side:` only where runs are interleaved); `model` is the pinned id. The two name a trial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.units import Seconds, Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBegan:
    """A run was opened, and its trials are about to be asked. Runs that are interleaved begin one after the other."""

    run_id: str
    side: str
    """What stands before the colon in the origins of its trials; empty where the run is alone."""
    suite: str
    prompt_version: str
    model: str
    mode: str
    planned: int
    """All its trials, `kept` included."""
    kept: int
    """Trials that an earlier part of a resumed run has finished."""
    budget: Usd | None
    """The cap of all runs that are made together; None: no cap."""
    used: Usd
    """What earlier parts have used of it."""
    purpose: str = ""
    """`screen`, `confirm` or `rerun` for what a gate asks, `measure` for a baseline; empty: just a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """A run is over, and everything that came of it is on disk. The counts are of this part alone, without `kept`."""

    run_id: str
    side: str
    why: str
    """`finished`, or why it stopped early: `decided`, `interrupted`, `unauthorized` and the like."""
    answered: int
    degraded: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A live gate has looked at what it has so far."""

    suite: str
    run_id: str
    """Of the candidate."""
    look: int
    """From 1."""
    looks: int
    """How many there will be at most."""
    answers: int
    """Trials that have ended by then, of both sides where both are asked."""
    decided: bool
    """Whether no further look is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateNoted:
    """A gate says what it does next, and why."""

    suite: str
    note: str
    """One sentence, without prompt texts and answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """Nothing more is sent. Said a second time when calls under way are cancelled."""

    why: str
    detail: str
    under_way: int
    """Calls on the wire."""
    at_most: Seconds | None
    """How long they may still take; 0: they are cancelled now; None: as long as they need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """The worst case of one attempt was set aside, before anything was sent. Not said of unpriced models."""

    origin: str
    model: str
    attempt: int
    amount: Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The reservation of one attempt was replaced by what it cost.

    `uncertain` is the part nobody knows for sure (the provider may have billed it). `cost` holds only
    what a usage report proves.
    """

    origin: str
    model: str
    attempt: int
    cost: Usd
    uncertain: Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """One request goes to the wire."""

    origin: str
    model: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded:
    """One request came back, or did not. `fault` is the fault's kind, `cancelled`, or None for a reply.

    `not_kept`: a reply came, and its recording could not be written, which ends the run.
    """

    origin: str
    model: str
    attempt: int
    latency: Seconds
    fault: str | None
    detail: str | None
    status: int | None
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitBegan:
    """A call begins to wait: said once for each wait, before it.

    `why` is one of `retry`, `retry_after`, `breaker`, `budget`, `rate` and `slot`. `length` is how long it will
    take at least, or None where that depends on others. The next event of the same origin ends the wait.
    """

    origin: str
    model: str
    why: str
    length: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long a call waits before an attempt: what the waits of an attempt are summed up from.

    `why` is `retry` or `retry_after` (said before, with the length it is going to wait), or `breaker`,
    `budget`, `rate` or `slot` (said afterwards, with the length it has waited).
    """

    origin: str
    model: str
    why: str
    length: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded:
    """A turn of a conversation came back, and it goes on: the trial will ask again."""

    origin: str
    model: str
    turn: int
    """From 1, within the trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled:
    """A tool that the model called gave its result."""

    origin: str
    model: str
    turn: int
    tool: str | None
    """The tool's name; None: there is no tool of the name the model called."""
    error: str | None
    """The error's kind; None: it gave a result."""
    flags: tuple[str, ...]
    """What is suspicious about it (see `harness.call.step`)."""
    length: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerMoved:
    """The breaker of a model changed its state: `closed`, `open` or `half_open`."""

    model: str
    state: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FellBack:
    """A call failed for good, and something else is tried in its place.

    `rung` is the id of another model, `cached` or `partial`; `because` is the kind of the first fault. Whether the
    rung gave anything is in how the trial ends.
    """

    origin: str
    model: str
    """The model that was to be asked."""
    rung: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrencyMoved:
    """The number of calls to a model that may be in flight at once became `limit`."""

    model: str
    limit: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetWarned:
    """More than four fifths of a cap are spent or set aside; said once for each cap."""

    scope: str
    """What the cap is for: `run`, `suite triage`, `model claude-opus-5-5`, `day 2026-11-21`."""
    cap: Usd
    used: Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDeprecated:
    """The SDK says that a model will go away."""

    model: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEnded:
    """A trial reached its one outcome, and its record is safe."""

    origin: str
    model: str
    outcome: str
    score: float | None
    why: str | None = None
    """The kind of the fault it failed with, or why it was degraded or skipped."""
    detail: str | None = None
    cost: Usd | None = None
    """What is proved, over all its attempts; None: unpriced."""
    uncertain: Usd | None = None
    """What may have been billed on top."""
    passed: bool | None = None
    """Whether the score reaches the case's threshold; None where there is no score."""


Event = (
    RunBegan
    | RunEnded
    | Looked
    | GateNoted
    | Stopping
    | Reserved
    | Settled
    | AttemptStarted
    | AttemptEnded
    | WaitBegan
    | Waiting
    | TurnEnded
    | ToolCalled
    | BreakerMoved
    | ConcurrencyMoved
    | FellBack
    | BudgetWarned
    | ModelDeprecated
    | TrialEnded
)

Emit = Callable[[Event], None]
"""Takes an event and returns at once; a sink that can fail or block must not be one."""


def nobody(_event: Event) -> None:
    """An `Emit` for when nobody listens."""
