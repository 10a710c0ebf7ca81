"""What a route makes of a plan: which rule catches which cases, known before anything is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from harness.plan import Plan
from harness.providers.prices import worst_trial
from harness.suite.model import ModelPin
from harness.suite.route import Route, Rule, prompt_tokens
from harness.suite.template import render
from harness.trial import Trial
from harness.units import Tokens, Usd

OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """One rule of a route, or its `otherwise`, and what it gets of a plan."""

    rule: str
    """`tags simple`, `prompt of at most 400 tokens`, `otherwise`."""
    model: ModelPin
    cases: int
    trials: int
    worst_usd: Usd | None
    """No bill for these trials can be higher, retries that may be billed aside; None: UNPRICED."""
    sizes: tuple[Tokens, Tokens] | None
    """The smallest and the largest prompt, in tokens as rules count them; None: no case."""


def routed(plan: Plan, on: date) -> tuple[Routed, ...]:
    """Rule by rule in the order of the route, those that catch nothing included; nothing without a route."""
    route = plan.route
    if route is None:
        return ()
    sizes = {case.id: prompt_tokens(render(plan.variant.prompt, case.inputs)) for case in plan.cases}
    by_place: defaultdict[int, list[Trial]] = defaultdict(list)
    for trial in plan.trials:
        by_place[_place(route, trial, sizes[trial.case.id])].append(trial)
    rules: list[Rule | None] = [*route.rules, None]
    return tuple(
        _routed(
            OTHERWISE if rule is None else str(rule),
            route.otherwise if rule is None else rule.model,
            by_place[place],
            (sizes, on),
        )
        for place, rule in enumerate(rules)
    )


def worst_of(trials: Sequence[Trial], on: date) -> Usd | None:
    """A bound no bill for the trials exceeds, retries that may be billed aside; None: one is UNPRICED."""
    total = Decimal(0)
    for trial in trials:
        most = worst_trial(trial.request, trial.model, on)
        if most is None:
            return None
        total += most
    return Usd(total)


def _place(route: Route, trial: Trial, size: Tokens) -> int:
    rule = route.rule_for(trial.case.tags, size)
    return len(route.rules) if rule is None else route.rules.index(rule)


def _routed(
    rule: str, model: ModelPin, trials: Sequence[Trial], known: tuple[dict[str, Tokens], date]
) -> Routed:
    sizes, on = known
    found = [sizes[trial.case.id] for trial in trials]
    return Routed(
        rule=rule,
        model=model,
        cases=len({trial.case.id for trial in trials}),
        trials=len(trials),
        worst_usd=worst_of(trials, on),
        sizes=(min(found), max(found)) if found else None,
    )
