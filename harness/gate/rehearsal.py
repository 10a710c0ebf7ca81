"""The gate rehearsed: nothing changed, the answers are drawn, and the very code decides that decides for real.

Every answer of a side is drawn once and used by every way of asking, and by other gates too: they all judge the
same change of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never

from harness.compare.comparison import compare
from harness.compare.design import design_of
from harness.compare.evidence import Evidence, Key
from harness.compare.observation import Observation, Side
from harness.gate.judge import judge
from harness.gate.step import Ask, Confirm, Decided, Rerun, next_step
from harness.gate.tapes import Stage, both_of, scores_of, side_of, with_more
from harness.gate.verdict import Status, Verdict
from harness.suite.policy import Policy

Way = Literal["bank", "both", "once"]
"""How a gate asks: old samples stand for the baseline; both sides are asked, wave by wave; or everything is there
and looked at once, as with recordings and imported results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of one unchanged change."""

    status: Status
    flagged: bool
    """Whether quality or a slice looked worse at first: it had to be confirmed, or it blocked."""
    suspected: bool
    """Whether single cases were asked again."""
    calls: int
    """Fresh answers of both sides; for `once` all there are."""
    difference: float | None
    """Candidate minus baseline in mean score, of what the verdict was reached on; None: nothing was measured."""


def rehearse(on: Stage, way: Way, policy: Policy, *, repeats: int, seed: str) -> Rehearsed:
    """One verdict on a candidate that is the baseline. `repeats`: of each case and side, where both are asked."""
    match way:
        case "once":
            return _once(on, policy, repeats)
        case "both":
            return _Live(on=on, policy=policy, seed=seed, repeats=repeats, samples=0).play()
        case "bank":
            samples = 0 if policy.bank is None else policy.bank.target
            return _Live(on=on, policy=policy, seed=seed, repeats=repeats, samples=samples).play()
        case _:
            assert_never(way)


def _once(on: Stage, policy: Policy, repeats: int) -> Rehearsed:
    keys = [(case.case_id, repeat) for case in on.cases for repeat in range(1, repeats + 1)]
    sides = [side_of(name, tape.rows(keys)) for name, tape in both_of(on)]
    comparison = compare(sides[0], sides[1], policy)
    verdict = judge(comparison, policy)
    quality = comparison.quality
    return Rehearsed(
        status=verdict.status,
        flagged=verdict.status is Status.REGRESSED,
        suspected=False,
        calls=2 * len(keys),
        difference=None if quality is None else quality.difference,
    )


@dataclass(slots=True, kw_only=True)
class _Live:
    """A live gate, asked what it wants next until it has decided."""

    on: Stage
    policy: Policy
    seed: str
    repeats: int
    samples: int
    """Old samples per case; 0: no bank, both sides are asked."""
    flagged: bool = False
    suspected: bool = False
    calls: int = 0
    used: dict[str, int] = field(default_factory=dict[str, int])
    """Answers that each case has given, beside its old ones."""

    def play(self) -> Rehearsed:
        old = self._old()
        design = design_of(
            self.on.cases,
            bank=scores_of(old) if self.samples else None,
            policy=self.policy,
            seed=self.seed,
            repeats=self.repeats,
        )
        self.used.update(design.repeats)
        evidence = Evidence(
            candidate=side_of("candidate", ()),
            bank=side_of("bank", old) if self.samples else None,
            baseline=None if self.samples else side_of("baseline", ()),
            seed=self.seed,
        )
        while True:
            step = next_step(evidence, design, self.policy)
            match step:
                case Ask(keys=keys):
                    evidence = self._asked(evidence, keys)
                case Confirm(repeats=wanted):
                    self.flagged = True
                    evidence = replace(evidence, confirmation=self._afresh(wanted))
                case Rerun(repeats=wanted):
                    self.suspected = True
                    evidence = replace(evidence, rerun=self._again(evidence.rerun, wanted))
                case Decided(verdict=verdict, comparison=comparison):
                    quality = comparison.quality
                    return self._ended(verdict, None if quality is None else quality.difference)
                case _:
                    assert_never(step)

    def _old(self) -> list[Observation]:
        cases, numbers = self.on.cases, range(1, self.samples + 1)
        return self.on.bank.rows((case.case_id, k) for case in cases for k in numbers)

    def _asked(self, evidence: Evidence, keys: Sequence[Key]) -> Evidence:
        self.calls += len(keys) * (1 if self.samples else 2)
        candidate = with_more(evidence.candidate, self.on.candidate.rows(keys))
        if evidence.baseline is None:
            return replace(evidence, candidate=candidate)
        baseline = with_more(evidence.baseline, self.on.baseline.rows(keys))
        return replace(evidence, candidate=candidate, baseline=baseline)

    def _afresh(self, wanted: Mapping[str, int]) -> tuple[Side, Side]:
        """So many answers that nobody has seen, of both sides."""
        keys = [(case, self.used[case] + k) for case, many in wanted.items() for k in range(1, many + 1)]
        self.used.update({case: self.used[case] + many for case, many in wanted.items()})
        self.calls += 2 * len(keys)
        before, after = (side_of(name, tape.rows(keys)) for name, tape in both_of(self.on))
        return before, after

    def _again(self, had: tuple[Side, Side] | None, wanted: Mapping[str, int]) -> tuple[Side, Side]:
        """Reruns are counted together: only what is not there yet is asked."""
        if had is None:
            return self._afresh(wanted)
        there = scores_of(had[0].observations)
        more = self._afresh({case: many - len(there.get(case, ())) for case, many in wanted.items()})
        return with_more(had[0], more[0].observations), with_more(had[1], more[1].observations)

    def _ended(self, verdict: Verdict, difference: float | None) -> Rehearsed:
        return Rehearsed(
            status=verdict.status,
            flagged=self.flagged or verdict.status is Status.REGRESSED,
            suspected=self.suspected,
            calls=self.calls,
            difference=difference,
        )
