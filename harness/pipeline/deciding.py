"""A gate that decides step by step: it looks, asks what the next step needs, and has a regression shown again.

What decides is pure (`harness.gate.step`); here are the runs it needs. They are found again when the same is asked once
more, so nothing is paid for twice, and a gate that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harness.clock import SystemClock
from harness.compare.evidence import Evidence
from harness.errors import StoreError
from harness.gate.step import Ask, Confirm, Decided, Rerun, Step, next_step
from harness.pipeline.afresh import (
    Afresh,
    Part,
    ask_afresh,
    begin_afresh,
    find_afresh,
    part_of,
    read_afresh,
    with_part,
)
from harness.pipeline.matter import Matter
from harness.pipeline.screening import Screen, ask_screen, begin_screen, find_screen, screened
from harness.pipeline.sessions import BASELINE, CANDIDATE
from harness.record import RunInfo
from harness.suite.policy import Policy

CanAsk = Callable[[Afresh], bool]
"""Whether the trials of a later part can be asked at all; a replay has only what was recorded."""


@dataclass(slots=True, kw_only=True)
class Decision:
    """What a gate came to, and all the runs it is decided from."""

    screen: Screen
    evidence: Evidence
    step: Decided
    policy: Policy
    """The rules that were used: without those for which nothing could be asked."""
    parts: tuple[Afresh, ...]
    has_asked: bool
    """Whether anything was asked in this command."""

    @property
    def candidate(self) -> RunInfo:
        return self.screen.infos[CANDIDATE]

    @property
    def fresh_baselines(self) -> tuple[RunInfo, ...]:
        """Runs that asked the baseline beside the candidate."""
        first = (self.screen.infos[BASELINE],) if BASELINE in self.screen.infos else ()
        return (*first, *(part.infos[BASELINE] for part in self.parts))


def decide(matter: Matter, *, fresh: bool) -> Decision:
    """Ask until it is decided. `fresh`: nothing of an earlier gate is used.

    Raises what `run_legs` raises, StoreError, StoreBusy.
    """
    now = SystemClock().now()
    found = None if fresh else find_screen(matter, now)
    screen = begin_screen(matter, now) if found is None else found
    if not screen.stands:
        ask_screen(matter, screen)
    driver = _Driver(matter=matter, can_ask=lambda _part: True, screen=screen, has_asked=not screen.stands)
    return driver.go(screened(matter, screen))


def go_on(matter: Matter, screen: Screen, evidence: Evidence, can_ask: CanAsk) -> Decision:
    """Decide from a first part that is there, with what can be asked afresh. Raises what `decide` raises."""
    return _Driver(matter=matter, can_ask=can_ask, screen=screen, has_asked=False).go(evidence)


@dataclass(slots=True, kw_only=True)
class _Driver:
    matter: Matter
    can_ask: CanAsk
    screen: Screen
    has_asked: bool
    parts: dict[Part, Afresh] = field(default_factory=dict[Part, Afresh])
    asked: set[Part] = field(default_factory=set[Part])
    """Those of the parts that were asked in this command."""

    def go(self, evidence: Evidence) -> Decision:
        while True:
            step = next_step(evidence, self.screen.design, self.matter.policy)
            match step:
                case Decided():
                    return self._decided(evidence, step)
                case Ask():
                    evidence = self._asked_more()
                case Confirm() | Rerun():
                    evidence = self._asked_afresh(evidence, step)

    def _decided(self, evidence: Evidence, step: Decided) -> Decision:
        return Decision(
            screen=self.screen,
            evidence=evidence,
            step=step,
            policy=self.matter.policy,
            parts=tuple(self.parts.values()),
            has_asked=self.has_asked,
        )

    def _asked_more(self) -> Evidence:
        """A screen that came to its end under other rules may need more under these."""
        if not self.screen.stands:
            raise StoreError(
                f"run {self.screen.infos[CANDIDATE].run_id} was asked to its end, and decides nothing"
            )
        self.screen = replace(self.screen, stands=False)
        ask_screen(self.matter, self.screen)
        self.has_asked = True
        return screened(self.matter, self.screen)

    def _asked_afresh(self, evidence: Evidence, step: Confirm | Rerun) -> Evidence:
        """What is there is read first; what it lacks is asked once, and has a row then, with an answer or a reason."""
        part = part_of(step)
        afresh = self.parts.get(part)
        if afresh is None:
            afresh = find_afresh(self.matter, self.screen, step)
            if afresh is None:
                afresh = begin_afresh(
                    self.matter, self.screen, step, self._first_repeat(), SystemClock().now()
                )
                if not self.can_ask(afresh):
                    return self._without(part, evidence)
            self.parts[part] = afresh
            if afresh.is_done:
                return with_part(evidence, part, read_afresh(self.matter, afresh))
        if part in self.asked:
            raise StoreError(
                f"run {afresh.infos[CANDIDATE].run_id} was asked to its end, and lacks answers all the same"
            )
        self.asked.add(part)
        self._announce(step, afresh)
        ask_afresh(self.matter, self.screen, afresh, evidence, self._runs(besides=part))
        self.has_asked = True
        return with_part(evidence, part, read_afresh(self.matter, afresh))

    def _without(self, part: Part, evidence: Evidence) -> Evidence:
        rules = self.matter.policy
        changed = replace(rules, confirm=None) if part == "confirm" else replace(rules, rerun=None)
        self.matter = replace(self.matter, policy=changed)
        return evidence

    def _first_repeat(self) -> int:
        runs = (
            *self.screen.infos.values(),
            *(each for part in self.parts.values() for each in part.infos.values()),
        )
        most = max(self.screen.design.repeats.values())
        return 1 + max(most, *(info.first_repeat + info.repeats - 1 for info in runs))

    def _runs(self, *, besides: Part) -> dict[str, list[str]]:
        """What the gate has made so far, by side."""
        runs: dict[str, list[str]] = {BASELINE: [], CANDIDATE: []}
        told = [self.screen.infos, *(part.infos for name, part in self.parts.items() if name != besides)]
        for infos in told:
            for side, info in infos.items():
                runs[side].append(info.run_id)
        return runs

    def _announce(self, step: Step, afresh: Afresh) -> None:
        answers = sum(len(plan.trials) for plan in afresh.plans.values())
        if isinstance(step, Confirm):
            what = ", ".join(step.hypotheses)
            self.matter.note(f"{what} looks worse: confirming on {answers} fresh answers of both sides")
        elif isinstance(step, Rerun):
            cases = ", ".join(sorted(step.repeats))
            self.matter.note(f"single cases look broken ({cases}): asking them again on both sides")
