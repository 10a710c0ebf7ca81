"""Stored verdicts as rows of numbers: what their documents say, each number in a column of its type."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal, cast

from harness.gate.verdict import Status

if TYPE_CHECKING:
    from pandas import DataFrame, Series

Kind = Literal["share", "count", "money", "truth", "status", "text"]

KEPT = (
    "verdict_id",
    "suite",
    "decided_at",
    "status",
    "label",
    "baseline_run_id",
    "candidate_run_id",
    "baseline_version",
    "candidate_version",
    "baseline_model_id",
    "candidate_model_id",
    "alpha",
)
"""Columns that are those of the view."""

FIELDS: Mapping[str, tuple[str, Kind]] = {
    "cases": ("quality.n", "count"),
    "clusters": ("quality.clusters", "count"),
    "baseline": ("quality.baseline", "share"),
    "candidate": ("quality.candidate", "share"),
    "difference": ("quality.difference", "share"),
    "lower": ("quality.lower", "share"),
    "upper": ("quality.upper", "share"),
    "margin": ("quality.margin", "share"),
    "mde": ("quality.mde", "share"),
    "p_regress": ("quality.p_regress", "share"),
    "p_noninferior": ("quality.p_noninferior", "share"),
    "quality_status": ("quality.status", "status"),
    "cost_ratio": ("cost.ratio", "share"),
    "cost_lower": ("cost.lower", "share"),
    "cost_upper": ("cost.upper", "share"),
    "cost_margin": ("cost.margin", "share"),
    "cost_status": ("cost.status", "status"),
    "baseline_usd": ("cost.baseline_usd", "money"),
    "candidate_usd": ("cost.candidate_usd", "money"),
    "latency_ratio": ("latency.ratio", "share"),
    "latency_lower": ("latency.lower", "share"),
    "latency_upper": ("latency.upper", "share"),
    "latency_gated": ("latency.gated", "truth"),
    "latency_status": ("latency.status", "status"),
    "baseline_planned": ("accounting.baseline.planned", "count"),
    "baseline_answered": ("accounting.baseline.answered", "count"),
    "candidate_planned": ("accounting.candidate.planned", "count"),
    "candidate_answered": ("accounting.candidate.answered", "count"),
    "synthetic": ("synthetic", "truth"),
    "summary": ("summary", "text"),
}
"""Column to where it stands in the document. What an earlier version did not write yet is missing."""


def verdict_rows(verdicts: DataFrame) -> DataFrame:
    """One row for each stored verdict, from the frame of `v_verdicts`: what was compared, and every number of it.

    Shares and differences lie in [-1, 1] (0.05 is five points), bounds are one-sided at `alpha`, ratios are candidate
    over baseline, money is US dollars.
    """
    import pandas as pd

    documents = [_document(text) for text in verdicts["document"]]
    read = {
        name: _column([_at(document, path) for document in documents], kind)
        for name, (path, kind) in FIELDS.items()
    }
    kept = verdicts.loc[:, list(KEPT)]
    told = kept["status"].astype("str")
    return pd.concat([kept.assign(status=_column(list(told), "status")), pd.DataFrame(read)], axis=1)


def _document(text: object) -> Mapping[str, object]:
    """What cannot be read says nothing; a store comes from anywhere."""
    try:
        value: object = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _at(document: Mapping[str, object], path: str) -> object:
    first, _, rest = path.partition(".")
    found = document.get(first)
    if not rest:
        return found
    return _at(cast("dict[str, object]", found), rest) if isinstance(found, dict) else None


def _column(values: list[object], kind: Kind) -> Series:
    import pandas as pd

    made, dtype = _KINDS[kind]
    order = [each.value for each in Status]
    kinds = pd.CategoricalDtype(order, ordered=True) if kind == "status" else dtype
    return pd.Series([made(value) for value in values], dtype=kinds)


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _money(value: object) -> float:
    try:
        return float(Decimal(value)) if isinstance(value, str) else math.nan
    except (InvalidOperation, OverflowError):
        return math.nan


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


_KINDS: Mapping[Kind, tuple[Callable[[object], object], str]] = {
    "share": (_share, "float64"),
    "count": (_count, "Int64"),
    "money": (_money, "float64"),
    "truth": (_truth, "boolean"),
    "status": (_text, "category"),
    "text": (_text, "str"),
}
