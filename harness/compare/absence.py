"""Which trials of a side have no score, and why."""

from __future__ import annotations

from collections import Counter

from harness.compare.observation import DECIDED, Side

NOT_RECORDED = "not recorded"
"""The reason of trials that were planned, and of which nothing is known."""
SHOWN = 3
"""Reasons that a sentence names."""


def reasons_of(side: Side) -> tuple[tuple[str, int], ...]:
    """Every reason with its number of trials, the most frequent first."""
    counts = Counter(
        each.missing or NOT_RECORDED
        for each in side.observations
        if each.score is None and each.missing != DECIDED
    )
    unknown = side.accounting.planned - len(side.observations)
    if unknown > 0:
        counts[NOT_RECORDED] += unknown
    return tuple(sorted(counts.items(), key=lambda reason: (-reason[1], reason[0])))


def absence(name: str, side: Side) -> str:
    """`38 of 90 trials of the candidate have no score: 30 x over_budget, 8 x timeout`."""
    reasons = reasons_of(side)
    missing = sum(count for _, count in reasons)
    planned = max(side.accounting.planned, len(side.observations))
    told = ", ".join(f"{count} x {reason.removeprefix('skipped: ')}" for reason, count in reasons[:SHOWN])
    others = sum(count for _, count in reasons[SHOWN:])
    rest = f", {others} x other" if others else ""
    why = f": {told}{rest}" if told else ""
    return f"{missing} of {planned} trials of the {name} have no score{why}"
