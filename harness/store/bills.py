"""What runs cost beside the answers of their trials: judges, and what may have been billed on top."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from harness.store.duck import reading
from harness.units import Usd

_BILLS = """
SELECT run_id, cost_uncertain_usd, judge_cost_usd, judge_calls FROM v_runs WHERE list_contains(?::VARCHAR[], run_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Of one run."""

    uncertain: Usd
    """What the provider may have billed on top of what usage reports prove."""
    judges: Usd | None
    """Part of what the run cost; None: a judge has no price."""
    judge_calls: int


def read_bills(store: str | Path, run_ids: Collection[str]) -> Mapping[str, Bill]:
    """By run id. Raises UsageError where there is no store, StoreBusy."""
    with reading(store) as connection:
        rows = connection.execute(_BILLS, [list(run_ids)]).fetchall()
    return {
        run_id: Bill(
            uncertain=Usd(uncertain or Decimal(0)),
            judges=None if judges is None else Usd(judges),
            judge_calls=calls or 0,
        )
        for run_id, uncertain, judges, calls in rows
    }
