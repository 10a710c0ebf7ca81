"""Plans to recorded runs: asks, keeps a journal of every run, and puts it into the store."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from harness import __version__
from harness.attempt_log import AttemptLog
from harness.call.canonical import canonical, digest
from harness.clock import Clock, SystemClock
from harness.errors import Interrupted, UsageError
from harness.events import Emit, Event, Reserved, Settled, nobody
from harness.grade.grading import grade
from harness.grade.table import grader_versions
from harness.plan import Plan, interleave
from harness.record import Record, RunInfo
from harness.run import Setup, Stop, run
from harness.settings import Settings
from harness.store.ingest import ingest
from harness.store.journal import JournalWriter, Tools, resume_journal, start_journal, tools
from harness.store.past import Journal, read_journal
from harness.store.read import find_run
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion
from harness.trial import Trial
from harness.units import Usd
from harness.wiring import Terms, check_recordings, open_line, price_row_of, redactor

_UNDER_WAY_PER_SLOT = 4
"""Trials that wait for a retry hold no slot, so more are under way than there are slots."""
_DRAIN_S = 5.0
"""How long calls that are under way may go on after an interrupt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run to be made: its trials, and the journal they go to."""

    trials: tuple[Trial, ...]
    journal: JournalWriter


def run_plans(
    plans: Sequence[Plan], terms: Terms, settings: Settings, emit: Emit = nobody
) -> tuple[RunInfo, ...]:
    """Make one run per plan, interleaved with each other, and store them. In the order of the plans.

    The plans must differ in the side of their trials (`make_plan(side=...)`) if there are several. Raises
    UsageError before anything is sent, StoreError, and Interrupted when the user stopped it; what was
    finished by then is in the journals and in the store.
    """
    clock = SystemClock()
    session = secrets.token_hex(8)
    pins = {plan.variant.model.id: plan.variant.model for plan in plans}
    if terms.mode == "replay":
        check_recordings(settings, [trial for plan in plans for trial in plan.trials])
    infos = tuple(describe(plan, terms, session=session, at=clock.now()) for plan in plans)
    with contextlib.ExitStack() as opened:

        def open_jobs() -> dict[str, Job]:
            jobs: dict[str, Job] = {}
            for plan, info in zip(plans, infos, strict=True):
                journal = start_journal(settings.runs, info, _tools(settings, clock))
                opened.callback(journal.close)
                jobs[_side(plan)] = Job(trials=plan.trials, journal=journal)
            return jobs

        asyncio.run(_work(list(interleave(plans)), open_jobs, pins, Desk(terms, settings, clock, emit)))
    return tuple(find_run(settings.store, info.run_id) for info in infos)


def resume_run(run_id: str, plan: Plan, terms: Terms, settings: Settings, emit: Emit = nobody) -> RunInfo:
    """Go on with a run that was cut short: ask what has no answer yet, and nothing twice.

    `plan` must be what the run was planned as; raises UsageError that lists what changed since, StoreBusy
    when another process works on it, and what `run_plans` raises.
    """
    clock = SystemClock()
    journal, past = resume_journal(settings.runs, run_id, _tools(settings, clock))
    with contextlib.closing(journal):
        _check_unchanged(past.info, plan, terms)
        cases = set(past.info.case_ids)
        wanted = tuple(
            trial for trial in plan.trials if trial.case.id in cases and trial.key not in past.finished
        )
        terms = replace(terms, used=_used(past))
        pins = {plan.variant.model.id: plan.variant.model}
        jobs = {_side(plan): Job(trials=wanted, journal=journal)}
        asyncio.run(_work(wanted, lambda: jobs, pins, Desk(terms, settings, clock, emit)))
    return find_run(settings.store, past.info.run_id)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all runs that are made together share."""

    terms: Terms
    settings: Settings
    clock: Clock
    emit: Emit


async def _work(
    trials: Sequence[Trial],
    open_jobs: Callable[[], Mapping[str, Job]],
    pins: Mapping[str, ModelPin],
    desk: Desk,
) -> None:
    """Ask all trials. The journals are opened after the line: what cannot be asked must leave no run behind."""
    log = AttemptLog()
    stop = Stop()
    jobs: dict[str, Job] = {}

    def emit(event: Event) -> None:
        log.take_note(event)
        stop.heed(event)
        _note(event, jobs)
        desk.emit(event)

    async def keep(trial: Trial, record: Record) -> None:
        await jobs[trial.request.origin.side].journal.append(record)

    line = open_line(desk.settings, desk.terms, pins, emit, desk.clock)
    setup = Setup(
        ask=lambda _trial: line.ask,
        grade=grade,
        price_row=lambda trial, outcome: price_row_of(trial, outcome, desk.clock),
        keep=keep,
        clock=desk.clock,
        emit=emit,
        attempts=log,
        at_once=desk.settings.at_once * _UNDER_WAY_PER_SLOT,
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    try:
        jobs.update(open_jobs())
        with _interruptible(stop):
            async for trial, record in run(trials, setup, stop):
                counts[trial.request.origin.side][record.outcome.kind] += 1
    finally:
        await line.close()
    _finish(jobs, counts, stop, desk.settings)


def _note(event: Event, jobs: Mapping[str, Job]) -> None:
    """Money that is set aside or spent is noted in the journal of the side it is for, before anything is sent."""
    if isinstance(event, Reserved | Settled):
        side, colon, origin = event.origin.partition(":")
        plain = replace(event, origin=origin) if colon else event
        jobs[side if colon else ""].journal.note(plain)


def _finish(
    jobs: Mapping[str, Job], counts: Mapping[str, Counter[str]], stop: Stop, settings: Settings
) -> None:
    for side, job in jobs.items():
        job.journal.end(stop.why or "finished", counts[side])
        ingest(settings.store, read_journal(job.journal.path))
    if stop.why == "interrupted":
        ids = [job.journal.info.run_id for job in jobs.values()]
        raise Interrupted("interrupted; what was answered is kept. Go on with: " + _resume_commands(ids))


def _resume_commands(ids: Sequence[str]) -> str:
    return "; ".join(f"harness run --resume {run_id}" for run_id in ids)


@contextlib.contextmanager
def _interruptible(stop: Stop) -> Generator[None]:
    """The first interrupt lets calls finish for a while, the second cancels them; both keep what is paid."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        if stop.why is None:
            stop.soon("interrupted")
            loop.call_later(_DRAIN_S, stop.at_once, "interrupted")
        else:
            stop.at_once("interrupted")

    caught: list[signal.Signals] = []
    # Signals belong to the main thread; elsewhere (a test, a notebook) there is nothing to catch.
    with contextlib.suppress(ValueError, RuntimeError):
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, interrupt)
            caught.append(each)
    try:
        yield
    finally:
        for each in caught:
            loop.remove_signal_handler(each)


def describe(plan: Plan, terms: Terms, *, session: str, at: datetime) -> RunInfo:
    """Everything a run of `plan` is pinned to. The id holds suite, variant and time, and a part of chance."""
    prompt, model = plan.variant.prompt, plan.variant.model
    stamp = f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    return RunInfo(
        run_id=f"{plan.suite.name}-{prompt.version}-{model.name}-{stamp}",
        suite=plan.suite.name,
        suite_digest=plan.suite.digest,
        prompt=prompt.name,
        prompt_version=prompt.version,
        prompt_digest=prompt.digest,
        model=model.name,
        model_id=model.id,
        params=_params(prompt),
        prices=_prices(model),
        graders=canonical(dict(grader_versions())),
        mode=terms.mode,
        repeats=plan.repeats,
        planned=len(plan.trials),
        case_ids=tuple(case.id for case in plan.cases),
        harness_version=__version__,
        sdk_version=_sdk_version(),
        started_at=at,
        session=session,
        budget=terms.budget,
        synthetic=terms.synthetic,
    )


def _params(prompt: PromptVersion) -> str:
    schema = None if prompt.output_schema is None else digest(prompt.output_schema)
    return canonical(
        {
            "effort": prompt.effort,
            "thinking": prompt.thinking,
            "max_tokens": prompt.max_tokens,
            "output_schema": schema,
            "stop_sequences": list(prompt.stop_sequences),
        }
    )


def _prices(model: ModelPin) -> str:
    return canonical(
        [
            {
                "id": row.id,
                "valid_from": row.valid_from.isoformat(),
                "above_prompt_tokens": row.above_prompt_tokens,
                "input": str(row.input),
                "output": str(row.output),
                "cache_write_5m": str(row.cache_write_5m),
                "cache_write_1h": str(row.cache_write_1h),
                "cache_read": str(row.cache_read),
            }
            for row in model.prices
        ]
    )


def _sdk_version() -> str:
    from importlib.metadata import version

    return version("anthropic")


def _check_unchanged(info: RunInfo, plan: Plan, terms: Terms) -> None:
    now = describe(plan, terms, session=info.session, at=info.started_at)
    pinned = ("suite_digest", "prompt_version", "prompt_digest", "model_id", "params", "graders", "mode")
    changed = [name for name in pinned if getattr(info, name) != getattr(now, name)]
    if changed:
        names = ", ".join(name.replace("_", " ") for name in changed)
        raise UsageError(
            f"run {info.run_id} cannot go on: {names} changed since it began; start a new run, or restore the files"
        )


def _used(past: Journal) -> Usd:
    spent = sum((each.cost for each in past.settled), Decimal(0))
    uncertain = sum((each.uncertain for each in past.settled), Decimal(0))
    never_settled = sum((each.amount for each in past.open), Decimal(0))
    return Usd(spent + uncertain + never_settled)


def _tools(settings: Settings, clock: Clock) -> Tools:
    return tools(redactor(settings).redact_text, clock=clock)


def _side(plan: Plan) -> str:
    return plan.trials[0].request.origin.side
