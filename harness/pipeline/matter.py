"""What a gate decides, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from harness.call.ledger import Scope, suite_scope
from harness.compare.design import PlannedCase
from harness.compare.observation import Accounting, Observation, Side
from harness.events import Emit, GateNoted
from harness.pipeline.describing import describe
from harness.pipeline.running import used_of
from harness.pipeline.sessions import BASELINE, CANDIDATE, run_name
from harness.plan import Plan
from harness.record import Purpose, RunInfo
from harness.settings import Settings
from harness.suite.policy import Policy
from harness.units import FREE, Usd
from harness.wiring import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One question to be decided: both sides, the rules, and how to ask."""

    plans: Mapping[str, Plan]
    """By side, the baseline first: every selected case of its suite, as often as the suite says."""
    policy: Policy
    """With the error rate that holds here."""
    terms: Terms
    settings: Settings
    emit: Emit
    again: str
    """The command that asks the same again."""

    @property
    def suite(self) -> str:
        return self.plans[CANDIDATE].suite.name

    @property
    def shared(self) -> tuple[str, ...]:
        """Ids of the cases that both sides have, and that are in no quarantine."""
        there = {case.id for case in self.plans[BASELINE].cases}
        return tuple(
            case.id for case in self.plans[CANDIDATE].cases if case.id in there and case.quarantine is None
        )

    def planned(self, ids: frozenset[str]) -> tuple[PlannedCase, ...]:
        """What a design has to know of these cases, in order of id. Those in quarantine decide nothing."""
        counts = self.plans[CANDIDATE].counts
        return tuple(
            PlannedCase(
                case_id=case.id,
                tags=case.tags,
                cluster=case.cluster,
                weight=case.weight,
                must_pass=case.must_pass,
                repeats=counts[case.id],
            )
            for case in sorted(self.plans[CANDIDATE].cases, key=lambda case: case.id)
            if case.id in ids and case.quarantine is None
        )

    def described(self, plan: Plan, purpose: Purpose, session: str, at: datetime) -> RunInfo:
        """A new run of one side."""
        info = describe(plan, replace(self.terms, purpose=purpose), session=session, at=at)
        return replace(info, run_id=run_name(info.run_id, plan.side))

    def terms_after(self, purpose: Purpose, runs: Mapping[str, list[str]]) -> Terms:
        """The terms of what is asked next. What a suite allows a side is for all its runs of one gate together."""
        used: dict[Scope, Usd] = {}
        for side, ids in runs.items():
            spent = sum((used_of(each, self.settings) for each in ids), FREE)
            used[suite_scope(self.suite, side)] = Usd(spent)
        return replace(self.terms, purpose=purpose, used_by_suite=used)

    def note(self, text: str) -> None:
        """Tell whoever listens."""
        self.emit(GateNoted(suite=self.suite, note=text))


def side_so_far(info: RunInfo, seen: Mapping[tuple[str, int], Observation]) -> Side:
    """What a run has come to while it goes on. Nothing of what it costs is in it."""
    rows = tuple(seen.values())
    answered = sum(each.score is not None for each in rows)
    return Side(
        run_id=info.run_id,
        suite=info.suite,
        label=info.variant,
        observations=rows,
        accounting=Accounting(
            planned=len(rows), answered=answered, degraded=0, failed=len(rows) - answered, skipped=0
        ),
        graders=info.graders,
        cost_usd=None,
        session=info.session,
        mode=info.mode,
        synthetic=info.synthetic,
        model_id=info.model_id,
        prompt_digest=info.prompt_digest,
    )
