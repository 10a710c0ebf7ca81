"""What a suite asks of the gate: the numbers that turn a comparison into a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How often the cases of a candidate are asked where a bank says how flaky each of them is (STATISTICS 12.5)."""

    mean: float = 2.2
    """Repeats per case on average, at least 1: what would be asked if no look ended it earlier."""
    most: int = 5
    least: int = 1
    least_in_slice: int = 2
    """Of cases in a slice that is tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """When the numbers are looked at while a live gate runs. After each look it may stop."""

    waves: tuple[int, ...] = (1, 2, 3, 5)
    """After every case has been asked so often, or as often as it is asked at all; ascending."""
    within_first: tuple[float, ...] = (0.25, 0.5)
    """And after these shares of the first wave, in suites of at least `large` cases."""
    large: int = 200
    slice_samples: int = 60
    """A PASS ends a run early only where every tested slice has so many samples, or all of its own."""
    kill_at: float = 100.0
    """E-value against "the drop is at most the margin" at which everything stops: wrong at most 1 time in 100."""
    kill_every: int = 10
    """Cases between two looks at the e-value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The fresh samples of both sides that a regression has to show in before it blocks."""

    alpha: float = 0.10
    """One-sided, of the fresh samples alone."""
    repeats: int = 4
    """Of every case, each side, where overall quality is to be confirmed."""
    slice_repeats: int = 5
    """Of every case of a slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """The guard against single cases that broke altogether: suspects are asked again on both sides."""

    repeats: int = 8
    """Fresh samples of each suspect and side."""
    alpha: float = 0.01
    """Family-wise: Fisher's exact p of a suspect has to be below this divided by the number of suspects."""
    must_pass: tuple[int, int] = (2, 3)
    """A must-pass case that failed once has regressed where so many of so many fresh answers fail too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRules:
    """Which old samples of the baseline may stand for it."""

    least: int = 5
    """Samples every shared case must have."""
    target: int = 10
    """Samples a measurement aims at."""
    days: int = 14
    """Older samples do not count: what serves a model may have changed since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRules:
    """What is asked of the judges that grade a suite. With these, a verdict also allows for their known faults."""

    min_kappa: float | None = None
    """Cohen's kappa against people, at least; None: above chance is enough. The next two: None asks for nothing."""
    min_tpr: float | None = None
    min_tnr: float | None = None
    days: int | None = None
    """Older calibrations do not count; None: they do, however old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFacts:
    """What the newest calibration says of one judge."""

    judge: str
    identity: str
    """Prompt, model, scale and judgings, as the graders of a run name it."""
    age_days: int
    """Whole days from the calibration to the moment when this was read."""
    labelled: int
    lacking: str
    """Why it says too little to rely on; empty: it says enough."""
    kappa: float | None
    tpr: float | None
    tnr: float | None
    per_doubling: tuple[float, float, float] | None
    """How much higher it scores an answer twice as long, and the ends of its 95 % interval; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The gate's rules for one suite. Shares are in [0, 1]: 0.05 is five points, or five percent.

    The defaults are those of a suite that says nothing; `docs/decisions/` says why each has its value.
    """

    alpha: float = 0.05
    """One-sided error rate of each bound, in (0, 0.5)."""
    quality_margin: float = 0.05
    """The largest drop in mean score that still passes, in (0, 1]."""
    cost_margin: float | None = 0.10
    """The largest relative rise in cost that still passes; None leaves cost out of the verdict."""
    latency_margin: float | None = 0.15
    """The largest relative rise in latency that still passes, where it may be gated at all; None: never."""
    slices: bool = True
    """Whether every tag is tested on its own."""
    min_cases: int = 20
    """Fewer cases (clusters, where cases belong together) than this can never PASS or REGRESS."""
    min_slice_clusters: int = 8
    """Tags with fewer clusters than this are merged into `other`."""
    max_missing: float = 0.05
    """The largest share of trials of either side without a score before the verdict is NOT_MEASURED."""
    min_shared: float = 0.80
    """The smallest share of the candidate's cases that the baseline must have asked as well."""
    looks: Looks | None = field(default_factory=Looks)
    """None: everything is asked, and looked at once."""
    repeats: Repeats = field(default_factory=Repeats)
    confirm: Confirm | None = field(default_factory=Confirm)
    """None: a regression blocks without fresh samples."""
    rerun: Rerun | None = field(default_factory=Rerun)
    """None: single cases never block."""
    bank: BankRules | None = field(default_factory=BankRules)
    """None: both sides are always asked."""
    flips: int = 4999
    """Sign flips of the test of slices."""
    inconclusive: Literal["block", "warn"] = "block"
    """Whether INCONCLUSIVE ends the command with 3, or with 0 and a warning."""
    judges: JudgeRules | None = None
    """None: nothing is asked of judges, and nothing allowed for."""
    judged: tuple[JudgeFacts, ...] = ()
    """What was known of the suite's judges when the gate began: no rule, and read from the store where there is one."""
