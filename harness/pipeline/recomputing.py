"""A stored verdict once more, from the rows it was decided from: bit for bit what it was."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from harness import __version__
from harness.compare.comparison import Comparison, compare
from harness.compare.design import Design, PlannedCase, design_of
from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.errors import StoreError
from harness.gate.judge import judge
from harness.gate.step import Decided, next_step
from harness.gate.verdict import Verdict
from harness.pipeline.background import background_of
from harness.pipeline.comparing import Compared, answers_of, spell_document
from harness.pipeline.regrading import Cases, graded_today, same_graders
from harness.pipeline.sessions import times_of
from harness.settings import Settings
from harness.store.decisions import StoredVerdict
from harness.store.evidence import recompute
from harness.store.read import find_run
from harness.suite.policy import Policy


def recompute_verdict(verdict_id: str, settings: Settings, cases: Cases) -> Compared:
    """Decide again what was decided, and hold it against what was kept. Nothing is asked, and nothing is kept.

    `cases` are what is known of the suite's cases, for answers that were graded anew. Raises UsageError for an id
    that is unknown or of an older version, StoreError where the outcome is not what it was, StoreBusy.
    """
    stored, compared = _again(verdict_id, settings, cases)
    _check(stored, compared)
    return compared


def standing_verdict(verdict_id: str, settings: Settings, cases: Cases) -> Compared:
    """A stored verdict that is given again.

    What was added to its document since (labels, the words of a newer version) does not matter; its status does.
    Raises what `recompute_verdict` raises.
    """
    stored, compared = _again(verdict_id, settings, cases)
    if compared.verdict.status.value != stored.status:
        _check(stored, compared)
    return compared


def _again(verdict_id: str, settings: Settings, cases: Cases) -> tuple[StoredVerdict, Compared]:
    found = recompute(settings.store, verdict_id, graded_today(cases, settings))
    stored, evidence, policy = found.verdict, found.evidence, found.policy
    comparison, verdict = decide_again(evidence, policy, settings, cases)
    baseline = find_run(settings.store, stored.baseline_run)
    candidate = find_run(settings.store, stored.candidate_run)
    compared = Compared(
        baseline=baseline,
        candidate=candidate,
        comparison=comparison,
        verdict=verdict,
        answers=answers_of(settings.store, baseline, candidate),
        rate=settings.rate,
        background=background_of(evidence, settings.store),
        store=settings.store,
    )
    return stored, compared


def decide_again(
    evidence: Evidence, policy: Policy, settings: Settings, cases: Cases
) -> tuple[Comparison, Verdict]:
    """What the gate says of this evidence: with a seed look after look, without one at once."""
    if evidence.seed:
        step = next_step(evidence, design_again(evidence, policy, settings), policy)
        if not isinstance(step, Decided):
            raise StoreError(
                f"run {evidence.candidate.run_id}: its answers in the store decide nothing yet; "
                "`harness rebuild` makes the store again from the journals"
            )
        return step.comparison, step.verdict
    before = cast("Side", evidence.baseline)
    sides = same_graders(before, evidence.candidate, cases, settings)
    comparison = compare(*sides, policy)
    return comparison, judge(comparison, policy)


def design_again(evidence: Evidence, policy: Policy, settings: Settings) -> Design:
    """The design of a gate, from the rows of what it asked: every planned case has one, asked or not."""
    scores: dict[str, list[float]] = {}
    for each in () if evidence.bank is None else evidence.bank.observations:
        if each.score is not None:
            scores.setdefault(each.case_id, []).append(each.score)
    run = find_run(settings.store, evidence.candidate.run_id)
    cases = planned_cases(evidence.candidate, times_of(run))
    if evidence.baseline is not None:  # both were asked: what only one of them has is in no design
        shared = {each.case_id for each in evidence.baseline.observations}
        cases = tuple(case for case in cases if case.case_id in shared)
    return design_of(
        cases,
        bank=None if evidence.bank is None else scores,
        policy=policy,
        seed=evidence.seed,
        repeats=run.repeats,
    )


def planned_cases(side: Side, times: Mapping[str, int]) -> Sequence[PlannedCase]:
    """What a design needs to know of the cases of a side, in order of case id; `times`: how often each was asked."""
    first = {each.case_id: each for each in reversed(side.observations)}
    return tuple(
        PlannedCase(
            case_id=case,
            tags=first[case].tags,
            cluster=first[case].cluster,
            weight=first[case].weight,
            must_pass=first[case].must_pass,
            repeats=times.get(case),
        )
        for case in sorted(first)
        if not first[case].quarantine
    )


def _check(stored: StoredVerdict, compared: Compared) -> None:
    """Raises StoreError with what is not as it was."""
    again = spell_document(compared)
    if again == stored.document:
        return
    then, now = json.loads(stored.document), json.loads(again)
    parts = [name for name in {**then, **now} if then.get(name) != now.get(name)] or ["its spelling"]
    by = "" if stored.harness_version == __version__ else f" (decided by harness {stored.harness_version})"
    raise StoreError(
        f"verdict {stored.verdict_id[:12]}{by} does not come out as it was: {', '.join(parts)}; `harness rebuild` makes "
        "the store again from the journals, and where graders or cases changed since, the files have to be as they were"
    )
