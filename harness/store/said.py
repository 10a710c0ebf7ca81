"""What the answers of a run say, told apart: equal where two answers to a case say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from harness.compare.collector import uncollected
from harness.store.duck import reading

_TEXTS = """
SELECT case_id, repeat, answer, answer_confidence FROM trials
WHERE run_id = $run AND score IS NOT NULL AND answer IS NOT NULL AND case_id IN (
  SELECT case_id FROM trials WHERE run_id = $run AND score IS NOT NULL GROUP BY case_id HAVING count(*) > 1
)
ORDER BY case_id, repeat
"""
_SAME = 1e-9
"""How near a number has to be to what the answer claims of itself to be that claim."""


def read_said(store: str | Path, run_id: str) -> Mapping[tuple[str, int], str]:
    """A digest per measured answer to a case that has several, by case and repeat.

    Two answers are the same where their texts are, but for white space; JSON where its values are, whatever the order
    of its keys. The confidence that an answer claims of itself is no part of what it says. Raises UsageError where there
    is no store, StoreBusy.
    """
    with reading(store) as connection:
        rows = connection.execute(_TEXTS, {"run": run_id}).fetchall()
    with uncollected():
        return {(case, repeat): _digest(text, claimed) for case, repeat, text, claimed in rows}


def _digest(text: str, claimed: float | None) -> str:
    try:
        value = _without(cast("object", json.loads(text)), claimed)
        plain = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        plain = " ".join(text.split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _without(value: object, claimed: float | None) -> object:
    """A JSON value without the members that state the claim."""
    if claimed is None:
        return value
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return {key: _without(each, claimed) for key, each in members if not _states(each, claimed)}
    if isinstance(value, list):
        return [_without(each, claimed) for each in cast("list[object]", value)]
    return value


def _states(value: object, claimed: float) -> bool:
    if isinstance(value, str):
        whole = 100 if value.strip().endswith("%") else 1
        try:
            return abs(float(value.strip().removesuffix("%")) / whole - claimed) < _SAME
        except ValueError:
            return False
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value - claimed) < _SAME
