"""Everything a verdict is made from, the policy aside: stored rows and a seed, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from harness.compare.observation import Side

Key = tuple[str, int]
"""A trial within its side: case id and repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What has been asked so far to decide one question. Equal evidence, policy and seed give an equal verdict.

    Exactly one of `bank` and `baseline` is there: old samples stand for the baseline, or it is asked beside the
    candidate. Observations that were not asked because the verdict was clear are missing as `skipped: decided`.
    """

    candidate: Side
    bank: Side | None = None
    """Old samples of the baseline, of several runs; their repeats are numbered through."""
    baseline: Side | None = None
    """Fresh samples of the baseline, asked in turns with the candidate's."""
    confirmation: tuple[Side, Side] | None = None
    """Fresh samples of baseline and candidate, asked after a first look said REGRESSED."""
    rerun: tuple[Side, Side] | None = None
    """Fresh samples of both sides of the suspects alone."""
    seed: str = ""
    """What the order of the cases and the sign flips come from: the id of the candidate's run."""
