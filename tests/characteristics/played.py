"""One question put to the live gate, as the pipeline puts it: ask what it asks for, until it decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from harness.compare.design import design_of
from harness.compare.evidence import Evidence
from harness.compare.observation import Observation, Side
from harness.gate.step import Ask, Confirm, Decided, Rerun, next_step
from harness.gate.verdict import Verdict
from harness.suite.policy import Policy
from tests.characteristics.mixtures import Draw
from tests.characteristics.replies import Hits, answers, asked, draw_hits, fresh, planned, side
from tests.characteristics.worlds import Chance

POLICY = Policy(cost_margin=None, latency_margin=None)
BANK = 10
"""Old samples of every case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of one question."""

    verdict: Verdict
    flagged: tuple[str, ...]
    """What was to be confirmed: rules by name."""
    suspects: tuple[str, ...]
    """Cases that were asked again."""
    calls: Counter[str]
    """Fresh answers of both sides, by what they were for: `screen`, `confirm`, `rerun`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suite:
    """One drawn suite: what is likely, and the first replies of both sides, which every gate is shown."""

    chance: Chance
    baseline: Hits
    candidate: Hits


def draw_suite(draw: Draw, chance: Chance, repeats: int) -> Suite:
    return Suite(
        chance=chance,
        baseline=draw_hits(draw, chance.baseline, repeats),
        candidate=draw_hits(draw, chance.candidate, repeats),
    )


class Gate:
    """A live gate in front of drawn replies."""

    def __init__(self, draw: Draw, suite: Suite, policy: Policy = POLICY, *, banked: bool = True) -> None:
        self._draw, self._suite, self._policy, self._banked = draw, suite, policy, banked
        self._flagged: list[str] = []
        self._suspects: set[str] = set()
        self._calls = Counter[str]()
        self._model = "another-model" if suite.chance.other_model else "a-model"

    def play(self, seed: str, repeats: int = 3, *, at_once: bool = False) -> Played:
        """Ask until it is decided. Without a bank both sides are asked, `repeats` times.

        `at_once`: everything that was planned is there before the first look. The verdict is the same, as the
        first look that decides counts (a test says so), and so are the calls it needed; it takes less time.
        """
        n = len(self._suite.candidate)
        old = answers(draw_hits(self._draw, self._suite.chance.bank, BANK)) if self._banked else []
        design = design_of(
            planned(n),
            bank=_scores(old) if self._banked else None,
            policy=self._policy,
            seed=seed,
            repeats=repeats,
        )
        after, before = self._suite.candidate, self._suite.baseline
        first = design.order if at_once else ()
        evidence = Evidence(
            candidate=side("candidate", asked(after, first), self._model),
            bank=side("bank", old) if self._banked else None,
            baseline=None if self._banked else side("baseline", asked(before, first)),
            seed=seed,
        )
        while True:
            match next_step(evidence, design, self._policy):
                case Ask(keys=keys):
                    candidate = _more(evidence.candidate, asked(after, keys))
                    baseline = evidence.baseline and _more(evidence.baseline, asked(before, keys))
                    evidence = replace(evidence, candidate=candidate, baseline=baseline)
                    self._calls["screen"] += len(keys) * (1 if self._banked else 2)
                case Confirm(repeats=wanted, hypotheses=rules):
                    self._flagged.extend(rules)
                    evidence = replace(evidence, confirmation=self._both("confirm", wanted))
                case Rerun(repeats=wanted):
                    self._suspects.update(wanted)
                    evidence = replace(evidence, rerun=self._again(evidence, wanted))
                case Decided(verdict=verdict):
                    if at_once and verdict.sequential is not None:
                        self._calls["screen"] = verdict.sequential.asked
                    return Played(
                        verdict=verdict,
                        flagged=tuple(self._flagged),
                        suspects=tuple(sorted(self._suspects)),
                        calls=self._calls,
                    )
                case other:
                    assert_never(other)

    def _both(self, why: str, wanted: Mapping[str, int]) -> tuple[Side, Side]:
        before = fresh(self._draw, self._suite.chance.baseline, wanted)
        after = fresh(self._draw, self._suite.chance.candidate, wanted)
        self._calls[why] += len(before) + len(after)
        return side("baseline, again", before), side("candidate, again", after, self._model)

    def _again(self, evidence: Evidence, wanted: Mapping[str, int]) -> tuple[Side, Side]:
        """Reruns are counted together: only what is not there yet is asked."""
        if evidence.rerun is None:
            return self._both("rerun", wanted)
        had = _scores(list(evidence.rerun[0].observations))
        more = self._both("rerun", {case: many - len(had.get(case, ())) for case, many in wanted.items()})
        return (
            _more(evidence.rerun[0], _renumbered(more[0], had)),
            _more(evidence.rerun[1], _renumbered(more[1], had)),
        )


def _renumbered(new: Side, had: Mapping[str, list[float]]) -> list[Observation]:
    return [replace(o, repeat=o.repeat + len(had.get(o.case_id, ()))) for o in new.observations]


def _more(whole: Side, observations: list[Observation]) -> Side:
    return side(whole.run_id, (*whole.observations, *observations), whole.model_id)


def _scores(observations: list[Observation]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for each in observations:
        if each.score is not None:
            found.setdefault(each.case_id, []).append(each.score)
    return found
