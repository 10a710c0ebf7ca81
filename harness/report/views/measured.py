"""Repeats and claimed confidence, worded: rows for every surface, tables for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.measure.claims import Claims, ClaimsShift
from harness.measure.estimate import Estimate, Shift
from harness.measure.measures import Measures, Moved
from harness.measure.repeats import CaseRepeats, Metric, Repeated
from harness.report import words

_NAMED = 5
"""Flaky cases that a sentence names."""
_LISTED = 50
"""That a page lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One thing that was measured, in a sentence."""

    name: str
    """`repeats`, `flaky` or `confidence`."""
    sentence: str
    """Names of cases in it are as they came: hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    """The metrics over the cases of one tag."""

    name: str
    cases: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyRow:
    """One case that both passed and failed."""

    case_id: str
    passed: str
    """`2 of 3`."""
    rate: str
    """Interval of the pass rate."""
    flakiness: str
    consistency: str
    """Share of the commonest answer; empty where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredView:
    """What a page shows of one run beside its score."""

    rows: tuple[MeasureRow, ...] = ()
    heads: tuple[str, ...] = ()
    """Names of the metrics, for the table of tags."""
    tags: tuple[TagRow, ...] = ()
    flaky: tuple[FlakyRow, ...] = ()
    more_flaky: int = 0
    """Flaky cases beyond those listed."""


NOTHING_MEASURED = MeasuredView()


def measured_view(found: Measures) -> MeasuredView:
    """One run."""
    repeats = found.repeats
    flaky = () if repeats is None else repeats.flaky
    return MeasuredView(
        rows=tuple(_rows(found)),
        heads=() if repeats is None else tuple(_known(repeats.metrics)),
        tags=() if repeats is None else tuple(_tags(repeats)),
        flaky=tuple(map(_flaky_row, flaky[:_LISTED])),
        more_flaky=max(0, len(flaky) - _LISTED),
    )


def measured_rows(found: Moved) -> tuple[MeasureRow, ...]:
    """Two runs: a row for each thing that both sides have."""
    return tuple(_rows_between(found))


def _rows(found: Measures) -> Iterator[MeasureRow]:
    if found.repeats is not None:
        known = _known(found.repeats.metrics).items()
        told = (f"{_named(name)} {_percent(estimate)}" for name, estimate in known)
        yield MeasureRow(name="repeats", sentence=", ".join(told))
        yield MeasureRow(name="flaky", sentence=_flaky(found.repeats))
    if found.claims is not None:
        yield MeasureRow(name="confidence", sentence=_claims(found.claims))


def _named(name: str) -> str:
    return {"agreement": "two answers agree in", "self_consistency": "commonest answer"}.get(name, name)


def _known(metrics: Sequence[Metric]) -> dict[str, Estimate]:
    """Those that some case was measured often enough for, by name."""
    return {each.name: each.estimate for each in metrics if each.estimate is not None}


def _flaky(repeats: Repeated) -> str:
    flaky = repeats.flaky
    of = f"{len(flaky):,} of {words.count(len(repeats.cases), 'case')} both passed and failed"
    if not flaky:
        return of
    named = [f"{each.case_id} ({each.passed} of {each.answers})" for each in flaky[:_NAMED]]
    more = [f"{len(flaky) - _NAMED:,} more"] if len(flaky) > _NAMED else []
    return f"{of}: {words.listing([*named, *more])}"


def _claims(claims: Claims) -> str:
    sure = claims.overconfidence
    parts = [
        (
            f"answers claim {words.percent(claims.claimed.value)}, {words.percent(claims.right.value)} are right"
            f" ({words.points(sure.value)} points, {words.points(sure.lower)} to {words.points(sure.upper)})"
        ),
        f"Brier {claims.brier.value:.3f}",
        f"calibration error {_percent(claims.error)}",
    ]
    if claims.auroc is not None:
        parts.append(f"AUROC {_decimals(claims.auroc)}")
    if claims.silent:
        parts.append(f"{words.count(claims.silent, 'answer')} without a claim")
    return "; ".join(parts)


def _rows_between(found: Moved) -> Iterator[MeasureRow]:
    before, after = found.repeats
    if before is not None and after is not None:
        both = zip(before.metrics, after.metrics, strict=True)
        told = [
            f"{old.name} {words.percent(old.estimate.value)} → {words.percent(new.estimate.value)}"
            for old, new in both
            if old.estimate is not None and new.estimate is not None and old.name.startswith("pass")
        ]
        flaky = f"flaky cases {len(before.flaky):,} → {len(after.flaky):,}"
        yield MeasureRow(name="repeats", sentence=", ".join([*told, flaky]))
    if found.claims_shift is not None:
        yield MeasureRow(name="confidence", sentence=_shifted(found.claims_shift))


def _shifted(shift: ClaimsShift) -> str:
    sure, claimed, right = shift.overconfidence, shift.claimed, shift.right
    moved = f"{words.points(sure.value)}, {words.points(sure.lower)} to {words.points(sure.upper)}"
    return "; ".join(
        [
            f"claimed {words.percent(claimed.before.value)} → {words.percent(claimed.after.value)}",
            f"right {words.percent(right.before.value)} → {words.percent(right.after.value)}",
            f"too sure by {words.points(sure.before.value)} → {words.points(sure.after.value)} points ({moved})",
            f"Brier {_moved(shift.brier)}",
        ]
    )


def _moved(shift: Shift) -> str:
    before, after = f"{shift.before.value:.3f}", f"{shift.after.value:.3f}"
    return f"{before} → {after} ({_signed(shift.value)}, {_signed(shift.lower)} to {_signed(shift.upper)})"


def _tags(repeats: Repeated) -> Iterator[TagRow]:
    shown = _known(repeats.metrics)
    for each in repeats.tags:
        values = tuple(
            "" if metric.estimate is None else words.percent(metric.estimate.value)
            for metric in each.metrics
            if metric.name in shown
        )
        yield TagRow(name=each.tag, cases=each.cases, values=values)


def _flaky_row(case: CaseRepeats) -> FlakyRow:
    rate = case.pass_rate
    return FlakyRow(
        case_id=case.case_id,
        passed=f"{case.passed} of {case.answers}",
        rate=f"{words.percent(rate.lower)} to {words.percent(rate.upper)}",
        flakiness=_decimals(case.flakiness),
        consistency="" if case.consistency is None else words.percent(case.consistency),
    )


def _percent(estimate: Estimate) -> str:
    """`81.0 % (72.3 to 88.1)`."""
    return f"{words.percent(estimate.value)} ({100 * estimate.lower:.1f} to {100 * estimate.upper:.1f})"


def _decimals(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.lower:.2f} to {estimate.upper:.2f})"


def _signed(number: float) -> str:
    """`+0.038`, with a real minus."""
    text = f"{abs(number):.3f}"
    return text if float(text) == 0 else f"{'+' if number > 0 else '−'}{text}"
