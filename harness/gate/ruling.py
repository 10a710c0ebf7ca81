"""From what the looks saw to a verdict: the fixed rules on the numbers of that look, and what came after it."""

from __future__ import annotations

from dataclasses import replace

from harness.compare.arrays import sides_of
from harness.compare.comparison import Comparison, compare
from harness.compare.decided import asked_of, only
from harness.compare.design import Design
from harness.compare.evidence import Evidence
from harness.compare.judge_effect import widened
from harness.compare.labelled import LabelUse
from harness.compare.needs import Open, needs
from harness.compare.wording import points
from harness.gate.killing import Kill
from harness.gate.parts import OVERALL, Confirmation, Hypothesis, Sequential
from harness.gate.screen import Screened
from harness.gate.settling import settled
from harness.gate.verdict import Finding, Status, Verdict
from harness.suite.policy import Policy


def comparison_of(evidence: Evidence, found: Screened, design: Design, policy: Policy) -> Comparison:
    """The comparison of what the deciding look saw, with the bounds of that look.

    Of the baseline, cases that were planned and not reached by then are left out; those that the suite no longer
    plans stay, so that dropping cases is told.
    """
    keys = frozenset(design.order[: found.after])
    reached = frozenset(case for case, _ in keys)
    before, after = sides_of(evidence)
    theirs = [
        o
        for o in asked_of(before)
        if o.case_id not in design.repeats
        or (o.case_id in reached if design.banked else (o.case_id, o.repeat) in keys)
    ]
    ours = [o for o in asked_of(after) if o.case_id not in design.repeats or (o.case_id, o.repeat) in keys]
    comparison = compare(only(before, theirs), only(after, ours), replace(policy, slices=False))
    seen = found.glance
    if comparison.quality is None or seen.quality is None:
        return comparison
    effect, margin = comparison.judges, policy.quality_margin
    return replace(
        comparison,
        quality=widened(replace(seen.quality, noise=comparison.quality.noise), effect, margin),
        quality_at_worst=seen.quality_at_worst and widened(seen.quality_at_worst, effect, margin),
        slices=seen.slices,
        slices_at_worst=seen.slices_at_worst,
        quality_p_adjusted=seen.quality_p_adjusted,
        slices_untested=design.slices_untested,
        labels=_uncorrected(comparison.labels),
    )


def _uncorrected(labels: LabelUse | None) -> LabelUse | None:
    """A look reads what the graders say, so labels correct nothing there."""
    return None if labels is None else replace(labels, trust=None, graded=None)


def sequential_of(found: Screened, kill: Kill, design: Design, policy: Policy) -> Sequential:
    """What the looks were, which one decided, and what that saved."""
    sides = 1 if design.banked else 2
    look = design.looks[found.look - 1] if found.look else None
    return Sequential(
        look=0 if found.killed else found.look,
        looks=found.taken,
        planned=len(design.looks),
        fraction=look.fraction if look and not found.killed else found.after / len(design.order),
        alpha=policy.alpha,
        seed=design.seed,
        killed_at=kill.pairs if found.killed else None,
        e_value=kill.e_value,
        stopped_early=found.after < len(design.order),
        asked=sides * found.after,
        saved=sides * (len(design.order) - found.after),
    )


def killed(verdict: Verdict, comparison: Comparison, kill: Kill, policy: Policy) -> Verdict:
    """A catastrophe, whatever else the numbers say so early: this is wrong less often than a confirmation is."""
    drop = f"{points(comparison.quality.difference)} points on average" if comparison.quality else "a drop"
    limit = policy.looks.kill_at if policy.looks else kill.e_value
    because = (
        f"stopped after {kill.pairs} cases: {drop}; e-value {kill.e_value:,.0f} against a drop of at most "
        f"{100 * policy.quality_margin:g} points, which one that small reaches at most once in {limit:g} runs"
    )
    others = tuple(
        finding for finding in verdict.findings if finding.rule not in {OVERALL, "cases", "missing"}
    )
    return settled(verdict, (Finding(rule=OVERALL, status=Status.REGRESSED, because=because), *others))


def cut_short(verdict: Verdict, found: Screened, design: Design) -> Verdict:
    """The run stopped for good: what was seen by then decided nothing."""
    because = (
        f"the run stopped after look {found.look} of {len(design.looks)}, with {found.after} of "
        f"{len(design.order)} planned answers and nothing decided; resume it"
    )
    looks = verdict.sequential and replace(verdict.sequential, cut_short=True)
    return settled(
        replace(verdict, sequential=looks),
        (*verdict.findings, Finding(rule="missing", status=Status.INCONCLUSIVE, because=because)),
    )


def confirmed(verdict: Verdict, found: Confirmation, comparison: Comparison, policy: Policy) -> Verdict:
    """Only what showed again is REGRESSED; the rest is INCONCLUSIVE, and `confirm` says so."""
    by_rule = {each.rule: each for each in found.hypotheses}
    findings = [
        _told(finding, by_rule[finding.rule]) if finding.rule in by_rule else finding
        for finding in verdict.findings
    ]
    findings.extend(
        Finding(
            rule="confirm",
            status=Status.INCONCLUSIVE,
            because=_unconfirmed(each, verdict, found),
        )
        for each in found.hypotheses
        if not each.confirmed
    )
    ruled = replace(settled(verdict, tuple(findings)), confirmation=found)
    if ruled.status is not Status.INCONCLUSIVE or comparison.quality is None:
        return ruled
    if found.lacking or is_stale(ruled):
        return replace(ruled, decide=None)  # the rest of the answers, or a new bank: no more of anything
    still_open = Open(quality=True, ratios=())
    return replace(ruled, decide=needs(comparison, comparison.quality, policy, still_open))


def _unconfirmed(each: Hypothesis, verdict: Verdict, found: Confirmation) -> str:
    seen = f"{_fresh(each)}, p {each.p:.2g}; {found.alpha:.3g} or less confirms"
    if found.lacking:
        return f"{each.rule} is unconfirmed so far: {found.lacking}; go on with it"
    if is_stale(verdict):
        return f"{each.rule} fell against old answers that are stale, and is unconfirmed: {seen}"
    return f"{each.rule} is unconfirmed: {seen}"


def is_stale(verdict: Verdict) -> bool:
    """Whether fresh answers of the baseline say that its old ones describe it no longer."""
    return verdict.bank is not None and verdict.bank.stale


def _told(finding: Finding, fresh: Hypothesis) -> Finding:
    if not fresh.confirmed:
        return replace(finding, status=Status.INCONCLUSIVE)
    return replace(finding, because=f"{finding.because}; confirmed: {_fresh(fresh)} (p {fresh.p:.2g})")


def _fresh(fresh: Hypothesis) -> str:
    return f"{points(fresh.difference)} points in fresh answers of both sides to {fresh.cases} cases"
