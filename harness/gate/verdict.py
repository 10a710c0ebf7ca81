"""What the gate says: one of four statuses, and the findings it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.compare.needs import Decide
from harness.compare.ratio import Ratio
from harness.gate.parts import BankCheck, Confirmation, RerunCase, Sequential, Suspect, Why
from harness.suite.policy import Policy


class Status(StrEnum):
    """What the gate says. The order of the members is the order of precedence, worst first."""

    NOT_MEASURED = "NOT_MEASURED"
    REGRESSED = "REGRESSED"
    INCONCLUSIVE = "INCONCLUSIVE"
    PASS = "PASS"  # noqa: S105 - a verdict, not a password


EXIT_STATUS: dict[Status, int] = {
    Status.PASS: 0,
    Status.REGRESSED: 1,
    Status.INCONCLUSIVE: 3,
    Status.NOT_MEASURED: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule applied."""

    rule: str
    """`quality`, `slice: urdu`, `cost`, `latency`, `latency p95`, `missing`, `coverage`, `comparable`, `cases`, `confirm`,
    `case: ID`."""
    status: Status
    because: str
    """One sentence for people, with the numbers in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of one comparison: the worst of its findings."""

    status: Status
    label: str | None
    """`improved` or `drift` beside a PASS; else None."""
    findings: tuple[Finding, ...]
    quality: Status | None
    """Status of overall quality alone; None where there are no numbers."""
    cost: Status | None
    latency: Status | None
    slices: tuple[tuple[str, Status], ...]
    decide: Decide | None
    policy: Policy
    sequential: Sequential | None = None
    """How a live gate came to it, look by look; None where everything was looked at once."""
    confirmation: Confirmation | None = None
    """What fresh answers of both sides said of a regression; None where none was flagged, or nothing could be asked."""
    triage: tuple[Suspect, ...] = ()
    """Cases that look broken, the likeliest first. They never block."""
    reruns: tuple[RerunCase, ...] = ()
    """What became of the suspects that were asked again on both sides."""
    bank: BankCheck | None = None
    """Whether the old samples still describe the baseline; None where nothing fresh was asked of it."""
    causes: tuple[Why, ...] = ()
    """What a change comes from, as far as it was measured."""
    latency_control: Ratio | None = None
    """Of the fresh answers that were to confirm a regression: advisory; None where there are none."""

    @property
    def is_only_warned_of(self) -> bool:
        """Whether the policy accepts it although nothing was proved. Nothing makes it accept NOT_MEASURED."""
        return self.status is Status.INCONCLUSIVE and self.policy.inconclusive == "warn"

    @property
    def weighs(self) -> Status:
        """What it counts as where a command has to succeed or fail."""
        return Status.PASS if self.is_only_warned_of else self.status

    @property
    def exit_status(self) -> int:
        return EXIT_STATUS[self.weighs]
