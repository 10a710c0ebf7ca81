"""One row of somebody else's results: its cells as the values they stand for, each within its bounds.

Everything here raises ValueError with two arguments: what is wrong, and the cell it is wrong in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from harness.store.lines import ImportedRow
from harness.units import Seconds, Usd

MOST_REPEAT = 1_000_000
LONGEST_ID = 1_000
"""Characters of a case's id."""
ROUNDING = 1e-9
"""How far outside [0, 1] the mean of some floats may come to lie."""
_MOST_AMOUNT = 1e9


def imported_row(fields: Mapping[str, object]) -> ImportedRow:
    """The row its cells say. Raises ValueError."""
    case_id = case_id_in(fields.get("case_id"))
    weight = _number(fields.get("weight"), "weight", case_id)
    if weight is not None and not 0 < weight <= _MOST_AMOUNT:
        raise ValueError("weight is not above 0, or no real amount", f"{weight!r} of {_short(case_id)}")
    repeat = repeat_in(fields.get("repeat"), case_id)
    cost = _amount(fields.get("cost_usd"), "cost_usd", case_id)
    latency = _amount(fields.get("latency_s"), "latency_s", case_id)
    return ImportedRow(
        case_id=case_id,
        repeat=1 if repeat is None else repeat,
        score=score_in(fields.get("score"), case_id),
        error_type=_text(fields.get("error_type")),
        cluster=_text(fields.get("cluster")) or case_id,
        tags=_tags(fields, case_id),
        weight=1.0 if weight is None else weight,
        cost=None if cost is None else Usd(Decimal(str(cost))),
        latency=None if latency is None else Seconds(latency),
        answer_confidence=score_in(fields.get("answer_confidence"), case_id, "answer_confidence"),
    )


def case_id_in(value: object) -> str:
    """The case a cell names. Raises ValueError."""
    case_id = _text(value)
    if case_id is None or not case_id.strip():
        raise ValueError("case_id is empty", repr(value))
    if len(case_id) > LONGEST_ID:
        what = f"case_id has {len(case_id):,} characters; the most is {LONGEST_ID:,}"
        raise ValueError(what, _short(case_id))
    return case_id


def _short(case_id: str) -> str:
    return case_id if len(case_id) <= 60 else f"{case_id[:60]}..."


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return None if value is None or value == "" else str(value)


def _number(value: object, name: str, case_id: str) -> float | None:
    """A number; None where there is none, and NaN is none."""
    if value is None or value == "":
        return None
    try:
        number = float(cast("float", value))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is no number", f"{str(value)[:60]!r} of {_short(case_id)}") from None
    return None if math.isnan(number) else number


def score_in(value: object, case_id: str, name: str = "score") -> float | None:
    """The score a cell says, in [0, 1]; None where it is empty. Raises ValueError."""
    score = _number(value, name, case_id)
    if score is None:
        return None
    if not -ROUNDING <= score <= 1 + ROUNDING:
        raise ValueError(f"{name} is outside [0, 1]", f"{score!r} of {_short(case_id)}")
    return min(max(score, 0.0), 1.0)


def _amount(value: object, name: str, case_id: str) -> float | None:
    number = _number(value, name, case_id)
    if number is not None and not 0 <= number <= _MOST_AMOUNT:
        raise ValueError(f"{name} is negative or no real amount", f"{number!r} of {_short(case_id)}")
    return number


def repeat_in(value: object, case_id: str) -> int | None:
    """The repeat a cell says; None where it is empty. Raises ValueError."""
    number = _number(value, "repeat", case_id)
    if number is None:
        return None
    if not 0 <= number <= MOST_REPEAT or number != int(number):
        what = f"repeat is no whole number from 0 to {MOST_REPEAT:,}"
        raise ValueError(what, f"{number!r} of {_short(case_id)}")
    return int(number)


def _tags(fields: Mapping[str, object], case_id: str) -> tuple[str, ...]:
    """A list, JSON of one, or text with `,` or `|` between; else the slice, as one tag."""
    value = fields.get("tags") or fields.get("slice")
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _listed(value)
    if isinstance(value, Mapping):
        said = str(cast("object", value))[:60]
        raise ValueError("tags are no list", f"{said!r} of {_short(case_id)}")  # noqa: TRY004 - a mistake of the file
    if isinstance(value, list | tuple):
        parts = [str(each).strip() for each in cast("list[object]", value) if each is not None]
    else:
        parts = [each.strip() for each in str(value or "").replace("|", ",").split(",")]
    return tuple(dict.fromkeys(each for each in parts if each))


def _listed(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return text
