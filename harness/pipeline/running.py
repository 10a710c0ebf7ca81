"""Plans to recorded runs: asks, keeps a journal of every run, and puts it into the store."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from harness.call.ledger import Scope, suite_scope
from harness.clock import Clock, SystemClock
from harness.errors import UsageError
from harness.events import Emit, nobody
from harness.pipeline.announcing import Money
from harness.pipeline.describing import check_unchanged, describe
from harness.pipeline.observing import observed
from harness.pipeline.recorded import check_recordings
from harness.pipeline.stopping import End
from harness.pipeline.work import Course, Desk, Job, Straight, work
from harness.plan import Plan, interleave
from harness.record import RunInfo, awaits_grades
from harness.settings import Settings
from harness.store.ingest import ingest
from harness.store.journal import Tools, journal_path, resume_journal, start_journal, tools
from harness.store.past import Journal, read_journal
from harness.store.read import find_run
from harness.units import FREE, Usd
from harness.wiring import Terms, open_line, redactor


def run_plans(
    plans: Sequence[Plan], terms: Terms, settings: Settings, emit: Emit = nobody
) -> tuple[RunInfo, ...]:
    """Make one run per plan, interleaved with each other, and store them. In the order of the plans.

    The plans must differ in the side of their trials (`make_plan(side=...)`) if there are several. Raises
    UsageError before anything is sent, StoreError, and Interrupted when the user stopped it; what was
    finished by then is in the journals and in the store.
    """
    if terms.ladder and any(plan.side for plan in plans):
        raise UsageError("runs that are compared with each other must not take anything instead of an answer")
    clock = SystemClock()
    session = secrets.token_hex(8)
    terms = replace(terms, suites=_suite_caps(plans))
    if terms.mode == "replay":
        check_recordings(settings, [trial for plan in plans for trial in plan.trials])
    infos = tuple(describe(plan, terms, session=session, at=clock.now()) for plan in plans)
    with contextlib.ExitStack() as opened:
        heard = opened.enter_context(observed(settings, clock, emit, terms=terms))

        def open_jobs() -> Mapping[str, Job]:
            return start_jobs(plans, infos, settings.runs, _tools(settings, clock), opened)

        desk = _desk(plans, terms, settings, clock, heard)
        asyncio.run(work(Straight(trials=list(interleave(plans))), open_jobs, desk))
    return tuple(find_run(settings.store, info.run_id) for info in infos)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One side of what is asked together: its plan, and the run it makes."""

    plan: Plan
    info: RunInfo
    is_new: bool
    """Whether the run begins; otherwise it is taken up again."""


def run_legs(
    legs: Sequence[Leg],
    course_of: Callable[[Mapping[str, Job], Emit], Course],
    terms: Terms,
    settings: Settings,
    emit: Emit = nobody,
    *,
    again: str,
) -> None:
    """Ask what a course says of all legs, interleaved, and store their runs. `again` is the command to go on with.

    The course is told the jobs of the legs that are taken up again, with what is kept of them, and where its events
    go, so that they come into the logs of the runs. Raises what
    `run_plans` and `take_up` raise.
    """
    clock = SystemClock()
    use = _tools(settings, clock)
    new = [leg for leg in legs if leg.is_new]
    caps = _suite_caps([leg.plan for leg in new])
    terms = replace(terms, suites={**terms.suites, **caps})
    if terms.mode == "replay":
        check_recordings(settings, [trial for leg in legs for trial in leg.plan.trials])
    with contextlib.ExitStack() as opened:
        kept: dict[str, Job] = {}
        for leg in (each for each in legs if not each.is_new):
            job, terms = take_up(leg.info.run_id, leg.plan, terms, settings.runs, use)
            opened.callback(job.journal.close)
            kept[leg.plan.side] = job
        heard = opened.enter_context(observed(settings, clock, emit, terms=terms, resumed=not new))

        def open_jobs() -> Mapping[str, Job]:
            begun = start_jobs(
                [leg.plan for leg in new], [leg.info for leg in new], settings.runs, use, opened
            )
            return {**kept, **begun}

        desk = replace(_desk([leg.plan for leg in legs], terms, settings, clock, heard), again=again)
        asyncio.run(work(course_of(kept, heard), open_jobs, desk))


def used_of(run_id: str, settings: Settings) -> Usd:
    """What a run has used so far: proved, uncertain and never settled. Raises StoreError."""
    past = read_journal(journal_path(settings.runs, run_id))
    return Usd(sum(_used(past).values(), Decimal(0)))


def resume_run(run_id: str, plan: Plan, terms: Terms, settings: Settings, emit: Emit = nobody) -> RunInfo:
    """Go on with a run that was cut short: ask what has no answer yet, and nothing twice.

    `plan` must be what the run was planned as; raises UsageError that lists what changed since, StoreBusy
    when another process works on it, and what `run_plans` raises.
    """
    clock = SystemClock()
    job, terms = take_up(run_id, plan, terms, settings.runs, _tools(settings, clock))
    with contextlib.closing(job.journal), observed(settings, clock, emit, terms=terms, resumed=True) as heard:
        desk = _desk([plan], terms, settings, clock, heard)
        asyncio.run(work(Straight(trials=job.trials), lambda: {plan.side: job}, desk))
    return find_run(settings.store, job.journal.info.run_id)


def start_jobs(
    plans: Sequence[Plan], infos: Sequence[RunInfo], runs: Path, use: Tools, opened: contextlib.ExitStack
) -> Mapping[str, Job]:
    """A new journal for each plan, by side; `opened` closes them. Raises UsageError, StoreError."""
    jobs: dict[str, Job] = {}
    for plan, info in zip(plans, infos, strict=True):
        journal = start_journal(runs, info, use)
        opened.callback(journal.close)
        jobs[plan.side] = Job(trials=plan.trials, journal=journal)
    return jobs


def take_up(run_id: str, plan: Plan, terms: Terms, runs: Path, use: Tools) -> tuple[Job, Terms]:
    """What is left to do of an earlier run, and the terms with what it has used. Close the job's journal.

    Raises UsageError that lists what changed since, StoreBusy, StoreError.
    """
    journal, past = resume_journal(runs, run_id, use)
    try:
        check_unchanged(past.info, plan, terms)
    except UsageError:
        journal.close()
        raise
    cases = set(past.info.case_ids)
    wanted = tuple(
        trial for trial in plan.trials if trial.case.id in cases and trial.key not in past.finished
    )
    held = {each.key: each for each in past.records if awaits_grades(each)}
    return Job(trials=wanted, journal=journal, kept=past.records, held=held), _used_up(terms, plan, past)


def _used_up(terms: Terms, plan: Plan, past: Journal) -> Terms:
    """The terms, where `past` has used a part of what they allow."""
    by_model = _used(past)
    used = Usd(sum(by_model.values(), Decimal(0)))
    caps = _suite_caps([plan])
    models = dict(terms.used_by_model)
    for model, amount in by_model.items():
        models[model] = Usd(models.get(model, FREE) + amount)
    return replace(
        terms,
        suites={**terms.suites, **caps},
        used=Usd(terms.used + used),
        used_by_suite={**terms.used_by_suite, **dict.fromkeys(caps, used)},
        used_by_model=models,
    )


def _desk(plans: Sequence[Plan], terms: Terms, settings: Settings, clock: Clock, emit: Emit) -> Desk:
    pins = {pin.id: pin for plan in plans for pin in (*plan.pins, *plan.judge_pins)}
    return Desk(
        clock=clock,
        at_once=settings.at_once,
        open_line=lambda heard, noted: open_line(settings, terms, pins, heard, clock, noted),
        publish=lambda path: ingest(settings.store, read_journal(path)),
        emit=emit,
        money=_money(plans, terms, settings),
        end=_end(terms, settings),
    )


def _end(terms: Terms, settings: Settings) -> End | None:
    length = settings.run_deadline if terms.deadline is None else terms.deadline
    return None if length is None else End(length=length, tab=terms.tab)


def _money(plans: Sequence[Plan], terms: Terms, settings: Settings) -> Money:
    """What there is for the whole command; the caps of the suites together where that is all there is."""
    together = Usd(sum(terms.suites.values(), Decimal(0))) if len(terms.suites) == len(plans) else None
    caps = (terms.budget, settings.budgets.run, together)
    budget = next((cap for cap in caps if cap is not None), None)
    used = terms.used if budget is together else Usd(terms.used + terms.tab.used)
    return Money(budget=budget, used=used)


def _used(past: Journal) -> Mapping[str, Usd]:
    """What a run has used so far, by model: proved, uncertain and never settled."""
    used: defaultdict[str, Usd] = defaultdict(lambda: FREE)
    for settled in past.settled:
        used[settled.model] = Usd(used[settled.model] + settled.cost + settled.uncertain)
    for reserved in past.open:
        used[reserved.model] = Usd(used[reserved.model] + reserved.amount)
    return dict(used)


def _suite_caps(plans: Sequence[Plan]) -> Mapping[Scope, Usd]:
    """What each run may spend by its suite's `budget_usd`."""
    caps = ((suite_scope(plan.suite.name, plan.side), plan.suite.budget) for plan in plans)
    return {scope: cap for scope, cap in caps if cap is not None}


def _tools(settings: Settings, clock: Clock) -> Tools:
    return tools(redactor(settings).redact_text, clock=clock)
