"""One question, from how often it was asked before to a verdict that is kept, and what that leaves in the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from harness.clock import SystemClock
from harness.compare.design import design_of
from harness.compare.evidence import Evidence
from harness.gate.verdict import Status
from harness.pipeline.afresh import Afresh
from harness.pipeline.background import background_of
from harness.pipeline.comparing import Compared, answers_of, keep_verdict
from harness.pipeline.deciding import Decision, decide, go_on
from harness.pipeline.matter import Matter
from harness.pipeline.recomputing import standing_verdict
from harness.pipeline.recorded import are_recorded
from harness.pipeline.regrading import Cases
from harness.pipeline.screening import Screen, find_screen
from harness.pipeline.sessions import BASELINE, CANDIDATE, OLDEST
from harness.record import RunInfo
from harness.store.bank import join, mark_stale
from harness.store.bank_rules import key_of
from harness.store.questions import Asked, Stands, alpha_left, earlier_tries, question_digest
from harness.store.read import read_side
from harness.suite.forms.prompts import text_digest


def settle(matter: Matter, cases: Cases, *, fresh: bool) -> Compared:
    """Ask what is needed, decide, and keep the verdict. `fresh`: ask again, as far as a question may be asked again.

    What regressed stays so: such a verdict is given again, and nothing is asked. Any other question that is asked
    again has half the error rate each time (`harness.store.questions`). Raises what `decide` raises.
    """
    now = SystemClock().now()
    found = None if fresh else find_screen(matter, now)
    asked = _asked(matter, now)
    tries = earlier_tries(
        matter.settings.store,
        asked,
        now=now,
        days=OLDEST.days,
        besides="" if found is None else found.infos[CANDIDATE].run_id,
    )
    left = alpha_left(tries, matter.policy.alpha)
    if isinstance(left, Stands):
        matter.note(
            f"this candidate was judged REGRESSED on {left.by.decided_at:%Y-%m-%d}, and asking again cannot change that; "
            "nothing is asked: change the candidate"
        )
        return standing_verdict(left.by.verdict_id, matter.settings, cases)
    if left.tries:
        again = f"asked {left.tries} time{'s' * (left.tries > 1)} before"
        matter.note(f"{again}, so the error rate is {100 * left.alpha:.3g} % this time")
        matter = replace(matter, policy=replace(matter.policy, alpha=left.alpha))
    decision = decide(matter, fresh=fresh)
    compared = _compared(matter, decision)
    bank = decision.screen.bank
    keep_verdict(
        compared,
        matter.settings,
        decision.evidence,
        left_out=() if bank is None else bank.left_out,
        question=asked.digest,
    )
    _refresh_bank(matter, decision)
    return compared


def _asked(matter: Matter, now: datetime) -> Asked:
    """The question. A prompt is what it says: one more name for the same text asks nothing new."""
    keys = {
        side: replace(
            key_of(matter.described(plan, "screen", "", now)), prompt_digest=text_digest(plan.variant.prompt)
        )
        for side, plan in matter.plans.items()
    }
    return Asked(
        digest=question_digest(keys[CANDIDATE], keys[BASELINE]),
        cases={case.id: case.digest for case in matter.plans[CANDIDATE].cases},
        policy=matter.policy,
    )


def _compared(matter: Matter, decision: Decision) -> Compared:
    bank = decision.screen.bank
    baseline = decision.screen.infos[BASELINE] if bank is None else bank.members[-1].info
    return Compared(
        baseline=baseline,
        candidate=decision.candidate,
        comparison=decision.step.comparison,
        verdict=decision.step.verdict,
        answers=answers_of(matter.settings.store, baseline, decision.candidate),
        rate=matter.settings.rate,
        background=background_of(decision.evidence, matter.settings.store),
        store=matter.settings.store,
    )


def _refresh_bank(matter: Matter, decision: Decision) -> None:
    """What was asked of the baseline comes into the bank; where it shows that the old samples lie, those leave first."""
    verdict, bank = decision.step.verdict, decision.screen.bank
    if not decision.has_asked or verdict.status is Status.NOT_MEASURED:
        return
    store, now = matter.settings.store, SystemClock().now()
    if bank is not None and verdict.bank is not None and verdict.bank.stale:
        moved = 100 * verdict.bank.difference
        why = f"fresh answers of the baseline differ by {moved:+.1f} points (p {verdict.bank.p:.2g})"
        mark_stale(store, bank.key, why, now)
        matter.note(f"old samples of the baseline are stale, and left the bank: {why}")
    for info in decision.fresh_baselines:
        if info.purpose in ("screen", "confirm"):
            join(store, [info], info.purpose, now)


def confirmed_offline(matter: Matter, baseline: RunInfo, candidate: RunInfo) -> Compared | None:
    """The verdict of two replayed runs with the fresh answers that were recorded; None where none are needed, or there.

    Raises what `decide` raises.
    """
    design = design_of(
        matter.planned(frozenset(matter.shared)),
        bank=None,
        policy=matter.policy,
        seed=f"{candidate.suite_digest} {baseline.prompt_digest} {candidate.prompt_digest}",
        repeats=matter.plans[CANDIDATE].repeats,
    )
    screen = Screen(
        session=candidate.session,
        design=design,
        infos={BASELINE: baseline, CANDIDATE: candidate},
        plans=matter.plans,
        bank=None,
        is_new=False,
        stands=True,
    )
    store = matter.settings.store
    evidence = Evidence(
        candidate=read_side(store, candidate.run_id),
        baseline=read_side(store, baseline.run_id),
        seed=design.seed,
    )
    decision = go_on(matter, screen, evidence, can_ask=lambda part: _is_recorded(matter, part))
    if not decision.parts:
        return None
    compared = _compared(matter, decision)
    keep_verdict(compared, matter.settings, decision.evidence)
    return compared


def _is_recorded(matter: Matter, part: Afresh) -> bool:
    trials = [trial for plan in part.plans.values() for trial in plan.trials]
    return are_recorded(matter.settings, trials)
