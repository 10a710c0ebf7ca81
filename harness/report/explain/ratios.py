"""The numbers of cost and latency."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from harness.compare.comparison import Comparison, Ratio
from harness.gate.verdict import Status, Verdict
from harness.report.explain.explanation import Number, Section, number


def cost(comparison: Comparison, verdict: Verdict) -> Iterator[Section]:
    """The ratio with its bounds, and what the change is made of."""
    if comparison.cost is not None:
        told = "sum candidate / sum baseline, cases measured on both sides, one price table"
        yield Section(
            title="Cost",
            anchor="cost",
            numbers=(
                number("baseline, all trials", comparison.baseline.cost_usd, "US dollars"),
                number("candidate, all trials", comparison.candidate.cost_usd, "US dollars"),
                *_ratio(comparison.cost, told, "sd(b - R a) / (sqrt(n) mean b), by clusters"),
                number(
                    "R at billed prices", comparison.cost_actual.ratio if comparison.cost_actual else None
                ),
                *_limit(verdict.policy.cost_margin, verdict.cost),
            ),
        )
    split = comparison.cost_split
    if split is not None:
        yield Section(
            title="What the change of cost is made of",
            anchor="cost",
            numbers=(
                number("baseline", _plain(split.before), "US dollars per case, as billed"),
                number("candidate", _plain(split.after), "US dollars per case, as billed"),
                *(
                    number(each.name, _plain(each.usd), f"US dollars per case; {each.points:+.6g} of R")
                    for each in split.parts
                ),
            ),
        )


def latency(comparison: Comparison, verdict: Verdict) -> Iterator[Section]:
    """The ratio with its bounds, and the percentiles."""
    if comparison.latency is None:
        return
    sides = (("baseline", comparison.baseline_latency), ("candidate", comparison.candidate_latency))
    seconds = [
        number(f"{name}, {which}", value, "seconds")
        for name, each in sides
        if each is not None
        for which, value in (("p50", each.p50), ("p95", each.p95))
    ]
    tail = comparison.latency_p95
    yield Section(
        title="Latency",
        anchor="latency",
        numbers=(
            *_ratio(comparison.latency, "exp of the mean difference of logarithms", "clustered"),
            *seconds,
            *(
                (
                    number("R of p95", tail.ratio),
                    number("R of p95, lower", tail.lower),
                    number("R of p95, upper", tail.upper),
                )
                if tail
                else ()
            ),
            *_control(verdict.latency_control),
            number("asked in turns", comparison.latency_comparable, "else it is never gated"),
            *_limit(verdict.policy.latency_margin, verdict.latency),
        ),
    )


def _control(ratio: Ratio | None) -> tuple[Number, ...]:
    """The answers that confirmed a regression were asked in turns, whatever the others were."""
    if ratio is None:
        return ()
    return (
        number(
            "R, fresh answers", ratio.ratio, f"of {ratio.n} cases, asked in turns to confirm; decides nothing"
        ),
        number("R, fresh, lower", ratio.lower),
        number("R, fresh, upper", ratio.upper),
    )


def _ratio(ratio: Ratio, told: str, how: str) -> tuple[Number, ...]:
    return (
        number("n", ratio.n, f"cases; {ratio.excluded} without a number left out"),
        number("R", ratio.ratio, told),
        number("ln R", math.log(ratio.ratio)),
        number("SE of ln R", ratio.se, how),
        number("R, lower", ratio.lower, "exp(ln R - t SE)"),
        number("R, upper", ratio.upper, "exp(ln R + t SE)"),
    )


def _limit(margin: float | None, status: Status | None) -> tuple[Number, ...]:
    limit = None if margin is None else 1 + margin
    return (
        number("limit", limit, "none: not gated" if limit is None else ""),
        number("status", status.value if status else None),
    )


def _plain(usd: Decimal) -> str:
    """Exact, without the zeros at its end."""
    return format(usd.normalize(), "f")
