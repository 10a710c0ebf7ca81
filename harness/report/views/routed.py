"""What a route made of a run or a comparison, model by model, worded."""

from __future__ import annotations

from collections.abc import Sequence

from harness.compare.comparison import Share
from harness.compare.observation import ModelShare
from harness.report import words
from harness.report.views.rows import ModelRow
from harness.units import Json

NEVER_RECORDED = "never recorded"


def share_rows(shares: Sequence[Share]) -> tuple[ModelRow, ...]:
    """A row for each model of each routed side; both sides' scores are those on the model's own cases."""
    both = len({each.side for each in shares}) > 1
    return tuple(
        ModelRow(name=f"{each.side}, {_name(each.of)}" if both else _name(each.of), sentence=_compared(each))
        for each in shares
    )


def model_rows(models: Sequence[ModelShare]) -> tuple[ModelRow, ...]:
    """A row for each model of one run."""
    return tuple(ModelRow(name=_name(each), sentence=_got(each)) for each in models)


def share_document(share: Share) -> dict[str, Json]:
    """What other programs read of it."""
    return {
        "side": share.side,
        **model_document(share.of),
        "n": share.n,
        "baseline": share.baseline,
        "candidate": share.candidate,
        "cost_ratio": share.cost_ratio,
    }


def model_document(model: ModelShare) -> dict[str, Json]:
    """What one model got, in numbers. `model_id` is null for trials that were never recorded."""
    return {
        "model_id": model.model or None,
        "cases": len(model.case_ids),
        "planned": model.planned,
        "answered": model.answered,
        "cost_usd": model.cost_usd,
    }


def _name(model: ModelShare) -> str:
    return model.model or NEVER_RECORDED


def _compared(share: Share) -> str:
    change = "" if share.cost_ratio is None else f" ({words.change(share.cost_ratio)})"
    scores = (
        f", {words.percent(share.baseline)} → {words.percent(share.candidate)}"
        if share.n
        else ", not measured"
    )
    return f"{_got(share.of)}{change}{scores}"


def _got(model: ModelShare) -> str:
    missing = model.planned - model.answered
    parts = [
        words.count(len(model.case_ids), "case"),
        words.count(model.planned, "trial"),
        *([f"{missing:,} without an answer"] if missing else []),
        words.dollars(model.cost_usd),
    ]
    return ", ".join(parts)
