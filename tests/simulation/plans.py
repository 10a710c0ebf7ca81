"""What the simulated runs ask: small plans, made once, since they are the same in thousands of worlds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from harness.call.standard import Limits
from harness.pipeline.describing import describe
from harness.plan import Plan, make_plan
from harness.record import RunInfo
from harness.settings import Settings, read_settings
from harness.stairs import Stair
from harness.suite.model import ModelPin, RateLimits
from harness.trial import Trial
from harness.wiring import Terms
from tests.call.talks import LOOKUP, TALK
from tests.simulation.provider import CANARY, PRICES
from tests.simulation.world import World
from tests.values import case, model_pin, price_row, suite, variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Somebody who works in the folder: with one command at a time, and with runs of their own."""

    number: int

    def owns(self, run_id: str) -> bool:
        """Whether a run is one of theirs."""
        return (run_id == f"run-{_OTHER}") == (self.number == 2)


_OTHER = "v3"


def planned(world: World, program: Program) -> tuple[Plan, ...]:
    """The plans of a program: one, or two that are interleaved; the second program has one of its own."""
    if program.number == 2:
        return (_plan_of(world, _OTHER, ""),)
    if world.sides == 1:
        return (_plan_of(world, "v1", ""),)
    return (_plan_of(world, "v1", "baseline"), _plan_of(world, "v2", "candidate"))


def alone(plan: Plan, world: World) -> Plan:
    """`plan` as it is resumed: by itself."""
    return _plan_of(world, plan.variant.prompt.version, "")


def run_id(plan: Plan) -> str:
    """The name of the one run a world makes of `plan`."""
    return f"run-{plan.variant.prompt.version}"


def info(plan: Plan, terms: Terms, at: datetime) -> RunInfo:
    """What the run of `plan` is pinned to."""
    return replace(_described(plan), started_at=at, budget=terms.budget)


def settings(folder: Path, world: World) -> Settings:
    """What the runner is told from outside."""
    base = _settings()
    return replace(
        base,
        reports=folder,
        at_once=world.at_once,
        attempt_timeout=world.attempt_timeout,
        call_deadline=world.call_deadline,
        case_deadline=world.case_deadline,
        budgets=replace(base.budgets, call=world.budget_per_attempt, day=world.day_budget),
    )


@cache
def _settings() -> Settings:
    return read_settings(Path(__file__).parents[2], {"ANTHROPIC_API_KEY": CANARY})


def tightened(limits: Limits, world: World) -> Limits:
    """`limits` with those of the world that no setting reaches."""
    return replace(
        limits,
        patience=world.patience,
        attempts=world.attempts,
        free_retries=world.free_retries,
        tolerance=world.tolerance,
    )


def _plan_of(world: World, version: str, side: str) -> Plan:
    model = "haiku-5" if version == "v2" and world.other_model else "opus-5-5"
    has_tools = world.tool_turns > 0
    return _plan(
        _Shape(world.cases, world.repeats, has_tools, world.requests_per_minute), version, model, side
    )


def ladder(world: World) -> tuple[Stair, ...]:
    """What may stand in for an answer: the other model, and a part of an answer."""
    return (_pin("haiku-5", world.requests_per_minute), "partial") if world.has_ladder else ()


class _Shape(NamedTuple):
    cases: int
    repeats: int
    has_tools: bool
    requests_per_minute: int | None


@cache
def _plan(shape: _Shape, version: str, model: str, side: str) -> Plan:
    asked = suite(*(case(f"c{number}") for number in range(shape.cases)))
    chosen = replace(variant(version), model=_pin(model, shape.requests_per_minute))
    plan = make_plan(asked, chosen, repeats=shape.repeats, side=side)
    return replace(plan, trials=tuple(map(_with_tools, plan.trials))) if shape.has_tools else plan


def _with_tools(trial: Trial) -> Trial:
    return replace(trial, request=replace(trial.request, tools=(LOOKUP,), conversation=TALK))


@cache
def _pin(name: str, requests_per_minute: int | None) -> ModelPin:
    """A model at the provider's own prices."""
    per_input, per_output = PRICES[f"claude-{name}"]
    row = replace(price_row(), input=Decimal(per_input), output=Decimal(per_output))
    return replace(model_pin(name, (row,)), rate_limits=RateLimits(requests_per_minute=requests_per_minute))


_INFOS: dict[tuple[object, ...], RunInfo] = {}


def _described(plan: Plan) -> RunInfo:
    key = (plan.variant.prompt.version, plan.variant.pins[0].name, len(plan.cases), plan.repeats)
    if key not in _INFOS:
        at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        made = describe(plan, Terms(mode="live"), session="s1", at=at)
        _INFOS[key] = replace(made, run_id=run_id(plan))
    return _INFOS[key]
