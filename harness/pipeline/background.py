"""What a live gate's verdict rests on, read from the store: its runs, what they cost, and the age of the bank."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.report.views.background import NOTHING, Background, BankAge, Bought
from harness.report.words import total
from harness.store.evidence import Origins, origins_of
from harness.store.read import find_run, run_totals


def background_of(evidence: Evidence, store: Path) -> Background:
    """Of this evidence. A function of stored rows: ages are those at the start of the candidate's run.

    Raises UsageError when a run is gone, StoreBusy.
    """
    if find_run(store, evidence.candidate.run_id).purpose != "screen" or not evidence.seed:
        return NOTHING
    origins = origins_of(evidence)
    bought = tuple(
        _bought(store, purpose, run_ids) for purpose, run_ids in _by_purpose(origins).items() if run_ids
    )
    return Background(
        bought=bought, bank=None if evidence.bank is None else _age(store, origins, evidence.bank)
    )


def _by_purpose(origins: Origins) -> dict[str, tuple[str, ...]]:
    screen = (origins.candidate,) if origins.baseline is None else (origins.baseline, origins.candidate)
    afresh = (("confirm", origins.confirmation), ("rerun", origins.rerun))
    return {"screen": screen, **{name: () if pair is None else pair[0] + pair[1] for name, pair in afresh}}


def _bought(store: Path, purpose: str, run_ids: tuple[str, ...]) -> Bought:
    totals = [run_totals(store, each) for each in run_ids]
    costs = [None if each.cost is None else format(each.cost.normalize(), "f") for each in totals]
    return Bought(purpose=purpose, calls=sum(each.attempts for each in totals), cost_usd=total(costs))


def _age(store: Path, origins: Origins, bank: Side) -> BankAge:
    asked = find_run(store, origins.candidate).started_at
    ages = [(asked - find_run(store, each).started_at) / timedelta(days=1) for each in origins.bank]
    samples = Counter(each.case_id for each in bank.observations).values()
    return BankAge(
        runs=len(ages),
        fewest=min(samples),
        most=max(samples),
        oldest_days=round(max(ages), 3),
        newest_days=round(min(ages), 3),
    )
