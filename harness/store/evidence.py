"""What a verdict was decided from: named when it is kept, and read again to recompute it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from harness.call.canonical import canonical
from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.errors import UsageError
from harness.store.bank import Read, pool_runs, read_with
from harness.store.decisions import StoredVerdict, find_verdict
from harness.store.questions import read_policy
from harness.store.read import read_side
from harness.suite.policy import Policy
from harness.units import Json

Pair = tuple[tuple[str, ...], tuple[str, ...]]
"""Ids of the runs of baseline and candidate, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """The runs some evidence was read from, by id, and the seed."""

    candidate: str
    baseline: str | None = None
    bank: tuple[str, ...] = ()
    """Oldest first."""
    left_out: tuple[str, ...] = ()
    """Cases of the runs in the bank that the baseline does not have any more."""
    confirmation: Pair | None = None
    rerun: Pair | None = None
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputable:
    """A stored verdict with what gives it again: the same function of the same evidence under the same policy."""

    verdict: StoredVerdict
    evidence: Evidence
    policy: Policy
    """With the error rate that was used."""


def origins_of(evidence: Evidence, left_out: Sequence[str] = ()) -> Origins:
    """Where evidence came from; `left_out` as its bank says."""
    return Origins(
        candidate=evidence.candidate.run_id,
        baseline=None if evidence.baseline is None else evidence.baseline.run_id,
        bank=() if evidence.bank is None else evidence.bank.runs,
        left_out=tuple(left_out),
        confirmation=_ids(evidence.confirmation),
        rerun=_ids(evidence.rerun),
        seed=evidence.seed,
    )


def _ids(sides: tuple[Side, Side] | None) -> Pair | None:
    return None if sides is None else (_runs(sides[0]), _runs(sides[1]))


def _runs(side: Side) -> tuple[str, ...]:
    return side.runs or (side.run_id,)


def spell_origins(origins: Origins) -> str:
    """As canonical JSON."""
    return canonical(cast("Json", asdict(origins)))


def read_origins(text: str) -> Origins:
    """What `spell_origins` wrote. Raises ValueError."""
    from pydantic import TypeAdapter

    return TypeAdapter(Origins).validate_json(text)


def read_evidence(store: str | Path, origins: Origins, read: Read | None = None) -> Evidence:
    """The evidence that comes from these runs. Raises UsageError when one of them is gone, StoreBusy.

    `read` is how the runs of the bank are read, as it was for `find_bank`.
    """

    def pair(ids: Pair | None) -> tuple[Side, Side] | None:
        return None if ids is None else (read_runs(store, ids[0]), read_runs(store, ids[1]))

    candidate = read_side(store, origins.candidate)
    take = read_with(store, candidate.graders, read)
    return Evidence(
        candidate=candidate,
        bank=pool_runs(store, origins.bank, origins.left_out, take) if origins.bank else None,
        baseline=None if origins.baseline is None else read_side(store, origins.baseline),
        confirmation=pair(origins.confirmation),
        rerun=pair(origins.rerun),
        seed=origins.seed,
    )


def read_runs(store: str | Path, run_ids: Sequence[str]) -> Side:
    """One run as it is; several, oldest first, as one side with their repeats numbered through."""
    return read_side(store, run_ids[0]) if len(run_ids) == 1 else pool_runs(store, run_ids)


def recompute(store: str | Path, verdict_id: str, read: Read | None = None) -> Recomputable:
    """The verdict with this id, or the only one whose id begins like this, and what it was decided from.

    `read` is how the runs of the bank are read.
    Raises UsageError for an unknown id, for a verdict of a version that did not keep this, and when runs are gone.
    """
    verdict = find_verdict(store, verdict_id)
    if verdict.policy is None or verdict.decided_from is None:
        raise UsageError(
            f"verdict {verdict.verdict_id[:12]} was kept by a version of harness that did not say what it was decided "
            f"from; compare its runs anew: harness compare {verdict.baseline_run} {verdict.candidate_run}"
        )
    policy = read_policy(verdict.policy)
    return Recomputable(
        verdict=verdict,
        evidence=read_evidence(store, read_origins(verdict.decided_from), read),
        policy=policy if verdict.alpha is None else replace(policy, alpha=verdict.alpha),
    )
