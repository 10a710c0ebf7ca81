"""What an answer says of its own certainty: recorded and followed over time, never scored.

A number in [0, 1], also as a string, or a percentage: `0.85`, `"0.85"`, `"85%"`. A bare 85 is not read: it
could as well be a mistake for 0.85 on a scale of a hundred as one of a model that ignores its scale.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from harness.grade.decision import Decision, Undecidable
from harness.grade.path import value_at
from harness.grade.reading import shown
from harness.suite.expectations.manner import Confidence
from harness.units import Json


def confidence(wanted: Confidence, text: str) -> Decision:
    """Whether the answer states its confidence in a form that can be read."""
    value = value_at(wanted.path, text)
    if _share(value) is None:
        return Decision(met=False, found=f"{shown(value)}, which is no number in [0, 1] and no percentage")
    return Decision(met=True, found=shown(value))


def answer_confidence(wanted: Confidence, text: str) -> float | None:
    """The stated confidence in [0, 1]; None where the answer states none that can be read."""
    try:
        return _share(value_at(wanted.path, text))
    except Undecidable:
        return None


def _share(value: Json) -> float | None:
    if isinstance(value, str):
        written = value.strip()
        whole = 100 if written.endswith("%") else 1
        stated = _number(written.removesuffix("%"))
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    else:
        whole, stated = 1, Decimal(value)
    return float(stated / whole) if stated is not None and 0 <= stated <= whole else None


def _number(written: str) -> Decimal | None:
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
