"""A regression has to show again in fresh answers of both sides, by their own numbers (STATISTICS 12.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.compare.absence import absence
from harness.compare.asked import Asked, by_case, is_same_case
from harness.compare.columns import Pair, columns_of
from harness.compare.decided import asked_of
from harness.compare.design import Design
from harness.compare.evidence import Evidence
from harness.compare.interval import tail_above, tail_below
from harness.compare.observation import Side
from harness.compare.quality import both_measured, bounds_of, measured_scores, side_means
from harness.compare.signflip import max_t
from harness.gate.fresh import fresh
from harness.gate.parts import OVERALL, SLICE, BankCheck, Confirmation, Hypothesis
from harness.suite.policy import Confirm, Policy

STALE = 0.01
"""Two-sided p of fresh against old answers of the baseline below which the old ones no longer describe it."""


def fresh_answers(
    flagged: Sequence[str], seen: Sequence[str], design: Design, rules: Confirm
) -> dict[str, int]:
    """How often to ask which case on each side, by case id.

    `seen` are the cases that had answers when it was flagged: the others have shown nothing yet.
    """
    repeats: dict[str, int] = {}
    for rule in flagged:
        wanted = rules.repeats if rule == OVERALL else rules.slice_repeats
        for case in _cases_of(rule, seen, design):
            repeats[case] = max(wanted, repeats.get(case, 0))
    return dict(sorted(repeats.items()))


def confirm(
    sides: tuple[Side, Side],
    repeats: Mapping[str, int],
    flagged: Sequence[str],
    design: Design,
    policy: Policy,
) -> Confirmation:
    """What the fresh answers say of each flagged regression, at the policy's level for that."""
    alpha = (policy.confirm or Confirm()).alpha
    before, after = fresh(sides, repeats)
    wanted = sum(repeats.values())
    usable = {pair[0].case_id: pair for pair in _both(before, after)}
    lacking = _lacking(sides, (_answers(before.values()), _answers(after.values())), wanted, policy)
    return Confirmation(
        baseline_run=sides[0].run_id,
        candidate_run=sides[1].run_id,
        baseline_answers=_answers(before.values()),
        candidate_answers=_answers(after.values()),
        alpha=alpha,
        hypotheses=tuple(
            _tested(
                rule,
                [usable[case] for case in _cases_of(rule, tuple(usable), design)],
                alpha,
                (policy.flips, design.seed) if rule != OVERALL or lacking else None,
            )
            for rule in flagged
        ),
        wanted=wanted,
        lacking=lacking,
    )


def at_least_as_strict(policy: Policy, flagged: Sequence[str]) -> Policy:
    """The policy where the old answers are no longer true, so that being flagged against them says nothing.

    Then the fresh answers are all there is, and share the alpha of the whole gate (Bonferroni).
    """
    rules = policy.confirm or Confirm()
    return replace(
        policy, confirm=replace(rules, alpha=min(rules.alpha, policy.alpha / max(1, len(flagged))))
    )


def check_bank(evidence: Evidence, repeats: Mapping[str, int]) -> BankCheck | None:
    """Whether fresh answers of the baseline are those its old ones would lead one to expect."""
    if evidence.bank is None:
        return None
    old = by_case(asked_of(evidence.bank))
    pairs = _both(old, fresh(evidence.confirmation, repeats)[0])
    if not pairs:
        return None
    mean = bounds_of(columns_of(pairs, measured_scores), STALE).mean
    p = min(1.0, 2 * min(tail_below(mean), tail_above(mean, 0.0)))
    return BankCheck(cases=mean.n, difference=mean.value, p=p, stale=p < STALE)


def _both(before: Mapping[str, Asked], after: Mapping[str, Asked]) -> list[Pair]:
    pairs = [(before[case], after[case]) for case in sorted(before.keys() & after.keys())]
    return [pair for pair in pairs if is_same_case(*pair) and both_measured(pair)]


def _cases_of(rule: str, cases: Sequence[str], design: Design) -> Sequence[str]:
    if rule == OVERALL:
        return cases
    members = frozenset(design.slices[rule.removeprefix(SLICE)])
    return [case for case in cases if case in members]


def _lacking(sides: tuple[Side, Side], answers: tuple[int, int], wanted: int, policy: Policy) -> str:
    """What is missing of the side that lacks more; empty where no more is missing than may be."""
    if min(answers) >= (1 - policy.max_missing) * wanted:
        return ""
    fewer = 0 if answers[0] <= answers[1] else 1
    return absence(("baseline", "candidate")[fewer], sides[fewer])


def _answers(cases: Iterable[Asked]) -> int:
    return sum(len(asked.scores) for asked in cases)


def _tested(rule: str, pairs: Sequence[Pair], alpha: float, flips: tuple[int, str] | None) -> Hypothesis:
    """One-sided clustered t; with `flips`, of what may be small, the larger of that and the sign-flip p.

    That is a slice, or what an outage left. A t test of a few cases is too sure of itself where hardly any of them differ; sign flips never are.
    """
    if not pairs:
        return Hypothesis(
            rule=rule, cases=0, baseline=0.0, candidate=0.0, difference=0.0, lower=-1.0, upper=1.0, p=1.0,
            confirmed=False,
        )  # fmt: skip
    columns = columns_of(pairs, measured_scores)
    bounds = bounds_of(columns, alpha)
    p = tail_below(bounds.mean)
    if flips is not None:
        sums = [[total] for total, _ in columns.cluster_sums()]
        p = max(p, max_t(sums, flips=flips[0], seed=flips[1]).raw[0])
    before, after = side_means(columns)
    return Hypothesis(
        rule=rule,
        cases=bounds.mean.n,
        baseline=before,
        candidate=after,
        difference=bounds.mean.value,
        lower=bounds.lower_t,
        upper=bounds.upper,
        p=p,
        confirmed=p <= alpha,
    )
