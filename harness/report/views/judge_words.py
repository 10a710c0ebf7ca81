"""A calibration of a judge in rows of words, every fault with its size."""

from __future__ import annotations

from collections.abc import Iterator

from harness.measure.agreement import Agreement
from harness.measure.biases import Drift
from harness.measure.calibration import Calibration
from harness.measure.estimate import Estimate
from harness.report import words

Row = tuple[str, str, str]
"""What was measured, its size with its 95 % interval, and what to think of it."""


def calibration_rows(found: Calibration) -> tuple[Row, ...]:
    """Errors and criteria in them are as they came: hostile."""
    return tuple(_rows(found))


def _rows(found: Calibration) -> Iterator[Row]:
    if found.agreement is not None:
        yield from _agreement(found.agreement, found)
    if found.position is not None:
        flips, first = found.position.flips, found.position.first
        yield (
            "order swapped",
            _percent(flips),
            f"verdicts that flip, of {found.position.items:,} judged both ways",
        )
        yield "position bias", _points(first), f"for standing first{_proved(first)}"
    if found.length is not None:
        slope = found.length.per_doubling
        yield "length bias", _points(slope), f"for an answer twice as long, at equal labels{_proved(slope)}"
    if found.consistency is not None:
        told = f"two judgings of one answer agree; spread of the score {found.consistency.spread:.2f}"
        yield "self-consistency", _percent(found.consistency.agreement), told
    why = ", ".join(f"{why} ({times:,})" for why, times in found.errors[:3])
    yield "judge errors", _percent(found.failed), why or "every verdict could be read"
    if found.drift is not None:
        yield "drift", _points(found.drift.score), _drifted(found.drift)
    for each in found.criteria:
        yield f"criterion {each.criterion}", _kappa(each.agreement), _rates(each.agreement)


def _agreement(found: Agreement, whole: Calibration) -> Iterator[Row]:
    table = found.confusion
    yield "agreement", _percent(found.accuracy), f"always the same verdict: {words.percent(found.constant)}"
    yield "kappa", _kappa(found), "0 is chance, 1 is always right"
    if found.kappa_weighted is not None:
        yield "weighted kappa", _number(found.kappa_weighted), "of graded scores, by squared distance"
    good, bad = table.true_positive + table.false_negative, table.false_positive + table.true_negative
    yield "finds the good", _percent_or(found.tpr), f"TPR: {table.true_positive:,} of {good:,}"
    yield "finds the bad", _percent_or(found.tnr), f"TNR: {table.true_negative:,} of {bad:,}"
    yield "base rate", _percent(found.base_rate), f"the judge says {words.percent(found.judged_rate.value)}"
    if whole.true_rate is not None:
        yield "corrected rate", _percent(whole.true_rate), "of all it judged, what people would call good"


def _drifted(drift: Drift) -> str:
    moved = _proved(drift.score)
    return f"since the last calibration, {drift.items:,} answers, {_percent(drift.changed)} other verdicts{moved}"


def _kappa(found: Agreement) -> str:
    return words.UNKNOWN if found.kappa is None else _number(found.kappa)


def _rates(found: Agreement) -> str:
    return f"TPR {_percent_or(found.tpr)}, TNR {_percent_or(found.tnr)}, {found.items:,} answers"


def _proved(estimate: Estimate) -> str:
    return "; it is proved" if estimate.lower > 0 or estimate.upper < 0 else ""


def _number(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.lower:.2f} to {estimate.upper:.2f})"


def _percent_or(estimate: Estimate | None) -> str:
    return words.UNKNOWN if estimate is None else _percent(estimate)


def _percent(estimate: Estimate) -> str:
    return f"{words.percent(estimate.value)} ({100 * estimate.lower:.1f} to {100 * estimate.upper:.1f})"


def _points(estimate: Estimate) -> str:
    return (
        f"{words.points(estimate.value)} points"
        f" ({words.points(estimate.lower)} to {words.points(estimate.upper)})"
    )
