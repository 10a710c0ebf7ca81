"""A judge beside people: confusion, Cohen's kappa, true positive and negative rates, and what a rate really is.

A verdict is a score at or above the cut, and so is a label. Accuracy alone flatters: of answers of which nine in ten
are good, a judge that always says good is right nine times in ten. So kappa, both rates and the constant judge are
always told together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.compare.asked import average
from harness.compare.interval import Value, t_quantile, z_quantile
from harness.measure.estimate import LEVEL, Estimate, Influences, share_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One item that people labelled and the judge scored."""

    label: float
    score: float
    """Both in [0, 1]."""
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often each verdict met each label."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def n(self) -> int:
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The judge beside people over the items both spoke of."""

    items: int
    confusion: Confusion
    accuracy: Estimate
    constant: float
    """Accuracy of always saying what people say more often."""
    base_rate: Estimate
    """Share that people call good."""
    judged_rate: Estimate
    """Share that the judge calls good."""
    kappa: Estimate | None
    """Of verdicts; None where people or the judge always say the same."""
    kappa_weighted: Estimate | None
    """Of scores, by squared distance; None as above, and where there are two values only."""
    tpr: Estimate | None
    """Of what people call good, the share that the judge calls good; None where people call nothing good."""
    tnr: Estimate | None
    """The same of what people call bad."""

    @property
    def youden(self) -> float | None:
        """TPR + TNR - 1: 1 of a perfect judge, 0 of one that knows nothing; None where one is not known."""
        return None if self.tpr is None or self.tnr is None else self.tpr.value + self.tnr.value - 1


def agreement_of(pairs: Sequence[Pair], cut: float) -> Agreement:
    """The judge beside people; `cut` is the score from which on an answer is good. Raises ValueError for no pairs."""
    says = [Pair(label=float(p.label >= cut), score=float(p.score >= cut), cluster=p.cluster) for p in pairs]
    rights = [_value(p, float(p.label == p.score)) for p in says]
    base = share_of([_value(p, p.label) for p in says])
    graded = len({number for p in pairs for number in (p.label, p.score)}) > 2
    return Agreement(
        items=len(pairs),
        confusion=_confusion(says),
        accuracy=share_of(rights),
        constant=max(base.value, 1 - base.value),
        base_rate=base,
        judged_rate=share_of([_value(p, p.score) for p in says]),
        kappa=kappa_of(says),
        kappa_weighted=kappa_of(pairs) if graded else None,
        tpr=_share([_value(p, p.score) for p in says if p.label]),
        tnr=_share([_value(p, 1 - p.score) for p in says if not p.label]),
    )


def kappa_of(pairs: Sequence[Pair]) -> Estimate | None:
    """Cohen's kappa with weights of squared distance (Cohen 1960, 1968); None where nobody differs from anybody.

    With scores and labels of 0 and 1 it is plain kappa. 1 - D/E: D is the mean squared distance of score and label, E
    the same of scores and labels drawn apart. Standard error to first order, by clusters (Fleiss, Cohen and Everitt
    1969 where each item is its own); the interval is the wider of t and the same with two pseudo-items, one wrong
    each way: five right verdicts prove no judge. The lower end is at least -1.
    """
    if len({p.label for p in pairs}) == 1 or len({p.score for p in pairs}) == 1:
        return None
    ends = (min(p.label for p in pairs), max(p.label for p in pairs))
    pseudo = [
        Pair(label=ends[0], score=ends[1], cluster="pseudo high"),
        Pair(label=ends[1], score=ends[0], cluster="pseudo low"),
    ]
    padded = _kappa(
        [*(Pair(label=p.label, score=p.score, cluster=f"item {p.cluster}") for p in pairs), *pseudo]
    )
    value, reach = _kappa(pairs)
    low = min(value - reach, padded[0] - padded[1])
    return Estimate(value=value, lower=max(-1.0, low), upper=min(1.0, value + reach), n=len(pairs))


def _kappa(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Kappa, and how far its interval reaches to both sides."""
    labels, scores = tuple(p.label for p in pairs), tuple(p.score for p in pairs)
    label, score = average(labels), average(scores)
    squares = average(tuple(x * x for x in labels)), average(tuple(y * y for y in scores))
    apart = squares[0] - 2 * label * score + squares[1]
    seen = average(tuple((p.label - p.score) ** 2 for p in pairs))
    influences = Influences()
    for p in pairs:
        of_label = p.label**2 - 2 * p.label * score + squares[1] - apart
        of_score = p.score**2 - 2 * p.score * label + squares[0] - apart
        moved = ((p.label - p.score) ** 2 - seen) * apart - seen * (of_label + of_score)
        influences.add(p.cluster, -moved / apart**2 / len(pairs))
    if influences.df < 1:
        return 1 - seen / apart, 2.0
    return 1 - seen / apart, t_quantile(influences.df, (1 + LEVEL) / 2) * influences.se


def true_rate(apparent: Estimate, tpr: Estimate, tnr: Estimate) -> Estimate | None:
    """What people would call good, from what the judge does: (p + TNR - 1) / (TPR + TNR - 1), in [0, 1].

    Source: Rogan and Gladen 1978; the interval, with what is not known of both rates, is that of Lang and Reiczigel
    2014. None for a judge that is no better than a coin.
    """
    if tpr.value + tnr.value <= 1:
        return None
    z = z_quantile((1 + LEVEL) / 2)
    p, n = _added(apparent, z * z)
    sure, sure_n = _added(tpr, 2.0)
    spec, spec_n = _added(tnr, 2.0)
    youden = sure + spec - 1
    value = min(1.0, max(0.0, (apparent.value + tnr.value - 1) / (tpr.value + tnr.value - 1)))
    if youden <= 0:
        return Estimate(value=value, lower=0.0, upper=1.0, n=apparent.n)
    rate = (p + spec - 1) / youden
    noise_up, noise_down = sure * (1 - sure) / sure_n, spec * (1 - spec) / spec_n
    moved = 2 * z * z * (rate * noise_up - (1 - rate) * noise_down)
    spread = p * (1 - p) / n + rate**2 * noise_up + (1 - rate) ** 2 * noise_down
    reach = z * math.sqrt(spread) / youden
    lower, upper = (min(1.0, max(0.0, rate + moved + side)) for side in (-reach, reach))
    return Estimate(value=value, lower=min(lower, value), upper=max(upper, value), n=apparent.n)


def _added(share: Estimate, more: float) -> tuple[float, float]:
    """A share with so many more, half of which count, and how many there are then."""
    n = share.n + more
    return (share.value * share.n + more / 2) / n, n


def _confusion(says: Sequence[Pair]) -> Confusion:
    def count(label: float, score: float) -> int:
        return sum(p.label == label and p.score == score for p in says)

    return Confusion(
        true_positive=count(1.0, 1.0),
        false_positive=count(0.0, 1.0),
        false_negative=count(1.0, 0.0),
        true_negative=count(0.0, 0.0),
    )


def _share(values: Sequence[Value]) -> Estimate | None:
    return share_of(values) if values else None


def _value(pair: Pair, number: float) -> Value:
    return Value(value=number, cluster=pair.cluster)
