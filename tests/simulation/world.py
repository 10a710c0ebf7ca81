"""From a seed to everything that will go wrong: one world, drawn before anything is run."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from harness.call.breaker import Tolerance
from harness.units import Seconds, Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """How a process ends before its time."""

    at_time: float | None = None
    at_write: int | None = None
    at_sync: int | None = None
    how: str = "before"
    """`before`, `torn` (a write only) or `after` the operation."""
    is_power_loss: bool = False
    """Whether the machine dies too: what was not synced may be lost, or torn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardship:
    """What one process has to bear."""

    crash: Crash | None = None
    full_from_write: int | None = None
    """The disk is full from this write on."""
    sync_fails_at: int | None = None
    interrupts: tuple[float, ...] = ()
    """When signals come, in seconds from the start of the process."""
    deadline: Seconds | None = None
    """Of the whole command."""
    is_clean: bool = False
    """Whether the provider is well, and nothing is drawn against the process."""
    budget: Usd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which the provider fails every call in one way."""

    start: float
    stop: float
    fate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """How a program asks batch after batch, and when it has enough."""

    batch: int
    """Pairs of a case and a repeat in a batch; on every side."""
    enough: int
    """Such pairs, the first of the order, whose answers decide."""
    in_flight: bool
    """Whether it stops as soon as they are answered; otherwise only between two batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One schedule: what is run, with which limits, and what goes wrong."""

    seed: int
    cases: int
    repeats: int
    sides: int
    other_model: bool
    """Whether the second side asks another model."""
    at_once: int
    attempt_timeout: Seconds
    call_deadline: Seconds
    patience: Seconds
    attempts: int
    free_retries: int
    tolerance: Tolerance
    budget_per_attempt: Usd | None
    requests_per_minute: int | None
    latency: float
    """Of an answer in good times: from a tenth of it to twice as long."""
    sync_takes: float
    fates: tuple[str, ...]
    weights: tuple[float, ...]
    outages: tuple[Outage, ...]
    jumps: tuple[tuple[float, float], ...]
    lives: tuple[Hardship, ...]
    shuffled: bool
    tool_turns: int
    """The most turns a trial calls tools in before it answers; 0: there are no tools."""
    has_ladder: bool
    """Whether another model, or a part of an answer, may stand in for an answer."""
    case_deadline: Seconds
    other_lives: tuple[Hardship, ...]
    """Processes of a second program that works in the same folder at the same time; empty: there is none."""
    day_budget: Usd | None
    rivals: tuple[float, ...]
    """When, in seconds from the start, somebody tries to go on with a run that is still going on."""
    early: Early | None
    """How the first program ends its runs early, all of them together; None: it asks everything."""


_FATES = {
    "slow": 2.0,
    "hang": 1.0,
    "rate_limited": 2.0,
    "rate_limited_until": 2.0,
    "overloaded": 2.0,
    "server_error": 2.0,
    "server_error_until": 0.5,
    "reset_before": 1.0,
    "reset_after": 1.5,
    "unreachable": 1.0,
    "garbled": 1.0,
    "refusal": 1.0,
    "cut_off": 0.5,
    "bad_request": 0.7,
    "other_model": 0.7,
    "tight": 1.0,
    "cut_stream": 1.5,
    "sick_stream": 0.7,
    "bug": 0.3,
    "unauthorized": 0.08,
    "unknown_model": 0.1,
    "spend_limit": 0.08,
}
"""What may become of a call besides a good answer, and how often one is met beside the others."""


def draw_world(seed: int) -> World:
    """The world of `seed`; the same for the same seed on every machine."""
    chance, more = random.Random(seed), random.Random(f"{seed}/more")
    pick = chance.choice
    cases, repeats = pick(((2, 1), (2, 1), (2, 1), (3, 1), (3, 1), (4, 1), (2, 2), (8, 1)))
    latency = pick((0.05, 0.3, 1.0))
    at_once = pick((1, 2, 2, 3, 4))
    length = cases * repeats * latency / at_once
    fates = tuple(name for name in _FATES if chance.random() < 0.5)
    trouble = pick((0.0, 0.1, 0.3, 0.3, 0.6, 0.9))
    total = sum(_FATES[name] for name in fates) or 1.0
    weights = tuple(trouble * _FATES[name] / total for name in fates)
    budget = _budget(chance, cases * repeats)
    sides, tool_turns = pick((1, 1, 1, 2)), more.choice((0, 0, 0, 1, 2))
    has_ladder = sides == 1 and more.random() < 0.35  # never where runs are compared with each other
    clean = Hardship(is_clean=True, budget=more.choice((None, budget)))
    day_budget = Usd(Decimal(more.randint(10, 40 * cases * repeats)) / 1000) if more.random() < 0.25 else None
    others: tuple[Hardship, ...] = ()
    if more.random() < 0.12:
        others = (*(_hardship(more, more, length, budget) for _ in range(more.randint(0, 2))), clean)
    return World(
        seed=seed,
        cases=cases,
        repeats=repeats,
        sides=sides,
        other_model=chance.random() < 0.5,
        at_once=at_once,
        attempt_timeout=Seconds(latency * pick((2.5, 4.0, 20.0))),
        call_deadline=Seconds(latency * pick((40.0, 100.0, 400.0))),
        patience=Seconds(pick((1.0, 10.0, 120.0))),
        attempts=pick((1, 2, 3, 5)),
        free_retries=pick((1, 4, 50)),
        tolerance=_tolerance(chance),
        budget_per_attempt=Usd(Decimal("0.02")) if chance.random() < 0.05 else None,
        requests_per_minute=pick((None, None, 600, 6000)),
        latency=latency,
        sync_takes=pick((0.0, 0.002, 0.05)),
        fates=("ok", *fates),
        weights=(1.0 - trouble, *weights) if fates else (1.0,),
        outages=_outages(chance, length),
        jumps=_jumps(chance, length),
        lives=(*(_hardship(chance, more, length, budget) for _ in range(pick((0, 1, 1, 1, 1, 1, 2, 2, 2, 5)))), clean),
        shuffled=chance.random() < 0.8,
        tool_turns=tool_turns,
        has_ladder=has_ladder,
        case_deadline=Seconds(latency * more.choice((60.0, 1000.0, 1000.0))),
        other_lives=others,
        day_budget=day_budget,
        rivals=(more.random() * length,) if more.random() < 0.2 else (),
        early=_early(random.Random(f"{seed}/early"), cases * repeats),
    )  # fmt: skip


def _early(chance: random.Random, pairs: int) -> Early | None:
    if chance.random() < 0.6:
        return None
    in_flight = chance.random() < 0.5
    return Early(batch=chance.randint(1, pairs), enough=chance.randint(1, pairs), in_flight=in_flight)


def _budget(chance: random.Random, trials: int) -> Usd | None:
    if chance.random() < 0.5:
        return None
    return Usd(Decimal(chance.randint(1, 40 * trials)) / 1000)


def _tolerance(chance: random.Random) -> Tolerance:
    return Tolerance(
        failures=chance.choice((1, 2, 5)),
        share=chance.choice((0.1, 0.5)),
        calls=chance.choice((3, 20)),
        open_for=Seconds(chance.choice((0.2, 2.0, 30.0))),
        open_at_most=Seconds(chance.choice((30.0, 300.0))),
    )


def _outages(chance: random.Random, length: float) -> tuple[Outage, ...]:
    if chance.random() < 0.7:
        return ()
    start = chance.random() * length
    fate = chance.choice(("overloaded", "server_error", "unreachable", "hang", "rate_limited"))
    return (Outage(start=start, stop=start + chance.choice((1.0, 10.0, 60.0)), fate=fate),)


def _jumps(chance: random.Random, length: float) -> tuple[tuple[float, float], ...]:
    if chance.random() < 0.8:
        return ()
    day = chance.choice((-86_400.0, 86_400.0))
    at = chance.random() * length
    return ((at, day), (at + chance.random() * length, -day))


def _hardship(chance: random.Random, more: random.Random, length: float, budget: Usd | None) -> Hardship:
    full = sync = None
    crash: Crash | None = None
    interrupts: tuple[float, ...] = ()
    roll = chance.random()
    if roll < 0.6:
        crash = _crash(chance, length)
    elif roll < 0.72:
        full = chance.randint(1, 30)
    elif roll < 0.8:
        sync = chance.randint(1, 10)
    else:
        first = chance.random() * length
        interrupts = (first, first + chance.random() * 6) if chance.random() < 0.5 else (first,)
    deadline = Seconds(more.random() * length * 2) if more.random() < 0.15 else None
    return Hardship(
        crash=crash,
        full_from_write=full,
        sync_fails_at=sync,
        interrupts=interrupts,
        budget=budget,
        deadline=deadline,
    )


def _crash(chance: random.Random, length: float) -> Crash:
    is_power_loss = chance.random() < 0.4
    roll = chance.random()
    if roll < 0.25:
        return Crash(at_time=chance.random() * length * 1.5, is_power_loss=is_power_loss)
    if roll < 0.4:
        how = chance.choice(("before", "after"))
        return Crash(at_sync=chance.randint(1, 10), how=how, is_power_loss=is_power_loss)
    how = chance.choice(("before", "torn", "after"))
    return Crash(at_write=chance.randint(1, 36), how=how, is_power_loss=is_power_loss)
