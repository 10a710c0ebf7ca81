"""What a user's code said, as an opinion: checked, in one line, and never a score where there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping

from harness.experts.asking import mistaken
from harness.grade.decision import printable
from harness.grade.opinion import Opinion
from harness.units import Json

_REASON = 300
"""Characters of a reason that are kept."""


def opinion_of(value: Json) -> Opinion:
    """Of a bool, a number in [0, 1], or a mapping with a `score`; anything else is a mistake of the code."""
    if isinstance(value, Mapping):
        share, sure = _share(value.get("score")), _share(value.get("confidence", 1.0))
        if share is None or sure is None:
            return mistaken(f"a verdict that is none: {printable(str(dict(value)), 100)}")
        return Opinion(
            score=share, reason=_reason(value.get("reason")) or _plain(value["score"]), confidence=sure
        )
    share = _share(value)
    if share is None:
        return mistaken(f"a verdict that is none: {printable(repr(value), 100)}")
    return Opinion(score=share, reason=_plain(value))


def _share(value: Json) -> float | None:
    is_number = isinstance(value, (bool, int, float)) and math.isfinite(value) and 0 <= value <= 1
    return float(value) if is_number and isinstance(value, (bool, int, float)) else None


def _plain(value: Json) -> str:
    if isinstance(value, bool):
        return "that it says yes" if value else "that it says no"
    return f"a score of {value:g}" if isinstance(value, (int, float)) else ""


def _reason(said: Json) -> str:
    return printable(said, _REASON) if isinstance(said, str) and said.strip() else ""
