"""What a live gate does next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.compare.arrays import Layout, cases_seen, lay_out, sides_of
from harness.compare.comparable import reasons_against
from harness.compare.comparison import Comparison, compare
from harness.compare.decided import asked_of, only
from harness.compare.design import Design
from harness.compare.evidence import Evidence, Key
from harness.compare.judge_effect import on_their_scale
from harness.compare.observation import Side
from harness.gate.attribution import causes_of
from harness.gate.confirmation import at_least_as_strict, check_bank, confirm, fresh_answers
from harness.gate.ended import how_far
from harness.gate.fresh import fresh, lacking
from harness.gate.guard import Watched, findings_of, judged_again, same_model, still_to_ask
from harness.gate.judge import judge, judge_numbers
from harness.gate.killing import watch
from harness.gate.latency import control_of
from harness.gate.parts import OVERALL
from harness.gate.ruling import comparison_of, confirmed, cut_short, is_stale, killed, sequential_of
from harness.gate.screen import Rules, Screened, Waiting, screen
from harness.gate.settling import settled
from harness.gate.suspects import doubtful_must_pass, for_people, suspects_of, worth_asking
from harness.gate.trusted import untrusted
from harness.gate.verdict import Status, Verdict
from harness.suite.policy import Policy
from harness.suite.policy import Rerun as RerunRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the candidate these, and the baseline too unless a bank stands for it: all that the next look waits for.

    In the order of the design. The caller may come back before all of them have ended: it gets the rest, or a
    verdict, if that is clear by then.
    """

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Ask both sides afresh, in turns: a regression was seen that has to show again."""

    repeats: Mapping[str, int]
    """Fresh answers of each side, by case id."""
    hypotheses: tuple[str, ...]
    """What was flagged, by the names of rules: `quality`, `slice: urdu`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """Ask both sides afresh, in turns, about single cases that may have broken.

    The numbers are those of all reruns together: what `Evidence.rerun` already holds counts. It may come several
    times: a few answers first, then more of those cases that the few did not clear.
    """

    repeats: Mapping[str, int]
    """Fresh answers that each side should have in the end, by case id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Nothing more needs to be asked."""

    verdict: Verdict
    comparison: Comparison
    """Of the observations that the verdict was reached on, and no later ones."""


Step = Ask | Confirm | Rerun | Decided


def next_step(evidence: Evidence, design: Design, policy: Policy) -> Step:
    """What to ask next, or the verdict. A function of its arguments, and of nothing else.

    The looks are replayed from the evidence every time, in order, each with exactly the answers that belong to
    it: so resuming, asking too much or looking in between changes no verdict. Every step asks for something that
    the evidence lacks, and what is asked for is finite, so this ends. An answer that cannot be had has to be in
    the evidence as well, with the reason why it is missing. The order of rows changes nothing.
    Raises ValueError where the evidence is not of this design: with a bank where it has none, or without.
    """
    step = _next(evidence, design, policy)
    if not isinstance(step, Decided):
        return step
    verdict = replace(
        step.verdict,
        causes=causes_of(evidence, step.comparison, step.verdict),
        latency_control=control_of(evidence, policy.alpha),
    )
    return replace(step, verdict=verdict)


def _next(evidence: Evidence, design: Design, policy: Policy) -> Step:
    before, after = sides_of(evidence)
    if design.banked is (evidence.bank is None):
        raise ValueError("the design and the evidence must both have a bank, or neither")
    if reasons_against(only(before, ()), only(after, ())) or untrusted(after.graders, policy):
        return _refused(before, after, policy)
    layout, ended = lay_out(evidence, design), how_far(evidence, design)
    seen = on_their_scale(policy, after.graders)
    kill = watch(layout, ended.through, design, seen)
    rules = Rules(design=design, policy=seen, first_asked=_first_asked(evidence, design, policy))
    found = screen(layout, ended, kill, rules)
    if isinstance(found, Waiting):
        return Ask(keys=tuple(design.order[i] for i in ended.open if i < found.until))
    comparison = comparison_of(evidence, found, design, policy)
    kill = watch(layout, found.after, design, seen)
    verdict = replace(
        judge_numbers(comparison, policy), sequential=sequential_of(found, kill, design, policy)
    )
    if verdict.status is Status.NOT_MEASURED:
        return Decided(verdict=verdict, comparison=comparison)
    if found.cut_short:
        return Decided(verdict=cut_short(verdict, found, design), comparison=comparison)
    numbers = _Numbers(evidence=evidence, layout=layout, comparison=comparison, found=found)
    if found.killed:
        verdict = killed(verdict, comparison, kill, policy)
    wanted = _to_confirm(numbers, design, policy)
    return _confirmed(verdict, numbers, wanted, design, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    evidence: Evidence
    layout: Layout
    comparison: Comparison
    found: Screened

    @property
    def flagged(self) -> tuple[str, ...]:
        return (OVERALL,) if self.found.killed else self.found.taken[-1].flagged


def _to_confirm(numbers: _Numbers, design: Design, policy: Policy) -> Mapping[str, int]:
    """Fresh answers of both sides that what was flagged has to show in; none where it needs none.

    A catastrophe against a baseline that was asked beside the candidate needs none. Against old answers it may be
    the provider's and not the candidate's, so each case that was seen is asked once more on both sides.
    """
    if policy.confirm is None or not numbers.flagged:
        return {}
    seen = cases_seen(numbers.layout, numbers.found.after)
    if numbers.found.killed:
        return dict.fromkeys(seen, 1) if design.banked else {}
    return fresh_answers(numbers.flagged, seen, design, policy.confirm)


def _confirmed(
    verdict: Verdict, numbers: _Numbers, wanted: Mapping[str, int], design: Design, policy: Policy
) -> Step:
    if not wanted:
        return _guarded(verdict, numbers, design, policy)
    sides = numbers.evidence.confirmation
    if sides is None or lacking(fresh(sides, wanted), wanted):
        return Confirm(repeats=wanted, hypotheses=numbers.flagged)
    bank = check_bank(numbers.evidence, wanted)
    rules = at_least_as_strict(policy, numbers.flagged) if bank and bank.stale else policy
    found = confirm(sides, wanted, numbers.flagged, design, rules)
    verdict = confirmed(replace(verdict, bank=bank), found, numbers.comparison, policy)
    return _guarded(verdict, numbers, design, policy)


def _guarded(verdict: Verdict, numbers: _Numbers, design: Design, policy: Policy) -> Step:
    """Single cases, unless the verdict is REGRESSED by then."""
    suspects = suspects_of(numbers.layout, numbers.found.after, design.must_pass)
    verdict = replace(verdict, triage=for_people(suspects))
    has_regressed = Status.REGRESSED in {verdict.quality, *(status for _, status in verdict.slices)}
    tried = verdict.confirmation
    is_cut = tried is not None and bool(tried.lacking)  # then no more can be had of single cases either
    if policy.rerun is None or has_regressed or is_cut:
        return Decided(verdict=verdict, comparison=numbers.comparison)
    guarded = same_model(numbers.evidence) and design.clusters >= policy.min_cases
    guarded = guarded and not is_stale(verdict)  # else the bank makes suspects of unbroken cases
    watched = Watched(
        suspects=worth_asking(suspects) if guarded else (),
        must_pass=doubtful_must_pass(numbers.comparison),
    )
    return _single_cases(verdict, numbers, watched, policy.rerun)


def _single_cases(verdict: Verdict, numbers: _Numbers, watched: Watched, rules: RerunRules) -> Step:
    missing = still_to_ask(watched, numbers.evidence, rules)
    if missing:
        return Rerun(repeats=missing)
    reruns = judged_again(watched, numbers.evidence, rules)
    verdict = settled(replace(verdict, reruns=reruns), (*verdict.findings, *findings_of(reruns)))
    return Decided(verdict=verdict, comparison=numbers.comparison)


def _first_asked(evidence: Evidence, design: Design, policy: Policy) -> frozenset[str]:
    """Every case, where one that broke would block; else the must-pass cases."""
    if policy.rerun is None:
        return frozenset()
    return frozenset(design.repeats) if same_model(evidence) else design.must_pass


def _refused(before: Side, after: Side, policy: Policy) -> Decided:
    """What cannot be compared is not asked either."""
    comparison = compare(only(before, asked_of(before)), only(after, asked_of(after)), policy)
    return Decided(verdict=judge(comparison, policy), comparison=comparison)
