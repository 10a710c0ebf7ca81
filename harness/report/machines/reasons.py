"""Why the numbers are what they are, as JSON: what a change of cost is made of, the slow answers, and who graded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import cast

from harness.compare.comparison import Comparison
from harness.compare.cost_split import CostSplit
from harness.compare.observation import GraderFacts, Side
from harness.compare.ratio import Ratio
from harness.gate.latency import tail_is_gated
from harness.gate.verdict import Verdict
from harness.report.machines.gate import finite
from harness.units import Json


def cost_reasons(comparison: Comparison) -> dict[str, Json]:
    """Beside the gated ratio of cost: the ratio of actual dollars, and what the change is made of."""
    actual = comparison.cost if comparison.cost_actual is None else comparison.cost_actual
    return {
        "actual_ratio": None if actual is None else finite(actual.ratio),
        "split": _split(comparison.cost_split),
    }


def latency_reasons(comparison: Comparison, verdict: Verdict) -> dict[str, Json]:
    """Beside the typical answer: the slow ones, and the answers that confirmed a regression."""
    tail = comparison.latency_p95
    gated = tail_is_gated(comparison, verdict.policy)
    return {
        "p95": None if tail is None else {**_ratio(tail), "gated": gated},
        "control": None if verdict.latency_control is None else _ratio(verdict.latency_control),
    }


def graders_document(comparison: Comparison) -> Json:
    """Who graded each side, how sure they were, and whether stored answers were graded anew."""
    sides = (("baseline", comparison.baseline), ("candidate", comparison.candidate))
    return {
        **{name: [_grader(each) for each in side.grader_facts] for name, side in sides},
        "graded_anew": {name: _anew(side) for name, side in sides},
    }


def _split(split: CostSplit | None) -> Json:
    if split is None:
        return None
    return {
        "cases": split.n,
        "unknown_cases": split.unknown,
        "before_usd": _usd(split.before),
        "after_usd": _usd(split.after),
        "change_usd": _usd(split.change),
        "parts": [
            {
                "name": each.name,
                "usd": _usd(each.usd),
                "points": finite(each.points),
                "share": finite(each.share),
                "ratio": finite(each.ratio),
            }
            for each in split.parts
        ],
    }


def _ratio(ratio: Ratio) -> dict[str, Json]:
    bounds: dict[str, Json] = {"lower": finite(ratio.lower), "upper": finite(ratio.upper)}
    return {"n": ratio.n, "ratio": finite(ratio.ratio), **bounds}


def _grader(facts: GraderFacts) -> Json:
    return {
        "grader": facts.grader,
        "version": facts.version,
        "grades": facts.grades,
        "mean_confidence": finite(facts.confidence),
        "spread": finite(facts.spread),
        "graded_repeatedly": facts.repeated,
    }


def _anew(side: Side) -> Json:
    again = side.regraded
    if again is None:
        return None
    return {
        "from": _identity(again.graders),
        "to": _identity(side.graders),
        "answers": again.answers,
        "changed": again.changed,
    }


def _identity(graders: str) -> Json:
    try:
        return cast("Json", json.loads(graders))
    except ValueError:
        return graders


def _usd(amount: Decimal) -> str:
    """Exact, without zeros at the end."""
    return f"{amount.normalize():f}"
