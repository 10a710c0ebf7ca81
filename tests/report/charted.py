"""A comparison with everything that can be drawn: costs by token, claims, times, many tags, and a history."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from harness.compare.comparison import Score, compare, score_of_side
from harness.compare.observation import Observation, Side
from harness.gate.judge import judge
from harness.measure.measures import measures_of
from harness.report.views.comparison import make_view
from harness.report.views.cost import RunBill
from harness.report.views.earlier import EarlierRun
from harness.report.views.measured import measured_view
from harness.report.views.parts import ReportView, RunTotals, RunView
from harness.report.views.plots import Surroundings, run_plots
from harness.report.views.run import make_run_view
from harness.suite.policy import Policy
from tests.compare.build import side_of
from tests.report import examples

CASES = 96
_PRICES = json.dumps(
    [
        {
            "id": "opus",
            "valid_from": "2026-01-01",
            "above_prompt_tokens": 0,
            "input": "5",
            "output": "25",
            "cache_write_5m": "6.25",
            "cache_write_1h": "10",
            "cache_read": "0.5",
        }
    ]
)
_BEGAN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def _asked(number: int, repeat: int, after: bool) -> Observation:  # noqa: FBT001 - one of two sides
    chance = Random(f"{number} {repeat} {after}")  # noqa: S311 - no secret
    worse = after and number % 8 == 0
    right = chance.random() < (0.3 if worse else 0.93)
    read, written = 300 + number % 7 * 20, int((74 if after else 60) * (1 + chance.random()))
    lost = after and number == 5
    return Observation(
        case_id=f"case-{number:03}",
        repeat=repeat,
        score=None if lost else float(right),
        missing="overloaded" if lost else None,
        passed=None if lost else right,
        cost=(read * 5 + written * 25) / 1e6,
        latency=chance.lognormvariate(0.2 if after else 0.0, 0.5),
        cluster=f"case-{number:03}",
        tags=(
            *(["urdu"] if number % 8 == 0 else []),
            f"shop-{number % 7}",
            f"plan-{number % 5}",
            f"line-{number % 3}",
        ),
        input_tokens=read,
        output_tokens=written,
        cache_write_tokens=0,
        cache_read_tokens=0,
        calls=1,
        retry_cost=0.0,
        price_row="opus",
        answer_confidence=min(0.99, max(0.3, chance.gauss(0.86 if right else 0.76, 0.1))),
        case_digest="as it was",
    )


@cache
def sides() -> tuple[Side, Side]:
    """Every eighth case became worse, answers longer and slower, and one was not measured."""
    made = [
        side_of([_asked(n, r, name == "after") for n in range(CASES) for r in (1, 2, 3)], name)
        for name in ("before", "after")
    ]
    spent = (f"{sum(each.cost or 0 for each in side.observations):.6f}" for side in made)
    both = [
        replace(side, cost_usd=usd, prices=_PRICES, session="s1")
        for side, usd in zip(made, spent, strict=True)
    ]
    return both[0], both[1]


def past(place_of_last: str = "candidate") -> tuple[EarlierRun, ...]:
    """Twenty runs; the suite was edited once, and one run regressed."""
    found: list[EarlierRun] = []
    for number in range(20):
        mean = 0.93 - 0.01 * (number % 5) - 0.09 * (number == 9)
        found.append(
            EarlierRun(
                run_id=f"run-{number}",
                started=_BEGAN + timedelta(hours=17 * number),
                what=f"v{number // 4 + 1} on opus-5-5",
                mode="live",
                score=Score(mean=mean, lower=mean - 0.05, upper=mean + 0.03),
                verdict="REGRESSED" if number == 9 else "PASS" if number % 2 else "",
                same_suite=number > 4,
                place=place_of_last if number == 19 else "",
            )
        )
    return tuple(found)


BILLS = (
    RunBill(uncertain_usd="0", judges_usd="0.12", judge_calls=288),
    RunBill(uncertain_usd="0.0041", judges_usd="0.13", judge_calls=285),
)


@cache
def comparison() -> ReportView:
    """The view of it."""
    before, after = sides()
    policy = Policy()
    found = compare(before, after, policy, "seed-1")
    heading = replace(examples.HEADING, around=Surroundings(earlier=past(), bills=BILLS))
    return make_view(found, judge(found, policy), {}, heading)


@cache
def run() -> RunView:
    """The candidate alone."""
    side = sides()[1]
    totals = RunTotals(
        accounting=side.accounting,
        attempts=290,
        cost_usd=side.cost_usd,
        cost_uncertain_usd="0.0041",
        wall_s=41,
    )
    bare = make_run_view(
        examples.info("v3"), totals, examples.ANSWERS["thank-you"].candidate, score_of_side(side)
    )
    return replace(
        bare,
        measures=measured_view(measures_of(side.observations)),
        plots=run_plots(side, Surroundings(earlier=past("run"), bills=BILLS[1:])),
    )
