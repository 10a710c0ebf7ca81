"""A `Progress` as JSON: the same facts that are shown, for other programs."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from harness.progress.estimate import time_left
from harness.progress.state import Halt, Progress, Sick, Side, Wait
from harness.units import Json, Seconds

_DIGITS = 3


def snapshot(progress: Progress, now: Seconds) -> dict[str, Json]:
    """What is so at `now`, with its name, `progress`, under `event`."""
    left = time_left(progress, now)
    money = progress.money
    return {
        "event": "progress",
        "planned": progress.planned,
        "done": progress.done,
        "runs": [_side(name, side) for name, side in progress.sides.items()],
        "in_flight": len(progress.on_wire),
        "waiting": _waiting(progress, now),
        "circuits": [_circuit(model, sick, now) for model, sick in sorted(progress.sick.items())],
        "reasons": dict(progress.reasons),
        "retries": progress.retries,
        "spent_usd": _usd(money.spent),
        "uncertain_usd": _usd(money.uncertain),
        "reserved_usd": _usd(money.held),
        "budget_usd": None if money.budget is None else _usd(money.budget),
        "left_s": None if left is None else round(left.length, _DIGITS),
        "left_is_least": left is not None and left.is_least,
        "stopping": None if progress.halt is None else _stopping(progress.halt, now),
    }


def _side(name: str, side: Side) -> dict[str, Json]:
    return {
        "side": name,
        "run": side.run_id,
        "planned": side.planned,
        "kept": side.kept,
        "answered": side.answered,
        "degraded": side.degraded,
        "failed": side.failed,
        "skipped": side.skipped,
        "measured": side.measured,
        "passed": side.passed,
        "ended": side.ended,
    }


def _waiting(progress: Progress, now: Seconds) -> list[Json]:
    groups: defaultdict[str, list[Wait]] = defaultdict(list)
    for wait in progress.waits.values():
        groups[wait.why].append(wait)
    return [
        {"why": why, "calls": len(waits), "longest_s": _longest(waits, now)}
        for why, waits in sorted(groups.items())
    ]


def _longest(waits: list[Wait], now: Seconds) -> float | None:
    return max((_until(wait.until, now) for wait in waits if wait.until is not None), default=None)


def _circuit(model: str, sick: Sick, now: Seconds) -> dict[str, Json]:
    probe = None if sick.probe_at is None else _until(sick.probe_at, now)
    return {"model": model, "state": sick.state, "because": sick.because, "probe_in_s": probe}


def _stopping(halt: Halt, now: Seconds) -> dict[str, Json]:
    at_most = None if halt.until is None else _until(halt.until, now)
    return {"why": halt.why, "detail": halt.detail, "at_most_s": at_most}


def _until(moment: Seconds, now: Seconds) -> float:
    return round(max(0.0, moment - now), _DIGITS)


def _usd(amount: Decimal) -> str:
    return f"{amount:f}"
