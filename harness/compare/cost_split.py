"""Why one side costs more than the other: price, input, output, cache, calls and retries, in dollars per case.

A trial costs calls x (tokens per call x price of a token), summed over the classes of tokens, and its retries on
top. The change of each product is shared out by Shapley's value: the average, over every order in which the factors
could have changed one after the other, of what each of them adds. So no order is preferred and nothing is left over;
and a factor of 0, at which logarithmic means break down, needs no special case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from harness.compare.billing import ZERO, Bill, Trials, bill_of, billed_trials, cost_of, is_known, priced_by
from harness.compare.columns import Pair
from harness.compare.observation import Side
from harness.compare.price_table import NANO, rates_of

PARTS: Final[tuple[str, ...]] = ("price", "input", "output", "cache", "calls", "retries")
UNKNOWN: Final = "unknown"
"""The part of cases whose tokens or prices nobody wrote down."""

_FINEST = Decimal(1).scaleb(-15)
_CLASSES = ("input", "output", "cache", "cache")
"""The part each class of tokens belongs to."""
_Two = tuple[Fraction, Fraction]
"""Before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one cause adds to the cost of a case."""

    name: str
    """One of `PARTS`, or `unknown`."""
    usd: Decimal
    """US dollars per case; below 0: it saves."""
    points: float
    """The same as a share of what the baseline costs: these add up to the ratio less 1. 0 beside no cost."""
    share: float | None
    """The same as a share of the whole change; None where nothing changed."""
    ratio: float | None
    """The factor itself, candidate over baseline: tokens per call, calls per trial, what the same tokens cost
    (Fisher's index). None where it was 0, and of `unknown`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSplit:
    """The change of cost per case. `change` is exactly the sum of the parts, and `after - before`."""

    n: int
    """Cases with a cost on both sides."""
    unknown: int
    """Those of them whose tokens or prices are not known."""
    before: Decimal
    """US dollars per case, baseline."""
    after: Decimal
    change: Decimal
    parts: tuple[Part, ...]
    """In the order of `PARTS`; `unknown` last, where there is one."""


def split_cost(pairs: Sequence[Pair], baseline: Side, candidate: Side) -> CostSplit | None:
    """The split over the cases that `cost_ratio` reads, at actual prices; None where no case has costs on both sides.

    Mean cost per case over its measured repeats, so a case counts alike however often it was asked.
    """
    tables = rates_of(baseline.prices), rates_of(candidate.prices)
    billed = ((billed_trials(b), billed_trials(c)) for b, c in pairs)
    priced = [pair for pair in billed if all(pair)]
    if not priced:
        return None
    n = len(priced)
    rows = priced_by(tables[0]), priced_by(tables[1])
    known: list[tuple[Trials, Trials]] = []
    unknown: list[tuple[Trials, Trials]] = []
    for pair in priced:
        (known if is_known(pair[0], rows[0]) and is_known(pair[1], rows[1]) else unknown).append(pair)
    old = bill_of([b for b, _ in known], tables[0], n)
    new = bill_of([c for _, c in known], tables[1], n)
    rest = cost_of([b for b, _ in unknown], n), cost_of([c for _, c in unknown], n)
    parts = _shapley(old, new)
    if unknown:
        parts = {**parts, UNKNOWN: rest[1] - rest[0]}
    return _in_dollars(parts, _ratios(old, new), (old.cost + rest[0], new.cost + rest[1]), (n, len(unknown)))


def _shapley(old: Bill, new: Bill) -> dict[str, Fraction]:
    """Of every product calls x tokens per call x price its three shares, summed up by cause."""
    parts: dict[str, Fraction] = dict.fromkeys(PARTS, ZERO)
    classes = zip(_CLASSES, old.per_call, new.per_call, old.prices, new.prices, strict=True)
    for name, *four in classes:
        tokens, price = (four[0], four[1]), (four[2], four[3])
        calls = (old.calls, new.calls)
        parts["calls"] += _share(calls, tokens, price)
        parts[name] += _share(tokens, calls, price)
        parts["price"] += _share(price, calls, tokens)
    parts["retries"] += new.retries - old.retries
    return parts


def _share(own: _Two, one: _Two, other: _Two) -> Fraction:
    """Shapley's value of one of three factors: (x'-x) ((y z + y' z')/3 + (y z' + y' z)/6)."""
    together = one[0] * other[0] + one[1] * other[1]
    crossed = one[0] * other[1] + one[1] * other[0]
    return (own[1] - own[0]) * (together / 3 + crossed / 6)


def _ratios(old: Bill, new: Bill) -> dict[str, float | None]:
    cache = [sum(each.per_call[2:], ZERO) for each in (old, new)]
    return {
        "price": _price_index(old, new),
        "input": _ratio(old.per_call[0], new.per_call[0]),
        "output": _ratio(old.per_call[1], new.per_call[1]),
        "cache": _ratio(*cache),
        "calls": _ratio(old.calls, new.calls),
        "retries": _ratio(old.retries, new.retries),
    }


def _price_index(old: Bill, new: Bill) -> float | None:
    """Fisher's index: the geometric mean of what the old tokens and what the new tokens cost more."""
    laspeyres = _ratio(_at(old.prices, old.tokens), _at(new.prices, old.tokens))
    paasche = _ratio(_at(old.prices, new.tokens), _at(new.prices, new.tokens))
    return None if laspeyres is None or paasche is None else math.sqrt(laspeyres * paasche)


def _at(prices: tuple[Fraction, ...], tokens: tuple[Fraction, ...]) -> Fraction:
    return sum((price * count for price, count in zip(prices, tokens, strict=True)), ZERO)


def _ratio(old: Fraction, new: Fraction) -> float | None:
    return float(new / old) if old else None


def _in_dollars(
    exact: Mapping[str, Fraction], ratios: Mapping[str, float | None], costs: _Two, cases: tuple[int, int]
) -> CostSplit:
    """Rounds to a billionth of a nano-dollar; what that leaves over goes to the largest part."""
    before, after = map(_dollars, costs)
    change = after - before
    usd = {name: _dollars(amount) for name, amount in exact.items()}
    largest = max(usd, key=lambda name: abs(usd[name]))
    usd[largest] += change - sum(usd.values(), Decimal(0))
    return CostSplit(
        n=cases[0],
        unknown=cases[1],
        before=before,
        after=after,
        change=change,
        parts=tuple(
            Part(
                name=name,
                usd=amount,
                points=float(amount / before) if before else 0.0,
                share=float(amount / change) if change else None,
                ratio=ratios.get(name),
            )
            for name, amount in usd.items()
        ),
    )


def _dollars(nano: Fraction) -> Decimal:
    return (Decimal(nano.numerator) / Decimal(nano.denominator) / NANO).quantize(_FINEST)


_CALLED: Final = {
    "price": "price",
    "input": "input tokens",
    "output": "output tokens",
    "cache": "cache",
    "calls": "calls",
    "retries": "retries",
    UNKNOWN: "cases without token counts",
}
_SMALL = 0.005
"""Parts below this share of the baseline's cost are not worth a word."""


def split_words(split: CostSplit) -> str:
    """What the change comes from, largest first: `output tokens +18 %, price unchanged`; empty where nobody knows."""
    if split.unknown == split.n:
        return ""
    parts = sorted(split.parts, key=lambda part: -abs(part.points))
    said = [part_words(part) for part in parts if abs(part.points) >= _SMALL]
    price = next(part for part in split.parts if part.name == "price")
    return ", ".join([*said, *(["price unchanged"] if abs(price.points) < _SMALL else [])])


def part_words(part: Part) -> str:
    """By how much the factor itself changed, where it is one that people count: `output tokens +18 %`."""
    name = _CALLED[part.name]
    if part.ratio is not None and part.name in {"price", "input", "output", "calls"}:
        change = f"{100 * (part.ratio - 1):+.1f}".removesuffix(".0")
        return f"{name} {change} %"
    return f"{name} {'add' if part.usd > 0 else 'save'} {100 * abs(part.points):.2g} %"
