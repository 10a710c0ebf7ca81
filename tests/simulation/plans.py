"""What the simulated runs ask: small plans, made once, since they are the same in thousands of worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from harness.call.standard import Limits
from harness.pipeline.describing import describe
from harness.plan import Plan, make_plan
from harness.record import RunInfo
from harness.settings import Settings, read_settings
from harness.suite.model import ModelPin, RateLimits
from harness.wiring import Terms
from tests.simulation.provider import CANARY, PRICES
from tests.simulation.world import World
from tests.values import case, model_pin, price_row, suite, variant


def planned(world: World) -> tuple[Plan, ...]:
    """The plans of a world: one, or two that are interleaved."""
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
        budgets=replace(base.budgets, call=world.budget_per_attempt),
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
    return _plan(world.cases, world.repeats, version, model, world.requests_per_minute, side)


@cache
def _plan(
    cases: int, repeats: int, version: str, model: str, requests_per_minute: int | None, side: str
) -> Plan:
    asked = suite(*(case(f"c{number}") for number in range(cases)))
    chosen = replace(variant(version), model=_pin(model, requests_per_minute))
    return make_plan(asked, chosen, repeats=repeats, side=side)


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
