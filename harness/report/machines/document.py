"""What other programs read: the JSON of `compare`, `gate` and `run`.

Stable: keys may be added, a change of meaning raises `schema`. Money is exact, as text. What was not measured
is null, never NaN; `n` and the accounting are always numbers.
"""

from __future__ import annotations

from harness.compare.comparison import Comparison, Ratio
from harness.compare.needs import Decide
from harness.compare.observation import Accounting
from harness.compare.ways import Way
from harness.gate.verdict import Status, Verdict
from harness.gate.words import summary_of
from harness.record import RunInfo
from harness.report.machines.gate import finite, gate_document
from harness.report.machines.judges import effect_document
from harness.report.machines.reasons import cost_reasons, graders_document, latency_reasons
from harness.report.views.background import NOTHING, Background
from harness.report.views.figures import why_latency_is_not_gated
from harness.report.views.parts import RunTotals
from harness.report.views.routed import share_document
from harness.units import Json

SCHEMA = 1


def verdict_document(
    comparison: Comparison, verdict: Verdict, background: Background = NOTHING
) -> dict[str, Json]:
    """One comparison with its verdict, as `harness compare --json` and `harness gate --json` print it."""
    statuses = dict(verdict.slices)
    return {
        "schema": SCHEMA,
        "suite": comparison.candidate.suite,
        "status": verdict.status.value,
        "label": verdict.label,
        "summary": str(summary_of(comparison, verdict)),
        "quality": _quality(comparison, verdict),
        "cost": _cost(comparison, verdict),
        "latency": _latency(comparison, verdict),
        "slices": [
            {
                "slice": each.slice,
                "n": each.n,
                "difference": finite(each.difference),
                "p_adjusted": finite(each.p_adjusted),
                "status": statuses.get(each.slice, Status.PASS).value,
            }
            for each in comparison.slices
        ],
        "accounting": {
            "baseline": accounting(comparison.baseline.accounting),
            "candidate": accounting(comparison.candidate.accounting),
            "only_baseline": list(comparison.only_baseline),
            "only_candidate": list(comparison.only_candidate),
        },
        "asked": background.document(),
        **gate_document(comparison, verdict, background.bank),
        "models": [share_document(each) for each in comparison.shares],
        "findings": [
            {"rule": each.rule, "status": each.status.value, "because": each.because}
            for each in verdict.findings
        ],
        "decide": _decide(verdict.decide),
        "graders": graders_document(comparison),
        "judges": effect_document(comparison.judges),
        "synthetic": comparison.baseline.synthetic or comparison.candidate.synthetic,
    }


def run_document(info: RunInfo, totals: RunTotals) -> dict[str, Json]:
    """One run, as `harness run --json` prints it."""
    return {
        "schema": SCHEMA,
        "run_id": info.run_id,
        "suite": info.suite,
        "accounting": accounting(totals.accounting),
        "attempts": totals.attempts,
        "cost_usd": totals.cost_usd,
        "cost_uncertain_usd": totals.cost_uncertain_usd,
        "wall_s": finite(totals.wall_s),
        "conversations": {
            "turns": totals.talks.turns,
            "tool_calls": totals.talks.tool_calls,
            "errors": dict(totals.talks.errors),
            "flags": dict(totals.talks.flags),
        },
        "resumed_from": info.resumed_from,
        "synthetic": info.synthetic,
    }


def accounting(numbers: Accounting) -> dict[str, Json]:
    """Where every planned trial ended."""
    return {
        "planned": numbers.planned,
        "answered": numbers.answered,
        "degraded": numbers.degraded,
        "failed": numbers.failed,
        "skipped": numbers.skipped,
    }


def _quality(comparison: Comparison, verdict: Verdict) -> dict[str, Json]:
    quality = comparison.quality
    status = (verdict.quality or Status.NOT_MEASURED).value
    margin = finite(verdict.policy.quality_margin)
    names = ("baseline", "candidate", "difference", "lower", "upper")
    if quality is None:
        nothing: dict[str, Json] = dict.fromkeys(names)
        odds: dict[str, Json] = dict.fromkeys(("p_regress", "p_noninferior", "mde"))
        return {"n": 0, "clusters": 0, **nothing, "margin": margin, **odds, "status": status}
    return {
        "n": quality.n,
        "clusters": quality.clusters,
        "baseline": finite(quality.baseline),
        "candidate": finite(quality.candidate),
        "difference": finite(quality.difference),
        "lower": finite(quality.lower),
        "upper": finite(quality.upper),
        "margin": margin,
        "p_regress": finite(quality.p_regress),
        "p_noninferior": finite(quality.p_noninferior),
        "mde": finite(quality.mde),
        "status": status,
    }


def _cost(comparison: Comparison, verdict: Verdict) -> dict[str, Json]:
    return {
        **_ratio(comparison.cost),
        "margin": finite(verdict.policy.cost_margin),
        "status": _status(verdict.cost),
        "baseline_usd": comparison.baseline.cost_usd,
        "candidate_usd": comparison.candidate.cost_usd,
        **cost_reasons(comparison),
    }


def _latency(comparison: Comparison, verdict: Verdict) -> dict[str, Json]:
    gated = comparison.latency is not None and not why_latency_is_not_gated(comparison, verdict)
    status = _status(verdict.latency)
    more = latency_reasons(comparison, verdict)
    return {**_ratio(comparison.latency), "gated": gated, "status": status, **more}


def _ratio(ratio: Ratio | None) -> dict[str, Json]:
    if ratio is None:
        return {"ratio": None, "lower": None, "upper": None}
    return {"ratio": finite(ratio.ratio), "lower": finite(ratio.lower), "upper": finite(ratio.upper)}


def _decide(decide: Decide | None) -> Json:
    if decide is None:
        return None
    return {
        "cases": decide.cases,
        "repeats": decide.repeats,
        "cost_usd": decide.cost_usd,
        "excluded": decide.excluded,
        "ways": [_way(way) for way in decide.ways],
    }


def _way(way: Way) -> dict[str, Json]:
    return {
        "kind": way.kind,
        "more": way.more,
        "of_cases": way.of_cases,
        "calls": way.calls,
        "cost_usd": way.cost_usd,
        "busy_s": way.busy,
    }


def _status(status: Status | None) -> str | None:
    return None if status is None else status.value
