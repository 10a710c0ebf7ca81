"""What the trials of a side were billed for, summed up exactly: calls, tokens by class, list prices, retries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from harness.compare.asked import Asked
from harness.compare.observation import Observation
from harness.compare.price_table import NANO, Rates, tokens_of

ZERO = Fraction(0)
CLASSES = 4
"""Input, output, cache writes and cache reads, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Means per case over some cases, each case a mean over its repeats. Money in nano-dollars."""

    cost: Fraction
    retries: Fraction
    """The part of `cost` for attempts that brought no reply."""
    calls: Fraction
    tokens: tuple[Fraction, ...]
    """By class."""
    listed: tuple[Fraction, ...]
    """The tokens at list prices, by class."""
    rates: tuple[Fraction, ...]
    """Mean list price of a token, by class: of a class that was not used as well."""

    @property
    def factor(self) -> Fraction:
        """Bill over list: tiers within a conversation, batches, a region's surcharge. 1 for no cases."""
        listed = sum(self.listed, ZERO)
        return (self.cost - self.retries) / listed if listed else Fraction(1)

    @property
    def prices(self) -> tuple[Fraction, ...]:
        """What a token of each class really cost."""
        means = zip(self.listed, self.tokens, self.rates, strict=True)
        return tuple(self.factor * (listed / used if used else rate) for listed, used, rate in means)

    @property
    def per_call(self) -> tuple[Fraction, ...]:
        """Tokens of each class in one call."""
        return tuple(each / self.calls if self.calls else ZERO for each in self.tokens)


def billed_trials(asked: Asked) -> tuple[Observation, ...]:
    """The measured repeats that cost something: those the cost ratio reads."""
    billed = [t for t in asked.measured if t.cost is not None and t.cost > 0]
    return asked.measured if len(billed) == len(asked.measured) else tuple(billed)


Trials = tuple[Observation, ...]
"""The billed repeats of one case."""


def is_known(trials: Trials, table: Mapping[str, Rates]) -> bool:
    """Whether calls, tokens, retries and prices of every billed repeat were written down."""
    return all(_is_known(trial, table) for trial in trials)


def _is_known(trial: Observation, table: Mapping[str, Rates]) -> bool:
    rates = table.get(trial.price_row or "")
    if rates is None or trial.retry_cost is None or not trial.calls:
        return False
    tokens = tokens_of(trial)
    return tokens is not None and any(
        count and rate for count, rate in zip(tokens, rates.amounts, strict=True)
    )


def cost_of(cases: Sequence[Trials], n: int) -> Fraction:
    """Mean cost per case in nano-dollars, as a mean over `n` cases."""
    sums: defaultdict[int, int] = defaultdict(int)
    for trials in cases:
        sums[len(trials)] += sum(map(_cost, trials))
    return sum((Fraction(cost, repeats * n) for repeats, cost in sums.items()), ZERO)


def bill_of(cases: Sequence[Trials], table: Mapping[str, Rates], n: int) -> Bill:
    """The bill of cases that are known, as a mean over `n` cases."""
    means = [(row, Fraction(1, repeats * n), each) for (repeats, row), each in _sums(cases).items()]
    columns = [sum((share * each[place] for _, share, each in means), ZERO) for place in range(_COLUMNS)]
    trials, cost, retries, calls, *tokens = columns

    def at_list(place: int, column: int) -> Fraction:
        return sum((table[row].amounts[place] * share * each[column] for row, share, each in means), ZERO)

    return Bill(
        cost=cost,
        retries=retries,
        calls=calls,
        tokens=tuple(tokens),
        listed=tuple(at_list(place, _FIRST_CLASS + place) for place in range(CLASSES)),
        rates=tuple(at_list(place, 0) / trials if trials else ZERO for place in range(CLASSES)),
    )


_FIRST_CLASS = 4
_COLUMNS = _FIRST_CLASS + CLASSES


def _sums(cases: Sequence[Trials]) -> Mapping[tuple[int, str], list[int]]:
    """By repeats of the case and price row: trials, cost, retries, calls, and tokens of each class."""
    sums: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * _COLUMNS)
    for trials in cases:
        for trial in trials:
            row = sums[len(trials), trial.price_row or ""]
            numbers = (1, _cost(trial), _nano(trial.retry_cost), trial.calls or 0, *(tokens_of(trial) or ()))
            for place, number in enumerate(numbers):
                row[place] += number
    return sums


def _cost(trial: Observation) -> int:
    return _nano(trial.cost)


def _nano(usd: float | None) -> int:
    return round((usd or 0.0) * NANO)
