"""Every number of a verdict, in the order in which they follow from one another, and where each comes from.

Nothing here is rounded: surfaces do that. Names of cases and slices are as they came: hostile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.units import Json

PAGE = "docs/statistics.md"
Value = float | int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number, or word, of a verdict."""

    name: str
    value: Value
    """None: there is none. Shares and differences are in [-1, 1], money is text."""
    source: str = ""
    """The formula, or what it is; empty where the name says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Numbers that belong together."""

    title: str
    anchor: str
    """The section of `PAGE` that explains them."""
    numbers: tuple[Number, ...]
    detail: bool = False
    """Whether it has a line for every case, of which a text shows only those that differ."""


def number(name: str, value: Value, source: str = "") -> Number:
    """A number in one line."""
    return Number(name=name, value=value, source=source)


def explanation_document(sections: tuple[Section, ...]) -> list[Json]:
    """The sections as JSON; what is not finite is null."""
    return [
        {
            "title": section.title,
            "source": f"{PAGE}#{section.anchor}",
            "numbers": [
                {"name": each.name, "value": _finite(each.value), "formula": each.source}
                for each in section.numbers
            ],
        }
        for section in sections
    ]


def _finite(value: Value) -> Value:
    return None if isinstance(value, float) and not math.isfinite(value) else value
