"""The later parts of a gate: both sides are asked afresh, in turns, about what a first look found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from harness.compare.allocation import drawn
from harness.compare.evidence import Evidence, Key
from harness.compare.observation import Side
from harness.events import Emit
from harness.gate.step import Confirm, Rerun, next_step
from harness.pipeline.matter import Matter, side_so_far
from harness.pipeline.running import Leg, run_legs
from harness.pipeline.screening import Screen
from harness.pipeline.sessions import BASELINE, CANDIDATE, Session, has_holes, name_of, sessions, times_of
from harness.pipeline.steps import Seen, Steps
from harness.pipeline.work import Job
from harness.plan import Plan, replanned
from harness.record import RunInfo
from harness.store.read import read_side
from harness.trial import Trial

Part = Literal["confirm", "rerun"]
AGAIN = "+"
"""Between the session of a part and the number of those before it that did not plan enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Afresh:
    """The runs of a later part."""

    part: Part
    infos: Mapping[str, RunInfo]
    plans: Mapping[str, Plan]
    is_new: bool
    is_done: bool


def part_of(step: Confirm | Rerun) -> Part:
    """How a step is called where runs are named."""
    return "confirm" if isinstance(step, Confirm) else "rerun"


def find_afresh(matter: Matter, screen: Screen, step: Confirm | Rerun) -> Afresh | None:
    """What an earlier gate asked in this part of the same session, not done while some of it has no answer.

    The newest that plans all of the step: by other rules, or at another error rate, a gate may have needed less.
    """
    part, most = part_of(step), _most(matter, step)
    for session in _of_part(matter, screen, part):
        infos = session.by_side
        if session.baseline is not None and all(_plans(info, most) for info in infos.values()):
            plans = {
                side: replanned(matter.plans[side], times_of(info), first=info.first_repeat)
                for side, info in infos.items()
            }
            is_done = session.is_done and not has_holes(matter.settings, session)
            return Afresh(part=part, infos=infos, plans=plans, is_new=False, is_done=is_done)
    return None


def _of_part(matter: Matter, screen: Screen, part: Part) -> list[Session]:
    name = name_of(screen.session, part)
    found = sessions(matter.settings, matter.suite)
    return [each for each in found if each.candidate.session.partition(AGAIN)[0] == name]


def _plans(info: RunInfo, most: Mapping[str, int]) -> bool:
    times = times_of(info)
    return all(times.get(case, 0) >= number for case, number in most.items())


def _most(matter: Matter, step: Confirm | Rerun) -> dict[str, int]:
    """How often each case may be asked in the end."""
    most = dict(step.repeats)
    if isinstance(step, Rerun) and matter.policy.rerun is not None:
        return dict.fromkeys(most, max(matter.policy.rerun.repeats, *most.values()))
    return most


def begin_afresh(matter: Matter, screen: Screen, step: Confirm | Rerun, first: int, now: datetime) -> Afresh:
    """A new part. Its repeats are numbered from `first`, so that a replay finds their own recordings."""
    part, most = part_of(step), _most(matter, step)
    plans = {side: replanned(plan, most, first=first) for side, plan in matter.plans.items()}
    before = len(_of_part(matter, screen, part))
    name = name_of(screen.session, part) + (f"{AGAIN}{before}" if before else "")
    infos = {side: matter.described(plan, part, name, now) for side, plan in plans.items()}
    return Afresh(part=part, infos=infos, plans=plans, is_new=True, is_done=False)


def ask_afresh(
    matter: Matter, screen: Screen, afresh: Afresh, evidence: Evidence, runs: Mapping[str, list[str]]
) -> None:
    """Ask what the step needs of both sides, and no more. `runs` are those the gate has made before, by side."""
    legs = [
        Leg(plan=afresh.plans[side], info=info, is_new=afresh.is_new) for side, info in afresh.infos.items()
    ]

    def course_of(kept: Mapping[str, Job], _emit: Emit) -> Steps:
        course = _course(matter, screen, afresh, evidence)
        course.go_on_from({side: job.kept for side, job in kept.items()})
        return course

    terms = matter.terms_after(afresh.part, runs)
    run_legs(legs, course_of, terms, matter.settings, matter.emit, again=matter.again)


def _course(matter: Matter, screen: Screen, afresh: Afresh, evidence: Evidence) -> Steps:
    trials = {side: {trial.key: trial for trial in plan.trials} for side, plan in afresh.plans.items()}

    def needs(seen: Seen) -> Sequence[Key]:
        sides = [side_so_far(afresh.infos[side], seen.get(side, {})) for side in (BASELINE, CANDIDATE)]
        step = next_step(with_part(evidence, afresh.part, (sides[0], sides[1])), screen.design, matter.policy)
        if not isinstance(step, Confirm | Rerun) or part_of(step) != afresh.part:
            return ()
        return _keys(step.repeats, trials, screen.design.seed)

    return Steps(trials=trials, needs=needs)


def _keys(repeats: Mapping[str, int], trials: Mapping[str, Mapping[Key, Trial]], seed: str) -> list[Key]:
    """So many of each case, wave by wave, in an order that only the seed decides."""
    planned = sorted({key for each in trials.values() for key in each})
    first = min((repeat for _, repeat in planned), default=1)
    wanted = [(case, k) for case, k in planned if k - first < repeats.get(case, 0)]
    return sorted(wanted, key=lambda key: (key[1], drawn(seed, *key)))


def with_part(evidence: Evidence, part: Part, sides: tuple[Side, Side]) -> Evidence:
    """The evidence with what a later part brought."""
    if part == "confirm":
        return replace(evidence, confirmation=sides)
    return replace(evidence, rerun=sides)


def read_afresh(matter: Matter, afresh: Afresh) -> tuple[Side, Side]:
    """What a part came to, from the store."""
    store = matter.settings.store
    return (
        read_side(store, afresh.infos[BASELINE].run_id),
        read_side(store, afresh.infos[CANDIDATE].run_id),
    )
