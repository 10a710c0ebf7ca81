"""The two events of a whole run: that it began, and that it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.events import RunBegan, RunEnded
from harness.record import RunInfo
from harness.units import FREE, Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What runs that are made together may spend."""

    budget: Usd | None = None
    used: Usd = FREE
    """What earlier parts of a resumed run have used of it."""


def run_began(info: RunInfo, side: str, to_ask: int, money: Money) -> RunBegan:
    """The event of a run of which `to_ask` trials are still to be asked."""
    return RunBegan(
        run_id=info.run_id,
        side=side,
        suite=info.suite,
        prompt_version=info.prompt_version,
        model=info.model_id,
        mode=info.mode,
        planned=info.planned,
        kept=info.planned - to_ask,
        budget=money.budget,
        used=money.used,
        purpose=info.purpose,
    )


def run_ended(info: RunInfo, side: str, why: str, counts: Mapping[str, int]) -> RunEnded:
    """The event of a run that is over; `counts` are its outcomes by kind."""
    return RunEnded(
        run_id=info.run_id,
        side=side,
        why=why,
        answered=counts["answered"],
        degraded=counts["degraded"],
        failed=counts["failed"],
        skipped=counts["skipped"],
    )
