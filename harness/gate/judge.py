"""A comparison and a policy to a verdict: the four statuses, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.compare.absence import absence
from harness.compare.comparison import Comparison, Quality, Slice
from harness.compare.cost_split import split_words
from harness.compare.evidence import Evidence
from harness.compare.needs import Decide, Open, needs
from harness.compare.wording import percent, quality_sentence, ratio_sentence, slice_sentence
from harness.gate.attribution import causes_of
from harness.gate.latency import latency_findings
from harness.gate.notes import notes_of
from harness.gate.settling import must_pass_findings, settled
from harness.gate.statuses import quality_label, quality_status, ratio_status, slice_status
from harness.gate.suspects import for_people, suspects_between
from harness.gate.trusted import untrusted
from harness.gate.verdict import Finding, Status, Verdict
from harness.suite.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What each part came to, once nothing forbids judging at all."""

    quality: Status
    cost: Status | None
    latency: Status | None
    slices: tuple[tuple[str, Status], ...]
    findings: tuple[Finding, ...]


def judge(comparison: Comparison, policy: Policy) -> Verdict:
    """The verdict where everything is there and nothing can be asked again: REGRESSED stands unconfirmed.

    The worst of the findings, worst being NOT_MEASURED, REGRESSED, INCONCLUSIVE, PASS.
    """
    verdict = judge_numbers(comparison, policy)
    if verdict.status is not Status.NOT_MEASURED and policy.rerun is not None:
        verdict = settled(verdict, (*verdict.findings, *must_pass_findings(comparison, policy.rerun)))
    if verdict.status is not Status.NOT_MEASURED:
        verdict = replace(verdict, triage=for_people(suspects_between(comparison)))
    evidence = Evidence(candidate=comparison.candidate, baseline=comparison.baseline)
    return replace(verdict, causes=causes_of(evidence, comparison, verdict))


def judge_numbers(comparison: Comparison, policy: Policy) -> Verdict:
    """The verdict by the numbers of the whole alone; must-pass cases are left to the caller.

    Where something was not measured nothing else is claimed: no part is PASS or REGRESSED then.
    """
    refusals = _refusals(comparison, policy)
    if comparison.quality is None or refusals:
        return _not_measured(comparison, policy, refusals)
    judged = _judge_parts(comparison, comparison.quality, policy)
    findings = tuple(sorted(judged.findings, key=lambda f: _rank(f.status)))
    status = findings[0].status
    return Verdict(
        status=status,
        label=quality_label(comparison.quality, policy.quality_margin) if status is Status.PASS else None,
        findings=findings,
        quality=judged.quality,
        cost=judged.cost,
        latency=judged.latency,
        slices=judged.slices,
        decide=_decide(comparison, comparison.quality, policy) if status is Status.INCONCLUSIVE else None,
        policy=policy,
    )


def _refusals(comparison: Comparison, policy: Policy) -> tuple[Finding, ...]:
    """Why nothing may be claimed at all."""
    found = [_not_measured_because("comparable", reason) for reason in comparison.not_comparable]
    found.extend(untrusted(comparison.candidate.graders, policy))
    sides = (
        ("baseline", comparison.baseline, comparison.missing_baseline),
        ("candidate", comparison.candidate, comparison.missing_candidate),
    )
    for name, side, share in sides:
        if share > policy.max_missing:
            text = f"{absence(name, side)}; at most {100 * policy.max_missing:g} % may"
            found.append(_not_measured_because("missing", text))
    if comparison.quality is None and not found:
        found.append(_not_measured_because("quality", "no case was measured on both sides"))
    return tuple(found)


def _not_measured_because(rule: str, because: str) -> Finding:
    return Finding(rule=rule, status=Status.NOT_MEASURED, because=because)


def _not_measured(comparison: Comparison, policy: Policy, findings: tuple[Finding, ...]) -> Verdict:
    nothing = Status.NOT_MEASURED
    return Verdict(
        status=nothing,
        label=None,
        findings=findings,
        quality=nothing if comparison.quality else None,
        cost=nothing if comparison.cost else None,
        latency=nothing if comparison.latency else None,
        slices=tuple((part.slice, nothing) for part in comparison.slices),
        decide=None,
        policy=policy,
    )


def _judge_parts(comparison: Comparison, quality: Quality, policy: Policy) -> _Judged:
    few = quality.clusters < policy.min_cases
    undecided = few or _flips(comparison, quality, policy)
    status = Status.INCONCLUSIVE if undecided else quality_status(quality, policy.quality_margin)
    slices = tuple((part, _softened(slice_status(part, policy), few)) for part in comparison.slices)
    cost = _cost(comparison, policy, few)
    latency = _latency(comparison, policy, few)
    return _Judged(
        quality=status,
        cost=cost.status if comparison.cost and policy.cost_margin is not None else None,
        latency=min((each.status for each in latency), key=_rank) if comparison.latency else None,
        slices=tuple((part.slice, status) for part, status in slices),
        findings=(
            *_preconditions(comparison, quality, policy),
            Finding(rule="quality", status=status, because=quality_sentence(quality, policy)),
            *(
                _slice_finding(part, status, len(slices))
                for part, status in slices
                if status is not Status.PASS
            ),
            cost,
            *latency,
            *notes_of(comparison, policy),
        ),
    )


def _softened(status: Status, few: bool) -> Status:  # noqa: FBT001 - the rule it stands for has one name
    """With too few cases nothing is REGRESSED either."""
    return Status.INCONCLUSIVE if few and status is Status.REGRESSED else status


def _preconditions(comparison: Comparison, quality: Quality, policy: Policy) -> tuple[Finding, ...]:
    """What keeps a verdict from PASS, whatever the numbers say."""
    found: list[tuple[str, str]] = []
    if quality.clusters < policy.min_cases:
        some = f"{quality.clusters} independent case{'s' * (quality.clusters != 1)}"
        found.append(("cases", f"{some}; fewer than {policy.min_cases} prove nothing"))
    if comparison.shared < policy.min_shared:
        found.append(
            ("coverage", f"only {percent(comparison.shared)} of the candidate's cases can be compared")
        )
    if comparison.kept < policy.min_shared:
        found.append(
            ("coverage", f"the candidate asked only {percent(comparison.kept)} of the baseline's cases")
        )
    if _flips(comparison, quality, policy):
        found.append(("missing", "the trials without a score could change the verdict; repeat them"))
    found.extend(
        ("missing", f"the trials without a score could hide a regression of slice {name!r}; repeat them")
        for name in _hidden_slices(comparison, policy)
    )
    return tuple(Finding(rule=rule, status=Status.INCONCLUSIVE, because=because) for rule, because in found)


def _flips(comparison: Comparison, quality: Quality, policy: Policy) -> bool:
    """Whether the missing trials, all counted against the candidate, would change what quality says."""
    worst = comparison.quality_at_worst
    margin = policy.quality_margin
    return worst is not None and quality_status(worst, margin) is not quality_status(quality, margin)


def _hidden_slices(comparison: Comparison, policy: Policy) -> tuple[str, ...]:
    """Slices that are REGRESSED only if the missing trials are counted against the candidate."""
    seen = {part.slice for part in comparison.slices if slice_status(part, policy) is Status.REGRESSED}
    return tuple(
        part.slice
        for part in comparison.slices_at_worst
        if slice_status(part, policy) is Status.REGRESSED and part.slice not in seen
    )


def _slice_finding(part: Slice, status: Status, looked_at: int) -> Finding:
    return Finding(rule=f"slice: {part.slice}", status=status, because=slice_sentence(part, looked_at))


def _cost(comparison: Comparison, policy: Policy, few: bool) -> Finding:  # noqa: FBT001 - see _softened
    ratio, limit = comparison.cost, policy.cost_margin
    if ratio is None:
        return _not_gated("cost", "cost is not gated: the price of one side is not known")
    sentence = ratio_sentence("cost", ratio, limit, policy.alpha)
    sentence += _causes(comparison)
    if limit is None:
        return _not_gated("cost", f"{sentence}; not gated: the suite says so")
    return Finding(rule="cost", status=_softened(ratio_status(ratio, limit), few), because=sentence)


def _causes(comparison: Comparison) -> str:
    """`: output tokens +18 %, price unchanged`; empty where there is nothing to tell."""
    split = comparison.cost_split
    said = "" if split is None else split_words(split)
    return f": {said}" if said else ""


def _latency(comparison: Comparison, policy: Policy, few: bool) -> tuple[Finding, ...]:  # noqa: FBT001 - see _softened
    found = latency_findings(comparison, policy)
    return tuple(replace(each, status=_softened(each.status, few)) for each in found)


def _not_gated(rule: str, because: str) -> Finding:
    return Finding(rule=rule, status=Status.PASS, because=because)


def _rank(status: Status) -> int:
    return list(Status).index(status)


def _decide(comparison: Comparison, quality: Quality, policy: Policy) -> Decide | None:
    gated_latency = policy.latency_margin if comparison.latency_comparable else None
    gated = ((comparison.cost, policy.cost_margin), (comparison.latency, gated_latency))
    still_open = Open(
        quality=quality_status(quality, policy.quality_margin) is Status.INCONCLUSIVE,
        ratios=tuple(
            (ratio, margin)
            for ratio, margin in gated
            if ratio is not None and margin is not None and ratio_status(ratio, margin) is Status.INCONCLUSIVE
        ),
    )
    return needs(comparison, quality, policy, still_open)
