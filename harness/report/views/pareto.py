"""Quality against cost: what each model does for one suite and for how much, and which of them no other one beats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.compare.comparison import Score
from harness.gate.verdict import Status
from harness.report import words
from harness.report.charts.chart import Chart, Dot, Line, Role, Shape, Table
from harness.report.charts.scale import Scale, linear, spread
from harness.report.charts.spelling import dollars, percents

Part = Literal["now", "new", "other"]
_ROLES: dict[Part, Role] = {"now": "before", "new": "after", "other": "quiet"}
_SHAPES: dict[Part, Shape] = {"now": "ring", "new": "circle", "other": "square"}
_NAME = 24
"""Characters of a name that stand beside a dot."""
_APART = (24.0, 9.0)
"""Percent of width and height that two names keep between them in one of both directions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one model does for a suite, on the same cases as all others, and for how much."""

    name: str
    """Short name of the pin; may be hostile."""
    part: Part
    score: Score
    cost: float | None
    """US dollars of a thousand answers; None: unpriced."""
    p50: float | None
    """Seconds of half of its answers at most; None: not known."""
    status: Status | None
    """What the gate said of it against the model that runs now; None: nothing."""
    asked: str
    """The day it was asked."""


def front_of(offers: Sequence[Offer]) -> frozenset[int]:
    """Places of the priced offers that no other one beats: none is as good and cheaper, or better and as cheap.

    Point estimates decide, so two offers whose intervals overlap may well change places.
    """
    priced = sorted(
        (each.cost, -each.score.mean, place) for place, each in enumerate(offers) if each.cost is not None
    )
    found: set[int] = set()
    best = (math.inf, math.inf)
    for cost, worse, place in priced:
        if worse < best[1] or (cost, worse) == best:
            found.add(place)
            best = (cost, worse)
    return frozenset(found)


def cheapest_that_holds(offers: Sequence[Offer]) -> Offer | None:
    """What runs now, or the cheapest model that passed against it; None where that one has no price."""
    able = [each for each in offers if each.part == "now" or each.status is Status.PASS]
    if not able or any(each.part == "now" and each.cost is None for each in able):
        return None
    priced = [
        (each.cost, each.part != "now", place) for place, each in enumerate(able) if each.cost is not None
    ]
    return able[min(priced)[2]]


def pareto_chart(name: str, offers: Sequence[Offer]) -> Chart | None:
    """Every priced offer on two axes, with a line through those that none beats; None where there are not two.

    `name`: of the chart, ours.
    """
    priced = [each for each in offers if each.cost is not None]
    if len(priced) < 2:
        return None
    costs = [each.cost for each in priced if each.cost is not None]
    scales = _scales(costs, priced)
    best = [offers[place] for place in sorted(front_of(offers))]
    return Chart(
        name=name,
        title="Quality against cost",
        says=_says(best),
        x=scales[0],
        y=scales[1],
        table=offers_table(offers),
        lines=_front(best),
        dots=tuple(_dots(priced, scales)),
        key=(("quiet", "no model is both better and cheaper than these"),),
    )


def offers_table(offers: Sequence[Offer]) -> Table:
    """The same to be read; unpriced ones too."""
    best = front_of(offers)
    return Table(
        heads=("model", "score, 95 %", "1,000 answers", "half within", "verdict", "asked", "beaten by none"),
        rows=tuple(
            (
                each.name if each.part == "other" else f"{each.name} ({each.part})",
                f"{words.percent(each.score.mean)} ({words.percent(each.score.lower)} to {words.percent(each.score.upper)})",
                "unpriced" if each.cost is None else _price(each.cost),
                "" if each.p50 is None else words.seconds(each.p50),
                "" if each.status is None else each.status.value.replace("_", " "),
                each.asked,
                "yes" if place in best else "",
            )
            for place, each in enumerate(offers)
        ),
    )


def _scales(costs: Sequence[float], offers: Sequence[Offer]) -> tuple[Scale, Scale]:
    ends = [end for each in offers for end in (each.score.lower, each.score.upper)]
    return (
        spread(costs, "US dollars of 1,000 answers", dollars),
        linear(ends, "mean score, 95 %", percents, most=4),
    )


def _says(best: Sequence[Offer]) -> str:
    named = words.listing([each.name for each in best])
    told = "is" if len(best) == 1 else "are"
    return f"{named} {told} beaten by no other model: none is both better and cheaper"


def _front(best: Sequence[Offer]) -> tuple[Line, ...]:
    points = tuple(sorted((each.cost, each.score.mean) for each in best if each.cost is not None))
    return (Line(name="front", role="quiet", points=points),) if len(points) > 1 else ()


def _dots(priced: Sequence[Offer], scales: tuple[Scale, Scale]) -> list[Dot]:
    """Names stand beside the dots where they do not lie on each other; those of this upgrade come first."""
    taken: list[tuple[float, float]] = []
    found: list[Dot] = []
    for each in sorted(priced, key=lambda each: ("new", "now", "other").index(each.part)):
        cost = each.cost or 0.0
        spot = scales[0].place(cost), scales[1].place(each.score.mean)
        free = all(
            any(abs(a - b) >= room for a, b, room in zip(spot, other, _APART, strict=True)) for other in taken
        )
        taken += [spot] if free else []
        found.append(
            Dot(
                name=f"{each.name}: {words.percent(each.score.mean)}, {_price(cost)} of 1,000 answers",
                role=_ROLES[each.part],
                x=cost,
                y=each.score.mean,
                low=each.score.lower,
                high=each.score.upper,
                shape=_SHAPES[each.part],
                label=_label(each) if free else "",
            )
        )
    return found


def _price(cost: float) -> str:
    return words.dollars(f"{cost:.6g}")


def _label(offer: Offer) -> str:
    name = offer.name if len(offer.name) <= _NAME else f"{offer.name[: _NAME - 1]}…"
    return name if offer.part == "other" else f"{name}, {offer.part}"
