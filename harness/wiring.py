"""The composition root: settings and terms to a guarded way to ask. Nothing else builds guards or providers."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from harness.call.estimate import Estimator
from harness.call.exchange import Reply, Request
from harness.call.fallback import Rung
from harness.call.guard import Guard, Send, chain
from harness.call.ledger import RUN, Caps, Reach, Scope
from harness.call.noted import Noted, at_once
from harness.call.standard import Limits, Shared, World, guarded, replayed, share
from harness.call.step import StepLog
from harness.call.tab import Tab
from harness.clock import Clock, SystemClock
from harness.confined.process import Workers
from harness.ended import Consult, no_experts
from harness.errors import UsageError
from harness.events import Emit, Event, nobody
from harness.experts.hired import hire
from harness.experts.judges import Judges
from harness.experts.notes import notes_in
from harness.fakes.process import PythonFakes
from harness.observe.redact import Redactor
from harness.observe.runlog import to_stderr
from harness.providers import prices
from harness.record import Mode, Purpose
from harness.settings import Settings
from harness.stairs import Close, Stair, rungs_of
from harness.store.day_book import DayBook
from harness.suite.expectations.judged import EXPERT
from harness.suite.model import ModelPin
from harness.units import FREE, Seconds, Usd

_GIVES_UP_FIRST = 0.98
"""Share of an attempt's time after which the wire ends it: only the wire can hand over what has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a run is made."""

    mode: Mode
    purpose: Purpose = ""
    """Why the run is made."""
    budget: Usd | None = None
    """The most the whole command may spend. None: as the project and the suites say."""
    deadline: Seconds | None = None
    """How long the whole command may ask; None: as the project says."""
    suites: Mapping[Scope, Usd] = field(default_factory=dict[Scope, Usd])
    """What each run may spend by its suite's own `budget_usd`; without effect where there is a `budget`."""
    used: Usd = FREE
    """What earlier parts of a resumed run have used."""
    used_by_suite: Mapping[Scope, Usd] = field(default_factory=dict[Scope, Usd])
    """The same, of what each run may spend by its suite's cap."""
    used_by_model: Mapping[str, Usd] = field(default_factory=dict[str, Usd])
    """The same, by the model's id."""
    tab: Tab = field(default_factory=Tab)
    """What the command has used so far. Commands that make several runs share one."""
    synthetic: bool = False
    """Whether what is recorded comes from a stand-in, and has to say so."""
    ladder: tuple[Stair, ...] = ()
    """What may stand in for an answer when the provider failed, in order; live runs that are not compared only."""


def _nobody(_guards: Sequence[Guard]) -> Consult:
    return no_experts


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An open, guarded line to the models of a run."""

    ask: Send
    close: Callable[[], Awaitable[None]]
    steps: StepLog = field(default_factory=StepLog)
    """What happens in the conversations of this line."""
    consult: Consult = no_experts
    """How the experts are asked whose opinion a grader needs."""
    within: Callable[[Sequence[Guard]], Consult] = _nobody
    """The same, with these guards around every call of a judge."""


def redactor(settings: Settings) -> Redactor:
    """Takes the secrets of this environment, and whatever looks like one, out of everything that is written.

    One for the whole process, so that a secret has the same mark in everything it writes.
    """
    return _redactor(settings.secrets)


@cache
def _redactor(values: tuple[str, ...]) -> Redactor:
    return Redactor(values)


def open_line(
    settings: Settings,
    terms: Terms,
    pins: Mapping[str, ModelPin],
    emit: Emit = nobody,
    clock: Clock | None = None,
    noted: Noted = at_once,
) -> Line:
    """A guarded way to ask every model of `pins` (by id) on these terms. Nothing is sent before it is `noted`.

    Raises UsageError when the terms cannot be met: no key, or a budget with a model that has no price.
    """
    workers = Workers()
    world = World(
        clock=clock or SystemClock(),
        draw=random.random,
        emit=emit,
        noted=noted,
        run_python=PythonFakes(workers).run,
        redact=redactor(settings).redact_text,
    )
    line, experts = _line_of_models(settings, terms, pins, world), hire(workers)

    def within(guards: Sequence[Guard]) -> Consult:
        judges = judges_of_line(settings, terms, chain(guards, line.ask))
        return replace(experts, online={EXPERT: judges.ask}).consult

    close = partial(_close_both, experts.close, line.close)
    return replace(line, consult=within(()), within=within, close=close)


def judges_of_line(settings: Settings, terms: Terms, send: Send) -> Judges:
    """Judges that are asked through `send`. A replay tries no canaries: it shows what was recorded."""
    return Judges(
        send=send,
        redact=redactor(settings).redact_text,
        tries_canaries=terms.mode != "replay",
        notes=notes_in(settings.reports / "judges"),
    )


def _line_of_models(settings: Settings, terms: Terms, pins: Mapping[str, ModelPin], world: World) -> Line:
    pins = {**pins, **{pin.id: pin for pin in terms.ladder if isinstance(pin, ModelPin)}}
    transport = _transport(settings, terms, pins, world.emit, world.clock)
    if terms.mode != "replay":
        emit = world.emit

        def heard(event: Event) -> None:
            terms.tab.heed(event)
            emit(event)

        limits = limits_of(settings, terms, pins)
        book = DayBook(settings.reports / "spend", complain=to_stderr)
        world = replace(world, emit=heard, book=book)
        rungs, close_rungs = rungs_of(terms.ladder, settings.fixtures, pins, world)
        line = guarded_line(transport, limits, pins, world, rungs)
        return replace(line, close=partial(_close, line, book, close_rungs))
    steps = transport.steps
    shared = _shared(limits_of(settings, terms, pins), pins, replace(world, keep=steps.keep))
    return Line(ask=replayed(shared, tuple(pins.values()), transport.ask), close=transport.close, steps=steps)


async def _close(line: Line, book: DayBook, close_rungs: Close) -> None:
    book.close()
    await _close_both(line.close, close_rungs)


async def _close_both(first: Close, second: Close) -> None:
    try:
        await first()
    finally:
        await second()


def guarded_line(
    transport: Line,
    limits: Limits,
    pins: Mapping[str, ModelPin],
    world: World,
    ladder: Sequence[Rung] = (),
) -> Line:
    """All guards around `transport`, which sends."""
    steps = transport.steps
    shared = _shared(limits, pins, replace(world, keep=steps.keep))
    ask = guarded(shared, tuple(pins.values()), transport.ask, ladder)
    return Line(ask=ask, close=transport.close, steps=steps)


def limits_of(settings: Settings, terms: Terms, pins: Mapping[str, ModelPin]) -> Limits:
    """What a run on these terms may use. Raises UsageError for a budget with a model that has no price."""
    return Limits(
        caps=_caps(settings, terms, pins),
        used=_used(terms),
        at_once=settings.at_once,
        attempt_timeout=settings.attempt_timeout,
        call_deadline=settings.call_deadline,
        case_deadline=settings.case_deadline,
    )


def _transport(
    settings: Settings, terms: Terms, pins: Mapping[str, ModelPin], emit: Emit, clock: Clock
) -> Line:
    from harness.providers.anthropic import live, recording, replaying
    from harness.providers.wire import Access, Wire

    wire = Wire(
        clock=clock,
        emit=emit,
        redact=redactor(settings).redact_text,
        stream=settings.stream,
        timeout=Seconds(settings.attempt_timeout * _GIVES_UP_FIRST),
        idle_timeout=settings.idle_timeout,
    )
    if terms.mode == "replay":
        names = {model: pin.name for model, pin in pins.items()}
        replay = replaying(settings.fixtures, wire, names=names)
        return Line(ask=replay, close=replay.aclose)
    if not settings.api_key:
        raise UsageError(
            f"--mode {terms.mode} needs ANTHROPIC_API_KEY, or else ANTHROPIC_AUTH_TOKEN, and neither is set; "
            "nothing was sent. "
            "Without a key, recordings can be replayed: --mode replay"
        )
    access = Access(api_key=settings.api_key, is_token=settings.is_token, base_url=settings.base_url or None)
    if terms.mode == "live":
        asked = live(access, wire)
    else:
        asked = recording(access, settings.fixtures, wire, synthetic=terms.synthetic)
    return Line(ask=asked, close=asked.aclose)


def _shared(limits: Limits, pins: Mapping[str, ModelPin], world: World) -> Shared:
    estimator = Estimator()

    def worst(request: Request) -> Usd | None:
        today, prompt = world.clock.now().date(), estimator.most(request)
        return prices.worst_case(request, pins[request.model], today, prompt)

    def cost(_request: Request, reply: Reply) -> Usd | None:
        pin = pins.get(reply.served_model)
        return None if pin is None else prices.cost(reply.usage, pin, world.clock.now().date())

    return share(world, limits, worst, cost, estimator)


def _caps(settings: Settings, terms: Terms, pins: Mapping[str, ModelPin]) -> Caps:
    """What the flag, the suites and the project allow. The flag stands in for the caps of the suites and of a run."""
    if terms.mode == "replay":
        return Caps()
    allowed, flag = settings.budgets, terms.budget
    caps = Caps(
        call=allowed.call,
        run=allowed.run if flag is None else flag,
        day=allowed.day,
        suites=terms.suites if flag is None else {},
        models={pin.id: allowed.models[pin.name] for pin in pins.values() if pin.name in allowed.models},
    )
    for pin in sorted(pins.values(), key=lambda pin: pin.name):
        if not pin.prices and (caps.hold_for_all or pin.id in caps.models):
            raise UsageError(
                f"there is a budget, but {pin.name} has no price in prompts/models.yaml; "
                "add its price, or run without a budget"
            )
    return caps


def _used(terms: Terms) -> Mapping[Scope, Usd]:
    """What the caps have lost already: to earlier runs of the command, and to earlier parts of this one."""
    tab = terms.tab
    models = terms.used_by_model.keys() | tab.by_model.keys()
    return {
        RUN: Usd(terms.used + tab.used),
        **{scope: terms.used_by_suite.get(scope, FREE) for scope in terms.suites},
        **{
            Scope(Reach.MODEL, model): Usd(
                terms.used_by_model.get(model, FREE) + tab.by_model.get(model, FREE)
            )
            for model in models
        },
    }
