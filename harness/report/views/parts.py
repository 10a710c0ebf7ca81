"""What a report is made of: plain data, sorted, counted and worded, with nothing left to compute.

Texts of models, users and other programs (`text`, `question`, `evidence`, `because`, ids, tags) are as they
came: hostile. Every surface sends them through `harness.report.safe`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from harness.compare.observation import Accounting
from harness.currency import Rate
from harness.gate.verdict import Status
from harness.record import RunInfo, Talks
from harness.report.charts.scale import Scale
from harness.report.views.background import NOTHING, Background
from harness.report.views.case import CaseRow
from harness.report.views.drawn import Effect, Figure, SliceRow
from harness.report.views.measured import NOTHING_MEASURED, MeasuredView, MeasureRow
from harness.report.views.plots import ALONE, NOTHING_DRAWN, Plots, Surroundings
from harness.report.views.rows import (
    AccountingRow,
    Fact,
    FindingRow,
    Listing,
    ModelRow,
    ProcessRow,
    Step,
    SuspectRow,
)
from harness.units import Seconds

SYNTHETIC = "Replies are synthetic recordings: they were made up, and say nothing about a real model."
SYNTHETIC_SHORT = "replies are synthetic recordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a comparison cannot know of itself."""

    baseline: RunInfo | None = None
    candidate: RunInfo | None = None
    wall: Seconds | None = None
    """How long the gate took; None: nothing was run."""
    report: str | None = None
    """Path or address of the HTML page, where there is one."""
    flags: str = ""
    """What `harness gate SUITE` was told, and has to be told again."""
    rate: Rate | None = None
    """Of the currency that stands beside the dollars; None: none does."""
    background: Background = NOTHING
    around: Surroundings = ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTotals:
    """What one run came to."""

    accounting: Accounting
    attempts: int
    cost_usd: str | None
    """Exact dollars as text; None: unpriced."""
    cost_uncertain_usd: str
    """What the provider may have billed on top, exact."""
    wall_s: float
    rate: Rate | None = None
    """Of the currency that stands beside the dollars; None: none does."""
    talks: Talks = field(default_factory=Talks)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One comparison with its verdict."""

    suite: str
    variants: str
    """`v2 -> v3 on claude-opus-5-5`, with a real arrow."""
    versions: str
    """The same in short, for a single line: `v2 -> v3`."""
    status: Status
    label: str | None
    headline: str
    """What happened, and how sure that is, in one sentence."""
    known: str
    """What is excluded already, and what would decide, in another."""
    named: tuple[str, str]
    """The same two with what others wrote in code spans, for Markdown."""
    short: str
    """The verdict in a few words, for a table."""
    size: str
    """`96 cases, 192 trials, $0.11`."""
    synthetic: str
    """The banner; empty where every reply is real."""
    effect: Effect | None
    figures: tuple[Figure, ...]
    """Quality, cost, latency."""
    worst_slice: str
    """A sentence; empty where every slice passes."""
    accounting: tuple[AccountingRow, ...]
    models: tuple[ModelRow, ...]
    """Of the sides that are routed; empty where none is."""
    process: tuple[ProcessRow, ...]
    """How a live gate came to it; empty where everything was looked at once."""
    suspects: tuple[SuspectRow, ...]
    slices: tuple[SliceRow, ...]
    slices_scale: Scale
    """Their common axis, in points."""
    slices_shown: int
    """How many of them stand there at once; the rest is folded away."""
    slices_note: str
    findings: tuple[FindingRow, ...]
    """Worst first."""
    decide: str
    cases: tuple[CaseRow, ...]
    """Worst first."""
    worst: tuple[CaseRow, ...]
    """Those that became worse."""
    listings: tuple[Listing, ...]
    next: tuple[Step, ...]
    provenance: tuple[Fact, ...]
    policy: tuple[Fact, ...]
    started: datetime | None
    report: str | None
    measures: tuple[MeasureRow, ...] = ()
    """Repeats and claimed confidence, where both sides have them."""
    plots: Plots = NOTHING_DRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run on its own: no verdict, since there is nothing to compare it with."""

    suite: str
    variants: str
    headline: str
    size: str
    synthetic: str
    score: Effect | None
    accounting: tuple[AccountingRow, ...]
    models: tuple[ModelRow, ...]
    """Empty where no route chose."""
    cases: tuple[CaseRow, ...]
    worst: tuple[CaseRow, ...]
    next: tuple[Step, ...]
    provenance: tuple[Fact, ...]
    started: datetime | None
    report: str | None
    measures: MeasuredView = NOTHING_MEASURED
    plots: Plots = NOTHING_DRAWN
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Several verdicts at once: a pull request."""

    status: Status
    headline: str
    synthetic: str
    reports: tuple[ReportView, ...]
    command: str
    """What reproduces it."""
    link: str | None
    """An address of ours to the full report."""
