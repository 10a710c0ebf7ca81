"""Where a case is written, read from the text that is stored with its answers."""

from __future__ import annotations

import re

from harness.errors import Place

_SPOT = re.compile(r"(?s)(.+):([0-9]{1,9}):([0-9]{1,9})")


def place_of(text: str) -> Place | None:
    """`evals/triage.yaml:19:5` as a place; None where the text names no line (imported results have none)."""
    found = _SPOT.fullmatch(text)
    if found is None or found[2].strip("0") == "":
        return None
    return Place(found[1], int(found[2]), max(1, int(found[3])))
