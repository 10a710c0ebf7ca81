"""Where a model pin stands in its life on a given day, how old its prices are, and who uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from harness.errors import Problem
from harness.suite.model import ModelPin, PriceRow
from harness.suite.project import Project
from harness.suite.route import Route

STALE_DAYS = 30
"""Prices nobody has compared with their source for longer than this are worth a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One pin on one day."""

    pin: ModelPin
    retired: bool
    days_left: int | None
    """Until the day it goes away, 0 or less from that day on; None: none is announced."""
    prices: tuple[PriceRow, ...]
    """The rows in force, lowest tier first; empty: it has no price."""
    price_age: int | None
    """Days since the oldest row in force was compared with its source; None: it has no price."""
    used_by: tuple[str, ...]
    """Suites that name it, in order of the alphabet."""


def standings(project: Project, today: date) -> tuple[Standing, ...]:
    """Every pin of a project on the day `today`, in the order of the file."""
    users = _users(project)
    return tuple(_standing(pin, today, users.get(pin.name, ())) for pin in project.models.values())


def retiring(standing: Standing, days: int) -> bool:
    """Whether the model is retired, or will be within so many days."""
    return standing.retired or (standing.days_left is not None and standing.days_left <= days)


def uses_of_retiring(project: Project, found: Iterable[Standing], *, fail_within: int) -> tuple[Problem, ...]:
    """A problem for every suite that names a model that is retired, or will be within so many days."""
    return tuple(
        Problem(
            project.suites[suite].place,
            f"{each.pin.name!r} ({each.pin.id}) {ending(each)}",
            "pin another model",
        )
        for each in found
        if retiring(each, fail_within)
        for suite in each.used_by
    )


def warnings(found: Iterable[Standing], *, within: int) -> tuple[Problem, ...]:
    """What is worth knowing of each pin: its end is near, or its prices are old or missing."""
    noted: list[Problem] = []
    for each in found:
        name = repr(each.pin.name)
        if each.used_by and retiring(each, within):
            used = ", ".join(each.used_by)
            noted.append(Problem(each.pin.place, f"{name} {ending(each)}", f"it is used by: {used}"))
        if each.price_age is None:
            noted.append(
                Problem(
                    each.pin.place, f"{name} has no price", "add a price, or no budget can be held with it"
                )
            )
        elif each.price_age > STALE_DAYS:
            what = f"the prices of {name} were checked {each.price_age} days ago"
            noted.append(Problem(each.pin.place, what, "compare them with their source and set checked_on"))
    return tuple(noted)


def ending(standing: Standing) -> str:
    """How the model's life ends, for a sentence about it."""
    if standing.retired:
        since = standing.pin.retires_on
        return "is retired" if since is None else f"is retired (since {since})"
    if standing.days_left is None:
        return "has no announced end"
    days = "1 day" if standing.days_left == 1 else f"{standing.days_left} days"
    return f"retires on {standing.pin.retires_on}, in {days}"


def _users(project: Project) -> Mapping[str, tuple[str, ...]]:
    """Suites by the short name of a model: those that name it, and those that take a route that does."""
    users: dict[str, set[str]] = {}
    for name, suites in project.users().items():
        choice = project.choice(name)
        for model in [pin.name for pin in choice.pins] if isinstance(choice, Route) else [name]:
            users.setdefault(model, set()).update(suites)
    return {model: tuple(sorted(names)) for model, names in users.items()}


def _standing(pin: ModelPin, today: date, used_by: tuple[str, ...]) -> Standing:
    left = None if pin.retires_on is None else (pin.retires_on - today).days
    prices = pin.prices_on(today)
    return Standing(
        pin=pin,
        retired=pin.lifecycle == "retired" or (left is not None and left <= 0),
        days_left=left,
        prices=prices,
        price_age=max(((today - row.checked_on).days for row in prices), default=None),
        used_by=used_by,
    )
