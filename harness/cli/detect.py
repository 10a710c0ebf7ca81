"""`harness plan --detect`: cases, repeats, calls and money that find a drop, as text and as JSON."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import cast

from harness.cli.console import tell
from harness.cli.table import Column, number, room, table
from harness.compare.components import Components, Within
from harness.compare.planner import POWER
from harness.compare.sizing import Sampling
from harness.errors import UsageError
from harness.pipeline.detecting import Combination, Detection, Known, Today
from harness.report.words import count, dollars, margin, seconds
from harness.units import Json

_HEADS = (
    Column(head="asked"),
    number("cases"),
    number("calls"),
    number("cost"),
    number("time"),
)


def add_detect(parser: argparse.ArgumentParser) -> None:
    """`--detect` and `--power`."""
    parser.add_argument(
        "--detect",
        metavar="POINTS",
        help="what it takes to find a drop of this size (5pt): cases, repeats, calls, cost and time",
    )
    parser.add_argument(
        "--power",
        metavar="SHARE",
        help=f"how often it is to be found, between 0.5 and 0.99 (default: {POWER:g})",
    )


def wanted(args: argparse.Namespace) -> tuple[float, float] | None:
    """The drop and the power that were asked for; None: neither. Raises UsageError."""
    drop, power = cast("str | None", args.detect), cast("str | None", args.power)
    if drop is None:
        if power is not None:
            raise UsageError("--power says how often a drop is to be found: name the drop too, --detect 5pt")
        return None
    return points_of(drop, "--detect"), POWER if power is None else _power(power)


def points_of(text: str, flag: str) -> float:
    """`5pt` as a share: 0.05. Raises UsageError for anything but points above 0 and below 100."""
    found = re.fullmatch(r"([0-9]{1,2}(?:\.[0-9]{1,3})?) ?pt", text)
    drop = 0.0 if found is None else float(found[1]) / 100
    if drop <= 0:
        raise UsageError(f"{flag} {text}: not a number of points above 0; write for instance {flag} 5pt")
    return drop


def document(found: Detection) -> dict[str, Json]:
    """Everything that was found, for other programs."""
    best = found.with_what_there_is
    return {
        "drop": found.drop,
        "power": found.power,
        "cases": found.cases,
        "components": components_document(found.known),
        "combinations": [_combination(each) for each in found.combinations],
        "cheapest": _combination(found.cheapest),
        "cheapest_without_bank": _combination(found.cheapest_without_bank),
        "with_what_there_is": None if best is None else _combination(best),
        "today": [_today(each) for each in found.today],
        "fixed_thresholds": [
            {"threshold": threshold, "chance_of_alarm": alarms} for threshold, alarms in found.fixed
        ],
        "least_cases_to_pass": found.least_to_pass,
        "enough_repeats": found.enough_repeats,
        "cost_is_bound": found.bounded_prices,
    }


def components_document(known: Known) -> dict[str, Json]:
    """Variances, and how much each of them rests on: 0 samples or comparisons where it is nominal."""
    components = known.components
    return {
        "mean": components.mean,
        "within_baseline": components.baseline.variance,
        "within_candidate": components.candidate.variance,
        "between": components.between.variance,
        "alike": components.between.alike,
        "cluster_size": components.cluster_size,
        "design_effect": components.design_effect,
        "runs": known.runs,
        "baseline_samples": components.baseline.samples,
        "candidate_samples": components.candidate.samples,
        "comparisons": components.between.comparisons,
    }


def show(found: Detection, policy_margin: float) -> None:
    """The same for people."""
    tell(f"  to find a drop of {margin(found.drop)} points {_times(found.power)}:")
    rows = [_row(each, found) for each in found.combinations]
    tell("".join(f"    {line}\n" for line in table(_HEADS, rows, fit=room()).splitlines()))
    for line in _advice(found, policy_margin):
        tell(f"  {line}")


def rests_on(known: Known) -> str:
    """What the variances come from, in one sentence; what is nominal is said to be."""
    between = known.components.between.comparisons
    said = _sources(known.components)
    if between:
        return f"{said}; {count(between, 'earlier comparison')}"
    return (
        f"{said}; no earlier comparison, so a change is taken to be the same in all cases: at best it is so"
    )


def asked(sampling: Sampling) -> str:
    """How the sides are asked, in words."""
    if sampling.bank:
        return f"bank of {sampling.baseline}, {count(sampling.candidate, 'repeat')}"
    return f"both sides, {count(sampling.candidate, 'repeat')}"


def _power(text: str) -> float:
    found = re.fullmatch(r"0?\.[0-9]{1,4}", text)
    power = 0.0 if found is None else float(text)
    if not 0.5 <= power <= 0.99:
        raise UsageError(f"--power {text}: not a share between 0.5 and 0.99; write for instance --power 0.8")
    return power


def _times(power: float) -> str:
    return "4 times in 5" if power == POWER else f"{100 * power:g} times in 100"


def _row(each: Combination, found: Detection) -> tuple[str, ...]:
    cost = ("at most " if found.bounded_prices and each.cost else "") + dollars(each.cost)
    return (asked(each.sampling), f"{each.cases:,}", f"{each.calls:,}", cost, _time(each))


def _time(each: Combination) -> str:
    return "" if each.wall is None else seconds(each.wall)


def _advice(found: Detection, policy_margin: float) -> Iterator[str]:
    best = found.with_what_there_is
    yield f"cheapest: {_way(found.cheapest, found)}"
    if found.cheapest.sampling.bank:
        once = found.cheapest.cases * found.cheapest.sampling.baseline
        yield f"          (the bank takes {once:,} calls, once); without one: {_way(found.cheapest_without_bank, found)}"
    if found.cheapest.cases > found.cases:
        yield f"with the {found.cases:,} there are: " + (
            "no number of repeats up to 5 finds it; add cases" if best is None else _way(best, found)
        )
    yield (
        f"beyond {count(found.enough_repeats, 'repeat')} each further one saves less than a tenth of the cases: "
        "what is left is how the cases differ, so add cases"
    )
    for today in found.today:
        yield _as_it_is(today, found, policy_margin)
    threshold, alarms = found.fixed[0]
    yield (
        f"a fixed threshold of {margin(threshold)} %, 2 points below the usual score, would stop "
        f"{round(100 * alarms)} in 100 changes that changed nothing"
    )
    if found.cases < found.least_to_pass:
        yield (
            f"fewer than {found.least_to_pass} cases pass a margin of {margin(policy_margin)} points by luck alone: "
            "not even equal answers prove so much"
        )
    yield f"known from {rests_on(found.known)}"


def _way(each: Combination, found: Detection) -> str:
    more = each.cases - found.cases
    added = f" ({more:,} more than there are)" if more > 0 else ""
    return f"{asked(each.sampling)}, {count(each.cases, 'case')}{added}, {count(each.calls, 'call')}"


def _as_it_is(today: Today, found: Detection, policy_margin: float) -> str:
    return (
        f"today: {found.cases:,} cases, {asked(today.sampling)}: finds {100 * today.smallest:.1f} points; says PASS "
        f"{round(100 * today.passes)} times in 100 where nothing changed (margin {margin(policy_margin)})"
    )


def _sources(components: Components) -> str:
    if components.baseline == components.candidate:
        return _within(components.baseline)
    return (
        f"the baseline's {_within(components.baseline)} and the candidate's {_within(components.candidate)}"
    )


def _within(side: Within) -> str:
    if side.samples == 0:
        return "nominal variance (no case was asked twice yet)"
    never = ", none of which ever changed its score" if side.bounded else ""
    return f"{count(side.samples, 'answer')} to {count(side.cases, 'case')}{never}"


def _combination(each: Combination) -> dict[str, Json]:
    return {
        **_sampling(each.sampling),
        "cases": each.cases,
        "calls": each.calls,
        "cost_usd": None if each.cost is None else f"{each.cost:f}",
        "wall_s": each.wall,
    }


def _today(today: Today) -> dict[str, Json]:
    return {**_sampling(today.sampling), "mde": today.smallest, "chance_of_pass": today.passes}


def _sampling(sampling: Sampling) -> dict[str, Json]:
    return {
        "bank": sampling.bank,
        "baseline_samples": sampling.baseline,
        "candidate_repeats": sampling.candidate,
    }
