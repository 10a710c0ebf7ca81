"""A calibration of a judge as other programs read it, and as the store keeps it."""

from __future__ import annotations

from harness.compare.judge_effect import JudgeEffect
from harness.measure.agreement import Agreement
from harness.measure.biases import Drift, LengthBias, PositionBias, SelfConsistency
from harness.measure.calibration import Calibration
from harness.report.machines.measured import estimate_document
from harness.units import Json


def calibration_document(found: Calibration) -> dict[str, Json]:
    """Every number with its 95 % interval; null where nothing is known of it."""
    return {
        "is_calibrated": not found.lacking,
        "lacking": found.lacking,
        "cut": found.cut,
        "judgings": found.judgings,
        "items": found.items,
        "labelled": found.labelled,
        "failed": estimate_document(found.failed),
        "errors": [{"error": why, "times": times} for why, times in found.errors],
        "agreement": None if found.agreement is None else _agreement(found.agreement),
        "criteria": [{"criterion": each.criterion, **_agreement(each.agreement)} for each in found.criteria],
        "true_rate": estimate_document(found.true_rate),
        "position_bias": None if found.position is None else _position(found.position),
        "length_bias": None if found.length is None else _length(found.length),
        "self_consistency": None if found.consistency is None else _consistency(found.consistency),
        "drift": None if found.drift is None else _drift(found.drift),
    }


def effect_document(effect: JudgeEffect | None) -> Json:
    """What the known faults of judges leave open in a comparison; null where nothing is known of any."""
    if effect is None:
        return None
    return {
        "judges": list(effect.judges),
        "seen": effect.seen,
        "doublings": effect.doublings,
        "length_low": effect.length_low,
        "length_high": effect.length_high,
    }


def _agreement(found: Agreement) -> dict[str, Json]:
    table = found.confusion
    return {
        "items": found.items,
        "confusion": {
            "true_positive": table.true_positive,
            "false_positive": table.false_positive,
            "false_negative": table.false_negative,
            "true_negative": table.true_negative,
        },
        "accuracy": estimate_document(found.accuracy),
        "constant_accuracy": found.constant,
        "base_rate": estimate_document(found.base_rate),
        "judged_rate": estimate_document(found.judged_rate),
        "kappa": estimate_document(found.kappa),
        "kappa_weighted": estimate_document(found.kappa_weighted),
        "tpr": estimate_document(found.tpr),
        "tnr": estimate_document(found.tnr),
    }


def _position(found: PositionBias) -> dict[str, Json]:
    return {
        "items": found.items,
        "flips": estimate_document(found.flips),
        "first": estimate_document(found.first),
    }


def _length(found: LengthBias) -> dict[str, Json]:
    return {"items": found.items, "per_doubling": estimate_document(found.per_doubling)}


def _consistency(found: SelfConsistency) -> dict[str, Json]:
    return {"items": found.items, "agreement": estimate_document(found.agreement), "spread": found.spread}


def _drift(found: Drift) -> dict[str, Json]:
    return {
        "items": found.items,
        "score": estimate_document(found.score),
        "changed": estimate_document(found.changed),
    }
