"""How far a judge can be trusted: everything that people's labels say of it, as one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.compare.interval import Value
from harness.measure.agreement import Agreement, Pair, agreement_of, true_rate
from harness.measure.biases import (
    Drift,
    LengthBias,
    PositionBias,
    SelfConsistency,
    drift,
    length_bias,
    position_bias,
    self_consistency,
)
from harness.measure.estimate import Estimate, share_of
from harness.measure.judged import Item, Judged, items_of

CUT = 0.5
"""Score from which on an answer is good, unless something else is asked."""
FEWEST = 20
"""Labelled items that a calibration needs before it says anything: see `Calibration.lacking`."""
FEWEST_OF_EACH = 5
"""Of these, good ones and bad ones each."""

Anchors = Mapping[tuple[str, str], float]
"""Item and criterion to the score that an earlier calibration found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionAgreement:
    """The judge beside people by one criterion."""

    criterion: str
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What is known of one judge."""

    cut: float
    judgings: int
    items: int
    """Answers by criterion that it was asked about."""
    labelled: int
    """Those of them that people labelled and it gave a score."""
    failed: Estimate
    """Share of judgings that brought no score."""
    errors: tuple[tuple[str, int], ...]
    """Why, and how often, the commonest first."""
    agreement: Agreement | None
    """None where it scored nothing that people labelled."""
    criteria: tuple[CriterionAgreement, ...]
    """By name; empty where there is one."""
    true_rate: Estimate | None
    """Share of all answers it scored that people would call good; None where it is no better than a coin."""
    position: PositionBias | None
    length: LengthBias | None
    consistency: SelfConsistency | None
    drift: Drift | None
    """None where no earlier calibration judged any of the same."""

    @property
    def lacking(self) -> str:
        """Why it says too little of the judge to rely on; empty: it says enough."""
        found = self.agreement
        if found is None or found.items < FEWEST:
            return f"only {0 if found is None else found.items} answers have a label and a score; {FEWEST} are needed"
        counts = found.confusion
        good = counts.true_positive + counts.false_negative
        bad = found.items - good
        if min(good, bad) < FEWEST_OF_EACH:
            few = "good" if good < bad else "bad"
            return f"people call only {min(good, bad)} of them {few}; {FEWEST_OF_EACH} are needed"
        if found.kappa is None or found.kappa.lower <= 0:
            return "it does not agree with people more than chance would"
        return ""


def calibrate_judge(
    rows: Iterable[Judged], *, cut: float = CUT, anchors: Anchors | None = None
) -> Calibration:
    """What the judgings say. Raises ValueError for no rows, and for an item with two labels."""
    items = items_of(rows)
    every = [each for item in items for each in item.judgings]
    if not every:
        raise ValueError("a calibration needs at least one judging")
    pairs = [(item, _pair(item)) for item in items if item.label is not None and item.score is not None]
    whole = agreement_of([pair for _, pair in pairs], cut) if pairs else None
    return Calibration(
        cut=cut,
        judgings=len(every),
        items=len(items),
        labelled=len(pairs),
        failed=share_of([Value(value=float(each.score is None), cluster=each.cluster) for each in every]),
        errors=_errors(every),
        agreement=whole,
        criteria=_criteria(pairs, cut),
        true_rate=_true_rate(items, whole, cut),
        position=position_bias(items, cut),
        length=length_bias(items),
        consistency=self_consistency(items, cut),
        drift=None if anchors is None else drift(items, anchors, cut),
    )


def _pair(item: Item) -> Pair:
    return Pair(label=item.label or 0.0, score=item.score or 0.0, cluster=item.cluster)


def _criteria(pairs: Sequence[tuple[Item, Pair]], cut: float) -> tuple[CriterionAgreement, ...]:
    names = sorted({item.criterion for item, _ in pairs})
    if len(names) < 2:
        return ()
    return tuple(
        CriterionAgreement(
            criterion=name,
            agreement=agreement_of([pair for item, pair in pairs if item.criterion == name], cut),
        )
        for name in names
    )


def _errors(rows: Sequence[Judged]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for each in rows:
        if each.score is None:
            why = each.error or "no score"
            counts[why] = counts.get(why, 0) + 1
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _true_rate(items: Sequence[Item], whole: Agreement | None, cut: float) -> Estimate | None:
    scored = [item.as_value(float(item.score >= cut)) for item in items if item.score is not None]
    if whole is None or whole.tpr is None or whole.tnr is None or not scored:
        return None
    return true_rate(share_of(scored), whole.tpr, whole.tnr)
