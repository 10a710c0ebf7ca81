"""What latency comes to: the typical answer wherever it may be gated, and the slow ones where there are enough."""

from __future__ import annotations

from harness.compare.asked import by_case, is_same_case
from harness.compare.comparison import Comparison
from harness.compare.evidence import Evidence
from harness.compare.ratio import Ratio, latency_ratio
from harness.compare.tails import ENOUGH
from harness.compare.wording import ratio_sentence
from harness.gate.statuses import ratio_status
from harness.gate.verdict import Finding, Status
from harness.suite.policy import Policy

TYPICAL = "latency"
SLOW = "latency p95"
"""Rules of the two findings."""


def latency_findings(comparison: Comparison, policy: Policy) -> tuple[Finding, ...]:
    """One of the geometric mean; one of the 95th percentile where it may be gated, or would say something."""
    typical = _finding(TYPICAL, comparison.latency, comparison, policy)
    tail = comparison.latency_p95
    if tail is None or not tail_is_gated(comparison, policy):
        return (typical,)
    return (typical, _finding(SLOW, tail, comparison, policy))


def tail_is_gated(comparison: Comparison, policy: Policy) -> bool:
    """Whether the 95th percentile is part of the verdict: asked in turns, with `ENOUGH` answers of each side."""
    tail = comparison.latency_p95
    return (
        tail is not None
        and tail.n >= ENOUGH
        and comparison.latency_comparable
        and policy.latency_margin is not None
    )


def control_of(evidence: Evidence, alpha: float) -> Ratio | None:
    """The latency ratio of the answers that were asked to confirm a regression: the only ones in turns, beside a bank.

    Advisory: they are few, and of the cases that were flagged. None where nothing was confirmed.
    """
    if evidence.confirmation is None:
        return None
    before, after = (by_case(side.observations) for side in evidence.confirmation)
    pairs = [(before[case], after[case]) for case in sorted(before.keys() & after.keys())]
    return latency_ratio([each for each in pairs if is_same_case(*each)], alpha)


def _finding(rule: str, ratio: Ratio | None, comparison: Comparison, policy: Policy) -> Finding:
    limit = policy.latency_margin
    if ratio is None:
        return _not_gated(rule, f"{rule} is not gated: one side has none")
    sentence = ratio_sentence(rule, ratio, limit, policy.alpha)
    if limit is None:
        return _not_gated(rule, f"{sentence}; not gated: the suite says so")
    if not comparison.latency_comparable:
        return _not_gated(rule, f"{sentence}; not gated: the sides were not asked in turns")
    return Finding(rule=rule, status=ratio_status(ratio, limit), because=sentence)


def _not_gated(rule: str, because: str) -> Finding:
    return Finding(rule=rule, status=Status.PASS, because=because)
