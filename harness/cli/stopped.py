"""Why a run stopped before its end, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from harness.cli.console import say
from harness.settings import Settings
from harness.store.read import run_totals

_REMEDIES = {
    "unauthorized": "the API refuses the key; check ANTHROPIC_API_KEY",
    "spend_exhausted": "the account may spend nothing more; raise its limit, or wait until it is renewed",
}


def explain(run_ids: Iterable[str], settings: Settings) -> None:
    """Say it once on stderr for each reason; nothing of runs that came to their end."""
    reasons = {run_totals(settings.store, run_id).ended: run_id for run_id in run_ids}
    for why, run_id in reasons.items():
        remedy = _REMEDIES.get(why or "")
        if remedy is not None:
            say(f"harness: the run stopped early: {remedy}, then: harness run --resume {run_id}")
