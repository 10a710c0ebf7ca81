"""The caps of `[tool.harness.budget]`: read, and every mistake in them named."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import cast

from harness.errors import Place, Problem
from harness.units import MOST, Usd

_KEYS = ("call_usd", "run_usd", "day_usd", "models")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """The most a project wants to spend. None, or a model that is not there: no bound."""

    call: Usd | None = None
    """By the worst case of one attempt."""
    run: Usd | None = None
    """By one command with all the runs it makes."""
    day: Usd | None = None
    """By the whole project on a day in UTC."""
    models: Mapping[str, Usd] = field(default_factory=lambda: MappingProxyType({}))
    """By one command on one model, by the name of its pin."""


def read_budgets(table: object, place: Callable[[str], Place]) -> tuple[Budgets, list[Problem]]:
    """The caps in `table`, and what is wrong with it. `place` says where a key of it stands."""
    if not isinstance(table, dict):
        what = "'budget' in [tool.harness] is not a table"
        return Budgets(), [Problem(place("budget"), what, "write [tool.harness.budget] on a line")]
    reading = _Reading(place)
    given = cast("dict[str, object]", table)
    reading.refuse_unknown(given, _KEYS, "key")
    found = Budgets(
        call=reading.amount("call_usd", given.get("call_usd")),
        run=reading.amount("run_usd", given.get("run_usd")),
        day=reading.amount("day_usd", given.get("day_usd")),
        models=reading.models(given.get("models", {})),
    )
    return found, reading.problems


def unknown_models(
    budgets: Budgets, pinned: Iterable[str], place: Callable[[str], Place]
) -> tuple[Problem, ...]:
    """A mistake for each cap of a model that is not pinned: it would hold nothing."""
    reading = _Reading(place)
    reading.refuse_unknown(budgets.models, tuple(sorted(pinned)), "model")
    return tuple(reading.problems)


class _Reading:
    def __init__(self, place: Callable[[str], Place]) -> None:
        self.place = place
        self.problems: list[Problem] = []

    def refuse_unknown(self, given: Iterable[str], known: tuple[str, ...], noun: str) -> None:
        for name in sorted(set(given) - set(known)):
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"the {noun}s are {', '.join(known)}"
            what = f"unknown {noun} {name!r} in [tool.harness.budget]"
            self.problems.append(Problem(self.place(name), what, remedy))

    def amount(self, name: str, value: object) -> Usd | None:
        if value is None:
            return None
        # `str` gives the shortest number that reads back the same, so 0.1 is a tenth and nothing else.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        amount = Decimal(str(value)) if is_number else Decimal("nan")
        if not amount.is_finite() or not 0 < amount <= MOST:
            what = f"{name} is not an amount of dollars above 0"
            self.problems.append(Problem(self.place(name), what, f"write for instance {name} = 2.50"))
            return None
        return Usd(amount)

    def models(self, value: object) -> Mapping[str, Usd]:
        if not isinstance(value, dict):
            remedy = "write for instance models = {opus-5-5 = 3.00}"
            self.problems.append(Problem(self.place("models"), "models is not a table", remedy))
            return MappingProxyType({})
        given = cast("dict[str, object]", value)
        amounts = {name: self.amount(name, each) for name, each in given.items()}
        return MappingProxyType({name: each for name, each in amounts.items() if each is not None})
