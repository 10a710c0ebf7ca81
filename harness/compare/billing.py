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
    measured = asked.measured
    if len(measured) == 1:
        cost = measured[0].cost
        return measured if cost is not None and cost > 0 else ()
    billed = [t for t in measured if t.cost is not None and t.cost > 0]
    return measured if len(billed) == len(measured) else tuple(billed)


Trials = tuple[Observation, ...]
"""The billed repeats of one case."""
Priced = Mapping[str, tuple[bool, ...]]
"""By price row: whether a token of each class costs anything."""


def priced_by(table: Mapping[str, Rates]) -> Priced:
    """Read once, as a hundred thousand trials ask for it."""
    return {row: tuple(map(bool, rates.amounts)) for row, rates in table.items()}


def is_known(trials: Trials, priced: Priced) -> bool:
    """Whether calls, tokens, retries and prices of every billed repeat were written down."""
    if len(trials) == 1:
        return _is_known(trials[0], priced)
    return all(_is_known(trial, priced) for trial in trials)


def _is_known(trial: Observation, priced: Priced) -> bool:
    costs = priced.get(trial.price_row or "")
    if costs is None or trial.retry_cost is None or not trial.calls:
        return False
    tokens = tokens_of(trial)
    if tokens is None:
        return False
    return bool(
        (tokens[0] and costs[0])
        or (tokens[1] and costs[1])
        or (tokens[2] and costs[2])
        or (tokens[3] and costs[3])
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
    groups: defaultdict[tuple[int, str], list[Observation]] = defaultdict(list)
    for trials in cases:
        for trial in trials:
            groups[len(trials), trial.price_row or ""].append(trial)
    return {key: _sum(trials) for key, trials in groups.items()}


def _sum(trials: Sequence[Observation]) -> list[int]:
    """The columns, summed up one after the other: exact whole numbers."""
    return [
        len(trials),
        sum([_cost(trial) for trial in trials]),
        sum([_nano(trial.retry_cost) for trial in trials]),
        sum([trial.calls or 0 for trial in trials]),
        sum([trial.input_tokens or 0 for trial in trials]),
        sum([trial.output_tokens or 0 for trial in trials]),
        sum([trial.cache_write_tokens or 0 for trial in trials]),
        sum([trial.cache_read_tokens or 0 for trial in trials]),
    ]


def _cost(trial: Observation) -> int:
    return _nano(trial.cost)


def _nano(usd: float | None) -> int:
    return round(usd * NANO) if usd else 0
