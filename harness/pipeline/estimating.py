"""What a plan would ask and cost: known before anything is sent."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from harness.compare.observation import Side
from harness.pipeline.describing import asked_of
from harness.pipeline.judge_costs import JudgeCosts, judge_costs
from harness.pipeline.routing import Routed, routed, worst_of
from harness.plan import Plan
from harness.settings import Settings
from harness.store.read import list_runs, read_side
from harness.units import Seconds, Usd

_LAST_RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One side of a plan in numbers."""

    variant: str
    cases: int
    clusters: int
    repeats: int
    trials: int
    worst_usd: Usd | None
    """No bill for the plan can be higher, judges included, retries that may be billed aside; None: UNPRICED."""
    expected_usd: Usd | None
    """At what earlier runs of this suite on this model cost per trial; None: there were none."""
    expected_wall: Seconds | None
    earlier_runs: int
    """Runs the expectations come from."""
    route: str | None = None
    judges: JudgeCosts | None = None
    """What judges are asked for it, and the part of the worst case that is theirs; None: nobody judges."""
    routed: tuple[Routed, ...] = ()
    """What each rule of the route gets; empty where every trial is asked of the same model."""


def estimate(plan: Plan, settings: Settings, on: date) -> Estimate:
    """The numbers of one side. Reads the store, if there is one, and sends nothing."""
    sides = _earlier(plan, settings)
    observations = [each for side in sides for each in side.observations if each.score is not None]
    costs = [each.cost for each in observations if each.cost is not None]
    waits = [each.latency for each in observations if each.latency is not None]
    trials = len(plan.trials)
    judges = judge_costs(plan, on)
    return Estimate(
        variant=plan.variant.label,
        cases=len(plan.cases),
        clusters=len({case.cluster for case in plan.cases}),
        repeats=plan.repeats,
        trials=trials,
        worst_usd=_both(worst_of(plan.trials, on), judges.worst_usd),
        judges=judges if judges.calls else None,
        expected_usd=Usd(Decimal(str(round(statistics.fmean(costs) * trials, 6)))) if costs else None,
        expected_wall=Seconds(statistics.fmean(waits) * trials / settings.at_once) if waits else None,
        earlier_runs=len(sides),
        route=None if plan.route is None else plan.route.name,
        routed=routed(plan, on),
    )


def _both(answers: Usd | None, judges: Usd | None) -> Usd | None:
    return None if answers is None or judges is None else Usd(answers + judges)


def _earlier(plan: Plan, settings: Settings) -> Sequence[Side]:
    if not settings.store.exists():
        return ()
    runs = list_runs(settings.store, suite=plan.suite.name)
    same = [each.info.run_id for each in runs if (each.info.model_id, each.info.route) == asked_of(plan)]
    return tuple(read_side(settings.store, run_id) for run_id in same[:_LAST_RUNS])
