from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from harness.suite.lifecycle import Standing, ending, standings, uses_of_retiring, warnings
from harness.suite.model import ModelPin
from harness.suite.project import Project
from harness.units import Tokens
from tests import values

TODAY = date(2026, 11, 21)


def project(pin: ModelPin) -> Project:
    return Project(root="/project", suites={"triage": values.suite()}, prompts={}, models={pin.name: pin})


def standing(pin: ModelPin) -> Standing:
    [found] = standings(project(pin), TODAY)
    return found


def test_the_newest_row_of_each_tier_is_in_force() -> None:
    old = values.price_row()
    new = replace(old, id="new", valid_from=date(2026, 11, 1))
    tomorrow = replace(old, id="tomorrow", valid_from=date(2026, 11, 22))
    assert standing(values.model_pin(prices=(tomorrow, new, old))).prices == (new,)


def test_prices_are_as_old_as_the_oldest_row_in_force() -> None:
    row = values.price_row()
    long = replace(row, id="long", above_prompt_tokens=Tokens(100_000), checked_on=date(2026, 10, 1))
    assert standing(values.model_pin(prices=(long, row))).price_age == 51


@pytest.mark.parametrize(
    ("lifecycle", "retires_on", "said"),
    [
        ("active", None, "has no announced end"),
        ("active", date(2026, 11, 22), "retires on 2026-11-22, in 1 day"),
        ("deprecated", date(2026, 11, 21), "is retired (since 2026-11-21)"),
        ("retired", None, "is retired"),
    ],
)
def test_how_a_life_ends(lifecycle: str, retires_on: date | None, said: str) -> None:
    pin = replace(values.model_pin(), lifecycle=lifecycle, retires_on=retires_on)  # type: ignore[arg-type]  # parametrized text
    assert ending(standing(pin)) == said


def test_a_model_that_nobody_uses_ends_without_a_word() -> None:
    pin = replace(values.model_pin("other"), retires_on=TODAY)
    found = standings(project(pin), TODAY)
    assert found[0].used_by == ()
    assert warnings(found, within=60) == ()
    assert uses_of_retiring(project(pin), found, fail_within=0) == ()


def test_a_suite_that_uses_a_retired_model_is_a_problem_at_the_suite() -> None:
    pin = replace(values.model_pin(), retires_on=TODAY)
    [problem] = uses_of_retiring(project(pin), standings(project(pin), TODAY), fail_within=0)
    assert problem.place == values.suite().place
