"""A live gate without a network: answers come from pass rates, and a loop asks what `next_step` wants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from harness.compare.design import Design, PlannedCase, design_of
from harness.compare.evidence import Evidence, Key
from harness.compare.observation import Observation, Side
from harness.gate.step import Ask, Confirm, Decided, Rerun, next_step
from harness.suite.policy import Policy
from tests.compare.build import side_of


@dataclass(kw_only=True)
class Gate:
    """Pass rates by case of baseline and candidate, and everything that has been asked of them."""

    before: Mapping[str, float]
    after: Mapping[str, float]
    policy: Policy = field(default_factory=Policy)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    must_pass: frozenset[str] = frozenset()
    bank: int = 10
    """Old answers of each case; 0: no bank."""
    banked: Mapping[str, float] | None = None
    """Pass rates of the time of the bank, where they were others."""
    repeats: int = 3
    models: tuple[str, str] = ("a-model", "a-model")
    seed: str = "1"
    calls: int = 0
    steps: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.old = (
            None
            if not self.bank
            else self.side(
                [
                    self.answer(case, repeat, self.banked or self.before, "bank")
                    for case in self.before
                    for repeat in range(1, self.bank + 1)
                ],
                "bank",
            )
        )

    def answer(self, case: str, repeat: int, rates: Mapping[str, float], name: str) -> Observation:
        """Equal seeds, sides, cases and repeats have equal answers, whenever they are asked for."""
        drawn = sha256(f"{self.seed} {name} {case} {repeat}".encode()).digest()
        share = int.from_bytes(drawn[:6], "big") / 2**48
        return Observation(
            case_id=case,
            repeat=repeat,
            score=float(share < rates[case]),
            missing=None,
            cluster=case,
            case_digest="as it was",
            tags=self.tags.get(case, ()),
            must_pass=case in self.must_pass,
        )

    def side(self, observations: Sequence[Observation], name: str) -> Side:
        model = self.models[name == "candidate"]
        return replace(side_of(observations, name), model_id=model)

    def design(self) -> Design:
        scores: dict[str, list[float]] | None = None
        if self.old is not None:
            scores = defaultdict(list)
            for o in self.old.observations:
                scores[o.case_id].append(o.score or 0.0)
        return design_of(
            [
                PlannedCase(
                    case_id=case,
                    cluster=case,
                    tags=self.tags.get(case, ()),
                    must_pass=case in self.must_pass,
                )
                for case in self.after
            ],
            bank=scores,
            policy=self.policy,
            seed=self.seed,
            repeats=self.repeats,
        )

    def start(self) -> Evidence:
        return Evidence(
            candidate=self.side((), "candidate"),
            bank=self.old,
            baseline=None if self.bank else self.side((), "baseline"),
            seed=self.seed,
        )

    def run(self) -> Decided:
        design, evidence = self.design(), self.start()
        for _ in range(100):
            step = next_step(evidence, design, self.policy)
            self.steps.append(step)
            if isinstance(step, Decided):
                return step
            evidence = self.asked(step, evidence)
        raise AssertionError("it does not end")

    def asked(self, step: Ask | Confirm | Rerun, evidence: Evidence) -> Evidence:
        if isinstance(step, Ask):
            candidate = self.more(evidence.candidate, step.keys, self.after)
            if evidence.baseline is None:
                return replace(evidence, candidate=candidate)
            return replace(
                evidence, candidate=candidate, baseline=self.more(evidence.baseline, step.keys, self.before)
            )
        held = evidence.confirmation if isinstance(step, Confirm) else evidence.rerun
        before, after = held or (self.side((), "baseline"), self.side((), "candidate"))
        keys = [(case, 100 + k) for case, number in step.repeats.items() for k in range(number)]
        there = {(o.case_id, o.repeat) for o in after.observations}
        keys = [key for key in keys if key not in there]
        both = self.more(before, keys, self.before), self.more(after, keys, self.after)
        if isinstance(step, Confirm):
            return replace(evidence, confirmation=both)
        return replace(evidence, rerun=both)

    def more(self, side: Side, keys: Sequence[Key], rates: Mapping[str, float]) -> Side:
        self.calls += len(keys)
        fresh = [self.answer(case, repeat, rates, side.run_id) for case, repeat in keys]
        return self.side([*side.observations, *fresh], side.run_id)


def cases(*rates: tuple[int, float]) -> dict[str, float]:
    """`(70, 1.0), (30, 0.6)` is a hundred cases, so many with each pass rate."""
    every = [rate for count, rate in rates for _ in range(count)]
    return {f"c{i:03}": rate for i, rate in enumerate(every)}
