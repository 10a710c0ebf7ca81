"""Two sides to one comparison: every number a verdict or a report needs, and no opinion."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.compare.asked import Asked, by_case, is_same_case
from harness.compare.change import CaseChange, Change, changes_of
from harness.compare.collector import uncollected
from harness.compare.columns import Pair
from harness.compare.comparable import reasons_against
from harness.compare.cost_split import CostSplit, split_cost
from harness.compare.decided import asked_of, asked_of_both, share_missing
from harness.compare.held import Held, deciding, held_of
from harness.compare.judge_effect import JudgeEffect, effect_of, widened
from harness.compare.labelled import ENOUGH, LabelUse, corrected, labels_of
from harness.compare.observation import Side
from harness.compare.pairing import Pairing, pair
from harness.compare.price_table import same_prices
from harness.compare.quality import (
    Quality,
    Score,
    both_measured,
    measured_scores,
    quality_of,
    score_of,
    worst_scores,
)
from harness.compare.ratio import Latencies, Ratio, cost_ratio, latencies_of, latency_ratio
from harness.compare.shares import Share, shares_of
from harness.compare.slices import Slice, Slicing, slices_of
from harness.compare.tails import tail_ratio
from harness.suite.policy import Policy

__all__ = [
    "CaseChange",
    "Change",
    "Comparison",
    "CostSplit",
    "LabelUse",
    "Latencies",
    "Quality",
    "Ratio",
    "Score",
    "Share",
    "Slice",
    "compare",
    "score_of_side",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that can be said of two runs by counting and estimating.

    Every case of either side is in exactly one of the changes; `only_baseline` and `only_candidate` name
    those that one side never planned, `changed` those that were edited in between.
    """

    baseline: Side
    candidate: Side
    not_comparable: tuple[str, ...]
    """Reasons why the sides cannot be compared at all (another grader version, say); empty: they can."""
    quality: Quality | None
    """None when no case was measured on both sides."""
    quality_at_worst: Quality | None
    """The same with every missing baseline trial counted as 1 and every missing candidate trial as 0."""
    baseline_score: Score | None
    candidate_score: Score | None
    cost: Ratio | None
    """At one price table for both sides; None when either side is unpriced or spent nothing."""
    latency: Ratio | None
    latency_comparable: bool
    """Both runs were interleaved in one live session."""
    baseline_latency: Latencies | None
    candidate_latency: Latencies | None
    slices: tuple[Slice, ...]
    changes: tuple[CaseChange, ...]
    """Worst first."""
    only_baseline: tuple[str, ...]
    only_candidate: tuple[str, ...]
    changed: tuple[str, ...]
    missing_baseline: float
    """Share of the baseline's planned trials without a score."""
    missing_candidate: float
    shared: float
    """Share of the candidate's cases that the baseline asked too, unchanged."""
    slices_at_worst: tuple[Slice, ...] = ()
    """The slices with missing trials counted as in `quality_at_worst`."""
    slices_untested: tuple[str, ...] = ()
    """Tags with too few clusters to be tested, alone or merged into `other`."""
    quality_p_adjusted: float | None = None
    """One-sided p of overall quality, tested together with all slices by sign flips; None where none is tested."""
    kept: float = 1.0
    """Share of the baseline's cases that the candidate asked too, changed or not."""
    shares: tuple[Share, ...] = ()
    """Model by model what a route made of it; empty where no side is routed."""
    cost_actual: Ratio | None = None
    """In the dollars that were billed, where prices changed in between; None: as `cost`."""
    cost_split: CostSplit | None = None
    """Where the change of billed dollars comes from; None where no case has costs on both sides."""
    latency_p95: Ratio | None = None
    """Of the 95th percentiles; bounds may be 0 or infinite. None where a side has no latencies."""
    labels: LabelUse | None = None
    """What people say of the answers; where that is enough, `quality` is corrected by it. None: nobody said anything."""
    judges: JudgeEffect | None = None
    """What the known faults of judges leave open; `quality` is widened by it unless labels
    correct it. None: nothing is known, or nothing asked."""
    held: Held = field(default_factory=dict[str, str])
    """Cases in quarantine, with what is said of it: they are in `changes`, and in no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimates:
    quality: Quality | None
    slicing: Slicing
    labels: LabelUse | None


@uncollected()
def compare(baseline: Side, candidate: Side, policy: Policy, seed: str = "") -> Comparison:
    """Estimate everything the gate and the reports need. No order of the observations changes a bit of it.

    `seed` is what the sign flips of the slices are drawn from: without one, two replays of the same answers have the
    same verdict. Numbers are given even where `not_comparable` says they mean nothing: it is the gate's to refuse them.
    """
    before, after = map(by_case, asked_of_both(baseline, candidate))
    held = held_of(before, after)
    old, new = deciding(before, held), deciding(after, held)
    pairing = pair(before, after)
    unchanged = tuple(p for case, p in pairing.pairs.items() if case not in held and is_same_case(*p))
    measured = tuple(p for p in unchanged if both_measured(p))
    effect = effect_of(candidate, measured, policy)
    usual = _estimate(measured, policy, seed, effect, at_worst=False)
    worst = _estimate(unchanged, policy, seed, effect, at_worst=True) if _is_torn(unchanged) else usual
    repriced = _at_one_price(baseline, candidate, measured)
    actual = cost_ratio(measured, policy.alpha)
    return Comparison(
        baseline=baseline,
        candidate=candidate,
        not_comparable=reasons_against(baseline, candidate),
        quality=usual.quality,
        quality_at_worst=worst.quality,
        baseline_score=score_of(tuple(old.values())),
        candidate_score=score_of(tuple(new.values())),
        cost=actual if repriced is None else cost_ratio(repriced, policy.alpha),
        latency=latency_ratio(measured, policy.alpha),
        latency_comparable=_interleaved(baseline, candidate),
        baseline_latency=latencies_of(tuple(old.values())),
        candidate_latency=latencies_of(tuple(new.values())),
        slices=usual.slicing.tested,
        changes=changes_of(before, after, held),
        only_baseline=tuple(pairing.only_baseline),
        only_candidate=tuple(pairing.only_candidate),
        changed=_changed(pairing) if len(unchanged) < len(pairing.pairs) else (),
        missing_baseline=share_missing(baseline, held),
        missing_candidate=share_missing(candidate, held),
        shared=len(unchanged) / len(new) if new else 0.0,
        slices_at_worst=worst.slicing.tested,
        slices_untested=usual.slicing.untested,
        quality_p_adjusted=usual.slicing.overall_p_adjusted,
        kept=len(pairing.pairs) / len(before) if before else 0.0,
        shares=shares_of(baseline, candidate, measured, policy.alpha),
        cost_actual=None if repriced is None else actual,
        cost_split=split_cost(measured, baseline, candidate),
        latency_p95=tail_ratio(measured, policy.alpha),
        labels=usual.labels,
        judges=effect,
        held=held,
    )


def _is_torn(pairs: tuple[Pair, ...]) -> bool:
    return any(asked.missing for pair in pairs for asked in pair)


def _at_one_price(baseline: Side, candidate: Side, pairs: tuple[Pair, ...]) -> tuple[Pair, ...] | None:
    """The same pairs, had both sides been billed by one price table; None where they were."""
    before, after = same_prices(baseline, candidate)
    if before is baseline and after is candidate:
        return None
    old, new = by_case(before.observations), by_case(after.observations)
    return tuple((old[b.case_id], new[b.case_id]) for b, _ in pairs)


def _estimate(
    pairs: tuple[Pair, ...], policy: Policy, seed: str, effect: JudgeEffect | None, *, at_worst: bool
) -> _Estimates:
    scores = worst_scores if at_worst else measured_scores
    nothing = Slicing(tested=(), untested=())
    slicing = slices_of(pairs, scores, policy, seed) if policy.slices else nothing
    seen = policy.quality_margin * (1.0 if effect is None else effect.seen)
    quality = quality_of(pairs, scores, alpha=policy.alpha, margin=seen)
    labels = labels_of(pairs)
    if quality is not None and labels is not None and labels.clusters >= ENOUGH:
        graded = quality
        quality, trust = corrected(pairs, scores, graded, alpha=policy.alpha, margin=policy.quality_margin)
        labels = replace(labels, trust=trust, graded=graded)
    elif quality is not None:
        quality = widened(quality, effect, policy.quality_margin)
    return _Estimates(quality=quality, slicing=slicing, labels=labels)


def score_of_side(side: Side) -> Score | None:
    """The score of one run on its own; None when nothing of it was measured."""
    return score_of(tuple(by_case(asked_of(side)).values()))


def _interleaved(baseline: Side, candidate: Side) -> bool:
    return baseline.session == candidate.session and {baseline.mode, candidate.mode} <= {"live", "record"}


def _changed(pairing: Pairing[str, Asked, Asked]) -> tuple[str, ...]:
    return tuple(k for k, (b, c) in pairing.pairs.items() if not is_same_case(b, c))
