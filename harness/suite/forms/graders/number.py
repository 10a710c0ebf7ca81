"""Forms of the graders of numbers."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.number import Number
from harness.suite.forms.graders.form import ALSO_PATH, GraderForm, Reading
from harness.suite.forms.kinds import SHARE, may
from harness.suite.notation.fields import Fields
from harness.suite.notation.node import Node


def _number(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    value, path = given.number("value"), reading.path(given)
    off = given.number("tolerance")
    share = given.share("relative")
    least, most = given.number("least"), given.number("most")
    for name, said in (("tolerance", off), ("relative", share)):
        if said is not None and said < 0:
            reading.noted.bad(given.place_of(name), f"{name!r} is negative", "write a number from 0")
    _check_kind(reading, given)
    if least is not None and most is not None and least > most:
        what = f"no number is {least:g} or more and {most:g} or less"
        reading.noted.bad(given.place_of("least"), what, "swap them")
    return Number(
        place=place,
        value=value,
        tolerance=off or 0.0,
        relative=share or 0.0,
        path=path,
        least=least,
        most=most,
    )


def _check_kind(reading: Reading, given: Fields) -> None:
    """Notes where it is neither one number nor a range, or both."""
    in_range = [name for name in ("least", "most") if name in given]
    near = [name for name in ("value", "tolerance", "relative") if name in given]
    if in_range and near:
        what = f"{in_range[0]!r} says a range, and {near[0]!r} one number"
        reading.noted.bad(given.place_of(in_range[0]), what, "keep one of them")
    elif "value" not in near and not in_range and not given.meant & {"value", "least", "most"}:
        reading.noted.bad(given.place, "'number' wants no number", "add `value:`, or `least:` and `most:`")


def _number_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
    number = reading.noted.number(node, "'number'")
    return None if number is None else Number(place=place, value=number)


FORMS: Final = (
    GraderForm(
        name="number",
        means="The answer's number: one within a tolerance, or one in a range.",
        keys={
            "value": may("The number wanted.", {"type": "number"}),
            "tolerance": may("How far off it may be.", {"type": "number", "minimum": 0}),
            "relative": may("How far off it may be, as a share of the value: 1% or 0.01.", SHARE),
            "least": may("The least it may be, instead of a `value`.", {"type": "number"}),
            "most": may("The most it may be, instead of a `value`.", {"type": "number"}),
            "path": ALSO_PATH,
        },
        read=_number,
        short={"type": "number"},
        read_short=_number_short,
    ),
)
