"""Forms of the graders of numbers."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.number import Number
from harness.suite.forms.graders.form import ALSO_PATH, GraderForm, Reading
from harness.suite.forms.kinds import SHARE, may, need
from harness.suite.notation.fields import Fields
from harness.suite.notation.node import Node


def _number(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    value, path = given.number("value"), reading.path(given)
    off = given.number("tolerance")
    share = given.share("relative")
    for name, said in (("tolerance", off), ("relative", share)):
        if said is not None and said < 0:
            reading.noted.bad(given.place_of(name), f"{name!r} is negative", "write a number from 0")
    if value is None:
        return None
    return Number(place=place, value=value, tolerance=off or 0.0, relative=share or 0.0, path=path)


def _number_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
    number = reading.noted.number(node, "'number'")
    return None if number is None else Number(place=place, value=number)


FORMS: Final = (
    GraderForm(
        name="number",
        means="The answer's number, within a tolerance.",
        keys={
            "value": need("The number wanted.", {"type": "number"}),
            "tolerance": may("How far off it may be.", {"type": "number", "minimum": 0}),
            "relative": may("How far off it may be, as a share of the value: 1% or 0.01.", SHARE),
            "path": ALSO_PATH,
        },
        read=_number,
        short={"type": "number"},
        read_short=_number_short,
    ),
)
