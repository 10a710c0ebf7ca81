"""Rows of a report: one line each, worded, with nothing left to compute. Names in them may be hostile."""

from __future__ import annotations

from dataclasses import dataclass

from harness.gate.verdict import Status
from harness.report.charts.rows import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One rule applied."""

    rule: str
    status: Status
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingRow:
    """Where every planned trial of one side ended."""

    side: str
    label: str
    sentence: str
    """`120 planned = 119 answered + 1 failed`."""
    stack: Stack
    """The same as a bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """What one model got of a routed side."""

    name: str
    """`claude-haiku-5-5`; the side stands before it where both are routed."""
    sentence: str
    """`60 cases, 180 trials, $0.012 (−97 %), 92.1 % → 91.0 %`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """One thing a live gate did."""

    name: str
    """`asked`, `confirmed`, `bank`."""
    sentence: str
    """`decided at look 2 of 4, after 131 of 360 calls: 229 saved`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectRow:
    """A single case that looks broken, or was asked again."""

    case_id: str
    must_pass: bool
    first: str
    """`100.0 % of 10 → 0.0 % of 2`; empty where it is on no list."""
    p: str
    fresh: str
    """The same of fresh answers; empty where nobody asked."""
    broke: bool
    """Whether the fresh answers say so too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Cases that are in the comparison by name only."""

    title: str
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to type next, and what it is good for."""

    command: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value: provenance, policy."""

    name: str
    values: tuple[str, ...]
