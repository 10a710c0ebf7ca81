"""Runs in the middle of something, told by events: what the tests of progress look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from harness.events import (
    AttemptEnded,
    AttemptStarted,
    BreakerMoved,
    Event,
    Reserved,
    RunBegan,
    RunEnded,
    Settled,
    Stopping,
    TrialEnded,
    WaitBegan,
    Waiting,
)
from harness.progress.fold import fold
from harness.progress.state import At, Progress
from harness.units import Seconds, Usd

MODEL = "claude-opus-5-5"


def origin(number: int, side: str = "") -> str:
    return f"{side}:triage/c{number}#1@triage-v2" if side else f"triage/c{number}#1@triage-v2"


def began(
    side: str = "",
    planned: int = 10,
    *,
    kept: int = 0,
    mode: str = "live",
    budget: str | None = "2",
    used: str = "0",
) -> RunBegan:
    return RunBegan(
        run_id=f"run-{side or 'alone'}",
        side=side,
        suite="triage",
        prompt_version="v2",
        model=MODEL,
        mode=mode,
        planned=planned,
        kept=kept,
        budget=None if budget is None else Usd(Decimal(budget)),
        used=Usd(Decimal(used)),
    )


def ended(side: str = "", why: str = "finished") -> RunEnded:
    return RunEnded(
        run_id=f"run-{side or 'alone'}",
        side=side,
        why=why,
        answered=0,
        degraded=0,
        failed=0,
        skipped=0,
    )


def reserved(number: int, amount: str = "0.01", side: str = "", attempt: int = 1) -> Reserved:
    return Reserved(origin=origin(number, side), model=MODEL, attempt=attempt, amount=Usd(Decimal(amount)))


def settled(
    number: int, cost: str = "0.002", uncertain: str = "0", side: str = "", attempt: int = 1
) -> Settled:
    return Settled(
        origin=origin(number, side),
        model=MODEL,
        attempt=attempt,
        cost=Usd(Decimal(cost)),
        uncertain=Usd(Decimal(uncertain)),
    )


def sent(number: int, side: str = "", attempt: int = 1) -> AttemptStarted:
    return AttemptStarted(origin=origin(number, side), model=MODEL, attempt=attempt)


def back(number: int, fault: str | None = None, side: str = "", attempt: int = 1) -> AttemptEnded:
    return AttemptEnded(
        origin=origin(number, side),
        model=MODEL,
        attempt=attempt,
        latency=Seconds(1.0),
        fault=fault,
        detail=None,
        status=None,
        request_id=None,
    )


def waits(number: int, why: str, length: float | None = None, side: str = "") -> WaitBegan:
    return WaitBegan(
        origin=origin(number, side),
        model=MODEL,
        why=why,
        length=None if length is None else Seconds(length),
    )


def waited(number: int, why: str, length: float, side: str = "") -> Waiting:
    return Waiting(origin=origin(number, side), model=MODEL, why=why, length=Seconds(length))


def over(number: int, outcome: str = "answered", side: str = "", why: str | None = None) -> TrialEnded:
    return TrialEnded(origin=origin(number, side), model=MODEL, outcome=outcome, score=None, why=why)


def scored(number: int, side: str = "", *, passed: bool = True) -> TrialEnded:
    """An answer with its grades."""
    return replace(over(number, side=side), score=float(passed), passed=passed)


def moved(
    state: str, because: str = "5 of the last 9 calls failed, the last with overloaded"
) -> BreakerMoved:
    return BreakerMoved(model=MODEL, state=state, because=because)


def stopping(at_most: float | None = 5.0, why: str = "interrupted", under_way: int = 2) -> Stopping:
    length = None if at_most is None else Seconds(at_most)
    return Stopping(why=why, detail="", under_way=under_way, at_most=length)


def at(time: float, *events: Event) -> list[At]:
    return [(Seconds(time), event) for event in events]


def after(*told: list[At]) -> Progress:
    return fold(Progress(), [each for some in told for each in some])


def asked(numbers: range, side: str = "", start: float = 0.0, pace: float = 1.0) -> Iterator[At]:
    """Trials that were asked one after the other, each in `pace` seconds, and answered."""
    for place, number in enumerate(numbers):
        begins = start + place * pace
        yield from at(begins, reserved(number, side=side), sent(number, side))
        yield from at(
            begins + pace, back(number, side=side), settled(number, side=side), over(number, side=side)
        )
