"""Repeats and claimed confidence as other programs read them."""

from __future__ import annotations

from harness.measure.claims import Claims, ClaimsShift
from harness.measure.estimate import Estimate, Shift
from harness.measure.measures import Measures, MeasuresBetween
from harness.measure.repeats import CaseRepeats, Metric, Repeated
from harness.units import Json


def measures_document(found: Measures) -> dict[str, Json]:
    """Of one run: every case that both passed and failed, every tag, every point of the curve."""
    repeats, claims = found.repeats, found.claims
    return {
        "repeats": None
        if repeats is None
        else {
            **_repeats(repeats),
            "tags": [
                {"tag": each.tag, "cases": each.cases, "metrics": _metrics(each.metrics)}
                for each in repeats.tags
            ],
            "flaky": [case_document(each) for each in repeats.flaky],
        },
        "confidence": None if claims is None else _claims(claims),
    }


def between_document(found: MeasuresBetween) -> dict[str, Json]:
    """Of two runs: the numbers of both sides, and how far the claims moved."""
    sides = (("baseline", found.before), ("candidate", found.after))
    shift = found.claims_shift
    return {
        "repeats": {name: None if side.repeats is None else _repeats(side.repeats) for name, side in sides},
        "confidence": {
            **{name: None if side.claims is None else _claims(side.claims) for name, side in sides},
            "shift": None if shift is None else _shift(shift),
        },
    }


def case_document(case: CaseRepeats) -> dict[str, Json]:
    """One case with the interval of its pass rate."""
    return {
        "case_id": case.case_id,
        "answers": case.answers,
        "passed": case.passed,
        "mean": case.mean,
        "lowest": case.lowest,
        "pass_rate": estimate_document(case.pass_rate),
        "flakiness": estimate_document(case.flakiness),
        "self_consistency": case.consistency,
    }


def estimate_document(estimate: Estimate | None) -> Json:
    """A value with its 95 % interval; null where there is none."""
    if estimate is None:
        return None
    return {"value": estimate.value, "lower": estimate.lower, "upper": estimate.upper, "n": estimate.n}


def _repeats(repeats: Repeated) -> dict[str, Json]:
    return {
        "k": repeats.k,
        "cases": len(repeats.cases),
        "answers": repeats.answers,
        "flaky_cases": len(repeats.flaky),
        "metrics": _metrics(repeats.metrics),
    }


def _metrics(metrics: tuple[Metric, ...]) -> Json:
    return {
        each.name: None
        if each.estimate is None
        else {
            "value": each.estimate.value,
            "lower": each.estimate.lower,
            "upper": each.estimate.upper,
            "cases": each.estimate.n,
            "left_out": each.left_out,
        }
        for each in metrics
    }


def _claims(claims: Claims) -> dict[str, Json]:
    parts = claims.parts
    return {
        "answers": claims.answers,
        "without_a_claim": claims.silent,
        "claimed": estimate_document(claims.claimed),
        "right": estimate_document(claims.right),
        "overconfidence": estimate_document(claims.overconfidence),
        "brier": {
            "value": claims.brier.value,
            "lower": claims.brier.lower,
            "upper": claims.brier.upper,
            "reliability": parts.reliability,
            "resolution": parts.resolution,
            "uncertainty": parts.uncertainty,
            "within_bins": parts.within,
        },
        "calibration_error": {
            "value": claims.error.value,
            "lower": claims.error.lower,
            "upper": claims.error.upper,
            "plain": claims.error_plain,
        },
        "auroc": estimate_document(claims.auroc),
        "curve": [
            {
                "answers": each.answers,
                "lowest": each.lowest,
                "highest": each.highest,
                "claimed": each.claimed,
                "right": each.right.value,
                "lower": each.right.lower,
                "upper": each.right.upper,
            }
            for each in claims.bins
        ],
    }


def _shift(shift: ClaimsShift) -> dict[str, Json]:
    return {
        "cases": shift.cases,
        "claimed": _moved(shift.claimed),
        "right": _moved(shift.right),
        "overconfidence": _moved(shift.overconfidence),
        "brier": _moved(shift.brier),
        "calibration_error": _moved(shift.error),
        "auroc": None if shift.auroc is None else _moved(shift.auroc),
    }


def _moved(shift: Shift) -> dict[str, Json]:
    return {
        "baseline": shift.before.value,
        "candidate": shift.after.value,
        "difference": shift.value,
        "lower": shift.lower,
        "upper": shift.upper,
    }
