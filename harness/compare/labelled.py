"""What labels of people do to a comparison: a few of them correct the graders' difference on all cases.

Where both sides of enough cases are labelled, the paired difference is that of prediction-powered inference
(`harness.compare.ppi`): people's differences where they spoke, the graders' everywhere else, less what the graders got
wrong where both spoke. With fewer labels nothing is corrected, and how well the graders agree with people is reported.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.compare.asked import Asked, average
from harness.compare.columns import Pair, Scores
from harness.compare.interval import Mean, Value, lower, tail_above, tail_below, upper
from harness.compare.planner import smallest_visible
from harness.compare.ppi import Labelled, corrected_mean
from harness.compare.quality import Quality

ENOUGH = 20
"""Independent labelled cases from which on labels correct the graders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The graders of one side beside people, over the answers that both scored."""

    answers: int
    people: float
    """Mean label, in [0, 1]."""
    graders: float
    """Mean score of the same answers."""
    agreement: float
    """1 less the mean distance of score and label: 1 where they always say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelUse:
    """What labels there are, and what they were used for."""

    cases: int
    """Cases that are labelled on both sides."""
    clusters: int
    baseline: Agreement | None
    """None where the side has no label."""
    candidate: Agreement | None
    trust: float | None
    """Weight of the graders' word on unlabelled cases, in [0, 1]; None where nothing was corrected."""
    graded: Quality | None
    """The difference by the graders alone, where it was corrected; else None."""


def labels_of(pairs: Sequence[Pair]) -> LabelUse | None:
    """What labels the measured answers of these pairs have; None where no side has any."""
    sides = (agreement_of([b for b, _ in pairs]), agreement_of([c for _, c in pairs]))
    if sides == (None, None):
        return None
    both = [pair for pair in pairs if _is_labelled(pair)]
    return LabelUse(
        cases=len(both),
        clusters=len({candidate.cluster for _, candidate in both}),
        baseline=sides[0],
        candidate=sides[1],
        trust=None,
        graded=None,
    )


def agreement_of(cases: Sequence[Asked]) -> Agreement | None:
    """The graders beside people on one side; None where there is no label."""
    found = [
        (trial.label, trial.score)
        for asked in cases
        for trial in asked.trials
        if trial.label is not None and trial.score is not None
    ]
    if not found:
        return None
    return Agreement(
        answers=len(found),
        people=average(tuple(label for label, _ in found)),
        graders=average(tuple(score for _, score in found)),
        agreement=1 - average(tuple(abs(label - score) for label, score in found)),
    )


def corrected(
    pairs: Sequence[Pair], scores: Scores, graded: Quality, *, alpha: float, margin: float
) -> tuple[Quality, float]:
    """The difference that people would see, with its own standard error, and the trust in the graders.

    The pairs must have labels enough. The pseudo-case bound adds two labelled cases on which people see a whole point
    of harm, and of gain, where the graders see nothing: so twenty cases on which nobody differs still prove nothing
    (STATISTICS 12.3). Degrees of freedom are those of the labelled clusters.
    """
    labelled = [_labelled(pair, scores) for pair in pairs if _is_labelled(pair)]
    rest = [_judged(pair, scores) for pair in pairs if not _is_labelled(pair)]
    found = corrected_mean(labelled, rest)
    size = math.fsum(each.weight for each in labelled) / len(labelled)
    pseudo = [Labelled(human=x, judge=0.0, cluster=f"pseudo {x}", weight=size) for x in (1.0, -1.0)]
    padded = corrected_mean([*labelled, *pseudo], rest).mean
    before = _baseline(pairs, scores, found.trust)
    return _quality(graded, (found.mean, padded), before, alpha=alpha, margin=margin), found.trust


def _quality(
    graded: Quality, means: tuple[Mean, Mean], before: float, *, alpha: float, margin: float
) -> Quality:
    mean, padded = means
    lower_t = max(-1.0, lower(mean, alpha))
    se_plan = min(1.0, max(mean.se, padded.se))
    return replace(
        graded,
        baseline=before,
        candidate=min(1.0, max(0.0, before + mean.value)),
        difference=mean.value,
        se=min(1.0, mean.se),
        lower=max(-1.0, min(lower_t, lower(padded, alpha))),
        lower_t=lower_t,
        upper=min(1.0, upper(mean, alpha)),
        p_regress=tail_below(mean),
        p_noninferior=max(tail_above(mean, -margin), tail_above(padded, -margin)),
        mde=min(1.0, smallest_visible(se_plan, alpha=alpha)),
        se_plan=se_plan,
    )


def _is_labelled(pair: Pair) -> bool:
    return all(_label(asked) is not None for asked in pair)


def _label(asked: Asked) -> float | None:
    """What people say of the case: the mean over its labelled answers."""
    labels = tuple(trial.label for trial in asked.measured if trial.label is not None)
    return average(labels) if labels else None


def _labelled(pair: Pair, scores: Scores) -> Labelled:
    before, after = scores(pair)
    old, new = (_label(asked) or 0.0 for asked in pair)
    return Labelled(human=new - old, judge=after - before, cluster=pair[1].cluster, weight=pair[1].weight)


def _judged(pair: Pair, scores: Scores) -> Value:
    before, after = scores(pair)
    return Value(value=after - before, cluster=pair[1].cluster, weight=pair[1].weight)


def _baseline(pairs: Sequence[Pair], scores: Scores, trust: float) -> float:
    """The baseline's mean as people would give it, with the same trust in the graders, in [0, 1]."""
    people = [
        (b.weight, (_label(b) or 0.0) - trust * scores((b, c))[0]) for b, c in pairs if _is_labelled((b, c))
    ]
    graders = [(b.weight, trust * scores((b, c))[0]) for b, c in pairs if not _is_labelled((b, c))]
    return min(1.0, max(0.0, _mean(people) + _mean(graders)))


def _mean(values: Sequence[tuple[float, float]]) -> float:
    """Weighted; 0 of nothing."""
    total = math.fsum(weight for weight, _ in values)
    return math.fsum(weight * value for weight, value in values) / total if values else 0.0
