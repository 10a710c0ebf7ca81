"""What is known of a suite's past, before anybody words or draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from harness.compare.comparison import Quality, Score
from harness.compare.observation import Accounting
from harness.measure.estimate import Estimate
from harness.record import RunInfo
from harness.units import Usd

CHOSEN = frozenset({"confirm", "rerun", "regrade"})
"""Purposes of runs whose cases were chosen for their scores, or whose answers are those of another run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFound:
    """What fresh answers of an unchanged baseline said of its old ones. Shares in [-1, 1]."""

    cases: int
    difference: float
    """Fresh minus old."""
    p: float
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVerdict:
    """What the gate said of a run as candidate."""

    verdict_id: str
    baseline_run: str
    decided_at: datetime
    status: str
    """As it is stored: one of the four."""
    label: str | None
    bank: BankFound | None = None
    """None: nothing fresh was asked of the baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One stored run."""

    info: RunInfo
    accounting: Accounting
    measured: int
    score: Score | None
    cost: Usd | None
    """None: unpriced."""
    verdicts: tuple[PastVerdict, ...]
    """Newest first."""

    @property
    def variant(self) -> str:
        """What it asked, for people; of imported results, which name no prompt, their own name."""
        return self.info.run_id if self.info.mode == "imported" else self.info.variant

    @property
    def kind(self) -> tuple[str, ...]:
        """Equal where the very same was asked, and graded in the same way. Imported results are each their own."""
        info = self.info
        if info.mode == "imported":
            return (info.run_id,)
        asked = (info.prompt, info.prompt_digest, info.model_id, info.params, info.route_digest or "")
        return (*asked, info.graders, str(info.synthetic))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFlaky:
    """A case that one variant both passed and failed, unchanged, over all runs."""

    case_id: str
    variant: str
    passed: int
    asked: int
    rate: Estimate
    flakiness: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """What the runs of one day cost that asked a model."""

    day: date
    runs: int
    cost: Usd | None
    """None: none of them has a price."""
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """The oldest and the newest run in sight of one variant, compared case by case."""

    kind: tuple[str, ...]
    variant: str
    first: RunInfo
    last: RunInfo
    quality: Quality | None
    """Last minus first; None where no case was measured, unchanged, in both."""
    alpha: float
    """One-sided error rate of each bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSuite:
    """One suite over time."""

    suite: str
    runs: tuple[PastRun, ...]
    """Those in sight, oldest first."""
    in_all: int
    since: datetime
    """When the oldest of all its runs began, UTC."""
    flaky: tuple[PastFlaky, ...]
    """The flakiest first."""
    flaky_in_all: int
    days: tuple[PastDay, ...]
    """Oldest first, all of them."""
    drifted: tuple[Drifted, ...]
    """The newest variants first."""
    not_tested: int
    """Variants with two runs or more that were not compared, as there are too many."""
