"""The prices two sides were billed at, and what both would have cost at the same ones.

A gate on cost asks what the candidate does, not what the provider charges this week: where a model became cheaper
or dearer between the two sides, both are priced by the newer row (STATISTICS 12.2). Actual dollars stay beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

from harness.compare.observation import Observation, Side

NANO = 1_000_000_000
"""Nano-dollars in a dollar: the finest amount the store keeps."""

Key = tuple[str, int]
"""A model's snapshot id, and the tokens of the prompt above which the row holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """One price row, in nano-dollars per token."""

    row: str
    model: str
    above_prompt_tokens: int
    valid_from: str
    """ISO date."""
    input: Fraction
    output: Fraction
    cache_write: Fraction
    """Of the five-minute cache."""
    cache_read: Fraction

    @property
    def key(self) -> Key:
        return (self.model, self.above_prompt_tokens)

    @property
    def amounts(self) -> tuple[Fraction, ...]:
        """What a token costs: input, output, cache write, cache read."""
        return (self.input, self.output, self.cache_write, self.cache_read)


def rates_of(prices: str) -> Mapping[str, Rates]:
    """The rows of `Side.prices` by id. Rows that are not what we write are left out: they price nothing."""
    try:
        found: object = json.loads(prices or "[]")
    except ValueError:
        return {}
    rows = cast("list[object]", found) if isinstance(found, list) else []
    read = [_rates(cast("Mapping[str, object]", row)) for row in rows if isinstance(row, dict)]
    return {each.row: each for each in read if each is not None}


def tokens_of(trial: Observation) -> tuple[int, int, int, int] | None:
    """Input, output, cache writes and cache reads; None where any of them is not known."""
    fresh, said = trial.input_tokens, trial.output_tokens
    written, read = trial.cache_write_tokens, trial.cache_read_tokens
    if fresh is None or said is None or written is None or read is None:
        return None
    return fresh, said, written, read


def same_prices(baseline: Side, candidate: Side) -> tuple[Side, Side]:
    """Both sides with the costs they would have had by one price table; the very same ones where that changes nothing.

    The table has, for every model and tier, the newest row that either side was billed by. A trial is priced anew
    in proportion: its cost times its tokens at the new rates over its tokens at the old ones, which keeps factors
    such as that of batches. Trials whose tokens or row are not known keep their cost.
    """
    before, after = rates_of(baseline.prices), rates_of(candidate.prices)
    if _used(baseline) == _used(candidate) and before == after:
        return baseline, candidate
    table = _newest(
        [
            *(before[row] for row in sorted(_used(baseline)) if row in before),
            *(after[row] for row in sorted(_used(candidate)) if row in after),
        ]
    )
    return _by(table, baseline, before), _by(table, candidate, after)


def _rates(row: Mapping[str, object]) -> Rates | None:
    try:
        name, above = str(row["id"]), int(cast("int", row["above_prompt_tokens"]))
        names = ("input", "output", "cache_write_5m", "cache_read")
        amounts = [Fraction(str(row[each])) * 1000 for each in names]
        day = str(row["valid_from"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return Rates(
        row=name,
        model=name.partition("@")[0],
        above_prompt_tokens=above,
        valid_from=day,
        input=amounts[0],
        output=amounts[1],
        cache_write=amounts[2],
        cache_read=amounts[3],
    )


def _used(side: Side) -> set[str]:
    return {each.price_row for each in side.observations if each.price_row is not None}


def _newest(rows: Iterable[Rates]) -> Mapping[Key, Rates]:
    """Of two rows of one day the later given one: the candidate's, should somebody have mended a price."""
    table: dict[Key, Rates] = {}
    for each in rows:
        if each.key not in table or each.valid_from >= table[each.key].valid_from:
            table[each.key] = each
    return table


def _by(table: Mapping[Key, Rates], side: Side, own: Mapping[str, Rates]) -> Side:
    priced = tuple(_priced(each, own.get(each.price_row or ""), table) for each in side.observations)
    return side if priced == side.observations else replace(side, observations=priced)


def _priced(trial: Observation, old: Rates | None, table: Mapping[Key, Rates]) -> Observation:
    tokens = tokens_of(trial)
    if old is None or tokens is None or trial.cost is None:
        return trial
    new = table[old.key]
    was, is_now = _list_price(tokens, old), _list_price(tokens, new)
    if was == is_now or not was:
        return trial
    return replace(trial, cost=float(Fraction(trial.cost) * is_now / was))


def _list_price(tokens: tuple[int, ...], rates: Rates) -> Fraction:
    return sum((count * rate for count, rate in zip(tokens, rates.amounts, strict=True)), Fraction(0))
