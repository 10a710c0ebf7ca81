"""Values as a database or a log gives them, for a table, for JSON and for CSV."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from harness.report.words import dollars, seconds
from harness.store.cells import cell
from harness.units import Json


def as_text(value: object) -> str:
    """For people: nothing where there is nothing, and no more digits than a number has."""
    plain = as_json(value)
    if plain is None:
        return ""
    if isinstance(plain, str):
        return plain
    return json.dumps(plain, ensure_ascii=False)


def field(key: str, value: Json) -> str:
    """A field of an event in words: `latency 0.82 s`, `cost $0.0041`, `flags repeated_call`."""
    name, _, unit = key.rpartition("_")
    if unit == "usd" and isinstance(value, str):
        return f"{name.replace('_', ' ')} {dollars(value)}"
    if unit == "s" and isinstance(value, int | float):
        return f"{name.replace('_', ' ')} {seconds(value)}"
    if key == "cost_local" and isinstance(value, Mapping):
        return f"{dollars(str(value['amount'])).removeprefix('$')} {value['currency']}"
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return f"{key.replace('_', ' ')} {value}"


def as_json(value: object) -> Json:
    """Money and moments as text, exactly; numbers that are none (NaN, infinity) as null."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            items = cast("Mapping[object, object]", value).items()
            return {str(name): as_json(each) for name, each in items}
        case list() | tuple():
            return [as_json(each) for each in cast("Sequence[object]", value)]
        case _:
            return _said(value)


def _said(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def as_cell(value: object) -> str:
    """For CSV: a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    shown = as_text(value)
    return shown if isinstance(value, int | float | Decimal) else cell(shown)
