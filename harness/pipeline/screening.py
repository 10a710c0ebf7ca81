"""The first part of a gate: every case is asked in waves, and looked at after each, until something is clear."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from harness.compare.arrays import lay_out
from harness.compare.design import Design, design_of
from harness.compare.evidence import Evidence, Key
from harness.compare.observation import Side
from harness.events import Emit, Looked
from harness.gate.ended import how_far
from harness.gate.killing import watch
from harness.gate.screen import stopped_at
from harness.gate.step import Ask, next_step
from harness.pipeline.matter import Matter, side_so_far
from harness.pipeline.regrading import graded_today, known
from harness.pipeline.running import Leg, run_legs
from harness.pipeline.sessions import (
    BASELINE,
    CANDIDATE,
    Session,
    has_holes,
    is_same,
    sessions,
    status_of,
    times_of,
)
from harness.pipeline.steps import Seen, Steps
from harness.pipeline.work import Job
from harness.plan import Plan, replanned
from harness.record import RunInfo
from harness.store.bank import Bank, Wanted, find_bank
from harness.store.bank_rules import key_of
from harness.store.read import read_side
from harness.trial import Trial

_LOOKS_IN_FLIGHT = 40
"""The kill-switch is looked at so often while trials are under way, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The runs of a first part, and how they are looked at."""

    session: str
    design: Design
    infos: Mapping[str, RunInfo]
    """By side: without the baseline where old samples stand for it."""
    plans: Mapping[str, Plan]
    bank: Bank | None
    is_new: bool
    stands: bool
    """Whether nothing of it is asked any more: it was judged, or came to its end."""


def find_screen(matter: Matter, now: datetime) -> Screen | None:
    """The newest first part of the same question, done or not. Raises StoreError, StoreBusy."""
    wanted = {side: matter.described(plan, "screen", "", now) for side, plan in matter.plans.items()}
    for session in sessions(matter.settings, matter.suite):
        candidate = session.candidate
        if candidate.purpose != "screen" or not is_same(candidate, wanted[CANDIDATE], now):
            continue
        found = _again(matter, session, wanted[BASELINE])
        if found is not None:
            return found
    return None


def begin_screen(matter: Matter, now: datetime) -> Screen:
    """A new first part. Says why old samples of the baseline will not do, where that is so."""
    session = secrets.token_hex(8)
    info = matter.described(matter.plans[CANDIDATE], "screen", session, now)
    bank = _bank(matter, now, tell=True)
    design = _design(matter, bank, info.run_id)
    plans = _plans(matter, design)
    infos = {side: matter.described(plan, "screen", session, now) for side, plan in plans.items()}
    infos[CANDIDATE] = replace(infos[CANDIDATE], run_id=info.run_id)
    return Screen(
        session=session, design=design, infos=infos, plans=plans, bank=bank, is_new=True, stands=False
    )


def _again(matter: Matter, session: Session, baseline: RunInfo) -> Screen | None:
    """The screen of an earlier gate, if it is of the same design: then and now the same would be asked."""
    candidate = session.candidate
    if session.baseline is None:
        bank = _bank(matter, candidate.started_at, tell=False)
        if bank is None:
            return None
    elif not is_same(session.baseline, baseline, candidate.started_at):
        return None
    else:
        bank = None
    design = _design(matter, bank, candidate.run_id)
    plans = _plans(matter, design)
    if times_of(candidate) != plans[CANDIDATE].counts:
        return None
    status = status_of(matter.settings, candidate)
    return Screen(
        session=candidate.session,
        design=design,
        infos=session.by_side,
        plans=plans,
        bank=bank,
        is_new=False,
        stands=status in ("PASS", "REGRESSED")
        or (session.is_done and not has_holes(matter.settings, session)),
    )


def _bank(matter: Matter, at: datetime, *, tell: bool) -> Bank | None:
    rules = matter.policy.bank
    if rules is None or matter.terms.mode != "live":
        return None
    plan = matter.plans[BASELINE]
    wanted = Wanted(
        key=key_of(matter.described(plan, "screen", "", at)),
        cases={case.id: case.digest for case in plan.cases},
        shared=frozenset(matter.shared),
    )
    anew = graded_today(known(plan.suite.cases), matter.settings)
    found = find_bank(matter.settings.store, wanted, rules, at, anew)
    if isinstance(found, Bank):
        return found
    if tell:
        matter.note(
            f"both sides are asked, for old samples of the baseline will not do: {'; '.join(found.reasons)}"
        )
    return None


def _design(matter: Matter, bank: Bank | None, seed: str) -> Design:
    ids = [case.id for case in matter.plans[CANDIDATE].cases] if bank else matter.shared
    scores: dict[str, list[float]] = {}
    for each in () if bank is None else bank.side.observations:
        if each.score is not None:
            scores.setdefault(each.case_id, []).append(each.score)
    return design_of(
        matter.planned(frozenset(ids)),
        bank=None if bank is None else scores,
        policy=matter.policy,
        seed=seed,
        repeats=matter.plans[CANDIDATE].repeats,
    )


def _plans(matter: Matter, design: Design) -> dict[str, Plan]:
    """What each side asks at most. Cases that only one of them has are asked once, to be told of."""
    sides = (CANDIDATE,) if design.banked else (BASELINE, CANDIDATE)
    return {
        side: replanned(plan, {case.id: design.repeats.get(case.id, 1) for case in plan.cases})
        for side, plan in matter.plans.items()
        if side in sides
    }


def ask_screen(matter: Matter, screen: Screen) -> None:
    """Ask until a look decides, or go on where it was cut short. Raises what `run_legs` raises."""
    legs = [
        Leg(plan=screen.plans[side], info=info, is_new=screen.is_new) for side, info in screen.infos.items()
    ]

    def course_of(kept: Mapping[str, Job], emit: Emit) -> Steps:
        course = _course(replace(matter, emit=emit), screen)
        course.go_on_from({side: job.kept for side, job in kept.items()})
        return course

    terms = matter.terms_after("screen", {})
    run_legs(legs, course_of, terms, matter.settings, matter.emit, again=matter.again)


def _course(matter: Matter, screen: Screen) -> Steps:
    design, policy = screen.design, matter.policy
    alone = _alone(screen)

    def needs(seen: Seen) -> Sequence[Key]:
        evidence = _so_far(screen, seen)
        step = next_step(evidence, design, policy)
        through = how_far(evidence, design).through
        _tell(matter, screen, through, is_open=isinstance(step, Ask))
        return (*step.keys, *alone) if isinstance(step, Ask) else ()

    def is_over(seen: Seen) -> str | None:
        evidence = _so_far(screen, seen)
        ended = how_far(evidence, design)
        kill = watch(lay_out(evidence, design), ended.through, design, policy)
        return None if stopped_at(kill, ended, policy) is None else f"a catastrophe after {kill.pairs} cases"

    sides = len(screen.infos)
    every = 0 if policy.looks is None else policy.looks.kill_every
    return Steps(
        trials={side: _by_key(plan) for side, plan in screen.plans.items()},
        needs=needs,
        is_over=is_over,
        look_every=every and max(every, -(-len(design.order) // _LOOKS_IN_FLIGHT)) * sides,
    )


def _by_key(plan: Plan) -> dict[Key, Trial]:
    return {trial.key: trial for trial in plan.trials}


def _alone(screen: Screen) -> tuple[Key, ...]:
    """What only one side has: no look waits for it."""
    keys = dict.fromkeys(trial.key for plan in screen.plans.values() for trial in plan.trials)
    return tuple(key for key in keys if key[0] not in screen.design.repeats)


def _so_far(screen: Screen, seen: Seen) -> Evidence:
    sides = {side: side_so_far(info, seen.get(side, {})) for side, info in screen.infos.items()}
    return _evidence(screen, sides)


def _evidence(screen: Screen, sides: Mapping[str, Side]) -> Evidence:
    return Evidence(
        candidate=sides[CANDIDATE],
        baseline=sides.get(BASELINE),
        bank=None if screen.bank is None else screen.bank.side,
        seed=screen.design.seed,
    )


def _tell(matter: Matter, screen: Screen, through: int, *, is_open: bool) -> None:
    looks = screen.design.looks
    taken = sum(look.after <= through for look in looks)
    if taken:
        matter.emit(
            Looked(
                suite=matter.suite,
                run_id=screen.infos[CANDIDATE].run_id,
                look=taken,
                looks=len(looks),
                answers=through * len(screen.infos),
                decided=not is_open,
            )
        )


def screened(matter: Matter, screen: Screen) -> Evidence:
    """What the first part came to, from the store; of one that goes on, only what has its answer."""
    sides = {side: read_side(matter.settings.store, info.run_id) for side, info in screen.infos.items()}
    return _evidence(screen, sides)
