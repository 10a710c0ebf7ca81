"""What an undecided comparison would need to be decided, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.compare.comparison import Comparison, Quality, Ratio
from harness.compare.observation import Side
from harness.compare.planner import PSEUDO_CASES, Question, cases_to_decide, repeats_to_decide
from harness.compare.ways import Way, more_answers, more_cases
from harness.suite.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """What an INCONCLUSIVE verdict would need to be decided, and what that costs."""

    cases: int
    """Cases needed in all, at the same repeats."""
    repeats: int
    """Repeats needed at the same cases; 0 where no number of repeats would do, or where single repeats cannot tell.
    Where old samples stand for the baseline, of the candidate alone."""
    cost_usd: str | None
    """Price of the additional cases on both sides, as text; None: unpriced."""
    ways: tuple[Way, ...] = ()
    """Each of them would decide: more cases, and more answers of the flaky ones where that would do."""
    excluded: float | None = None
    """The size of drop in [0, 1] beyond which every drop is excluded already; None: none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Which parts their own numbers leave undecided."""

    quality: bool
    ratios: tuple[tuple[Ratio, float], ...]
    """Each with its limit."""


def needs(comparison: Comparison, quality: Quality, policy: Policy, still_open: Open) -> Decide | None:
    """Cases or repeats that would decide, with probability 0.8 if what was seen is true.

    None where neither is what is missing. Repeats are offered only where quality alone is open.
    """
    questions = _questions(quality, policy, still_open)
    needed = [cases_to_decide(question, alpha=policy.alpha) for question in questions]
    if quality.clusters < policy.min_cases:
        needed.append(math.ceil(quality.n * policy.min_cases / quality.clusters))
    if not needed:
        return None
    only_quality = still_open.quality and len(needed) == 1
    repeats = repeats_to_decide(questions[0], _repeats(comparison), alpha=policy.alpha) if only_quality else 0
    cases = max(needed)
    answers = more_answers(comparison, questions[0], alpha=policy.alpha) if only_quality else None
    if comparison.baseline.runs:
        repeats = _of_the_candidate(comparison, answers)
    return Decide(
        cases=cases,
        repeats=repeats,
        cost_usd=_price(comparison, cases - quality.n),
        ways=tuple(way for way in (more_cases(comparison, cases - quality.n), answers) if way is not None),
        excluded=-quality.lower if -1 < quality.lower < 0 else None,
    )


def _questions(quality: Quality, policy: Policy, still_open: Open) -> list[Question]:
    ratios = [_ratio_question(ratio, margin) for ratio, margin in still_open.ratios]
    return [_quality_question(quality, policy.quality_margin), *ratios] if still_open.quality else ratios


def _quality_question(quality: Quality, margin: float) -> Question:
    """Either "worse" or "no worse than the margin" would decide: what counts is the limit farther away."""
    distance = max(-quality.difference, margin + quality.difference)
    return Question(n=quality.n, se=quality.se, distance=distance, noise=quality.noise, ballast=PSEUDO_CASES)


def _ratio_question(ratio: Ratio, margin: float) -> Question:
    log = math.log(ratio.ratio)
    return Question(n=ratio.n, se=ratio.se, distance=max(log, math.log1p(margin) - log))


def _repeats(comparison: Comparison) -> float:
    """Mean number of measured repeats per case and side."""
    both = [case for case in comparison.changes if case.difference is not None]
    return sum(case.baseline_repeats + case.candidate_repeats for case in both) / (2 * len(both))


def _of_the_candidate(comparison: Comparison, answers: Way | None) -> int:
    """Repeats where old samples stand for the baseline: asking more often asks the candidate alone."""
    if answers is None or answers.kind != "repeats":
        return 0
    return answers.more + max(
        case.candidate_repeats for case in comparison.changes if case.difference is not None
    )


def _price(comparison: Comparison, cases: int) -> str | None:
    """Price of `cases` more cases on both sides, at today's price per case."""
    per_case = [_price_per_case(side) for side in (comparison.baseline, comparison.candidate)]
    known = [price for price in per_case if price is not None]
    return f"{cases * sum(known):.4f}" if len(known) == len(per_case) else None


def _price_per_case(side: Side) -> float | None:
    costs = [trial.cost for trial in side.observations if trial.cost is not None]
    if not costs or side.cost_usd is None:
        return None
    trials_per_case = len(side.observations) / len({trial.case_id for trial in side.observations})
    return math.fsum(costs) / len(costs) * trials_per_case
