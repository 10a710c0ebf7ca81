"""Judges as experts: asked through the same guarded line as everybody else, and only once they are trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harness.call.exchange import Origin, for_trial
from harness.call.fault import CallFailed
from harness.call.guard import Send
from harness.grade.agreement import no_opinion, opinion_of, panel_opinion
from harness.grade.canaries import canaries, corpus, is_fooled, why_invalid
from harness.grade.judging import Ask, Heard, Redact, Told, Unheard, asks, judge_request, read_verdict, told
from harness.grade.opinion import Opinion, opinion_key
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.suite.expectations.judged import Judged
from harness.suite.judge import AnyJudge, Judge, Panel
from harness.suite.template import TemplateError
from harness.trial import Trial

_KEY: Final = 8
"""Characters of an opinion's key in an origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is remembered of canaries, over processes."""

    read: Callable[[str], Sequence[str] | None]
    """The canaries that a judge (by `corpus`) let pass; None: it was never tried."""
    write: Callable[[str, Sequence[str]], None]


def nothing_noted(_corpus: str) -> None:
    """A `Notes.read` for when nothing is remembered."""


def note_nothing(_corpus: str, _fooled: Sequence[str]) -> None:
    """A `Notes.write` for when nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """On whose behalf a judge is asked: a trial, and what of it."""

    trial: Origin
    key: str
    """Tells apart what one judge is asked about one answer."""
    case: str | None = None
    """Under which case the call is recorded, where that is not the trial's."""

    def canary(self, name: str) -> About:
        """The same trial, whose judge is tried first."""
        return replace(self, key=f"canary.{name}", case=f"canary.{name}")

    def origin(self, judge: Judge, ask: Ask) -> Origin:
        """Who asks: recorded under the judge's own prompt and version, with the number of the call as the repeat."""
        return Origin(
            suite=self.trial.suite,
            case=self.case or self.trial.case,
            prompt=judge.prompt.name,
            version=judge.prompt.version,
            repeat=ask.number,
            side=self.trial.side,
            on_behalf=for_trial(self.trial, judge.name, self.key),
        )


@dataclass(slots=True, kw_only=True)
class Judges:
    """Everybody who judges in one line."""

    send: Send
    redact: Redact = str
    """Takes secrets out of what a judge is told."""
    tries_canaries: bool = True
    """False where nothing is asked of anybody: a replay shows what was recorded."""
    notes: Notes = field(default_factory=lambda: Notes(read=nothing_noted, write=note_nothing))
    _trust: dict[str, asyncio.Future[str]] = field(default_factory=dict[str, "asyncio.Future[str]"])
    """By `corpus`: why a judge is not to be trusted; empty: it is. Whoever needs it first finds out."""

    async def ask(self, wanted: Expectation, trial: Trial, response: Response) -> Opinion:
        """An `Expert`: the opinion of the judge or the panel that an expectation names. Raises StoreError alone."""
        if not isinstance(wanted, Judged):
            return no_opinion(f"{wanted.grader!r} asks no judge")
        about = About(trial=trial.request.origin, key=opinion_key(wanted)[:_KEY])
        return await self.opinion(wanted.by, told(wanted, response), about)

    async def opinion(self, judge: AnyJudge, what: Told, about: About) -> Opinion:
        """What a judge or a panel says of one answer. Raises StoreError alone."""
        if isinstance(judge, Panel):
            each = await asyncio.gather(*(self.opinion(one, what, about) for one in judge.members))
            return panel_opinion(judge, each)
        why = await self._distrust(judge, about)
        if why:
            return no_opinion(why)
        heard = await self.hear(judge, what, about)
        return opinion_of(judge, [said for _, said in heard])

    async def hear(self, judge: Judge, what: Told, about: About) -> tuple[tuple[Ask, Heard], ...]:
        """Every judging of one answer, whether the judge is to be trusted or not. Raises StoreError alone."""
        every = asks(judge)
        heard = await asyncio.gather(*(self._hear(judge, what, each, about) for each in every))
        return tuple(zip(every, heard, strict=True))

    async def _hear(self, judge: Judge, what: Told, ask: Ask, about: About) -> Heard:
        try:
            request = judge_request(judge, what, ask, about.origin(judge, ask), self.redact)
        except TemplateError as error:
            return Unheard(why=f"it could not be asked: {error.problem.what}")
        try:
            reply = await self.send(request)
        except CallFailed as failed:
            fault = failed.fault
            return Unheard(why=f"it could not be asked: {fault.kind}: {fault.detail}", is_lost=True)
        return read_verdict(judge, ask, reply)

    async def _distrust(self, judge: Judge, about: About) -> str:
        """Why a judge is not to be trusted; empty: it is. It is tried once, whoever asks first."""
        if not self.tries_canaries:
            return ""
        name = corpus(judge)
        under_way = self._trust.get(name)
        if under_way is not None:
            return await under_way
        under_way = self._trust[name] = asyncio.get_running_loop().create_future()
        why: str | None = None
        try:
            why = await self._tried(judge, about)
        finally:
            if why is None:  # nobody knows: the next one tries again
                del self._trust[name]
            under_way.set_result(_untried(judge) if why is None else why)
        return await under_way

    async def _tried(self, judge: Judge, about: About) -> str | None:
        """Why it is not to be trusted; empty: it is; None: not every canary was answered."""
        name = corpus(judge)
        known = self.notes.read(name)
        if known is None:
            every = canaries(judge)
            heard = await asyncio.gather(
                *(self._hear(judge, each.told, each.ask, about.canary(each.name)) for each in every)
            )
            known = tuple(each.name for each, said in zip(every, heard, strict=True) if is_fooled(said))
            if not known and any(isinstance(said, Unheard) and said.is_lost for said in heard):
                return None
            self.notes.write(name, known)
        return why_invalid(judge, tuple(known)) if known else ""


def _untried(judge: Judge) -> str:
    return f"{judge.name}: its canaries could not be asked, so that nobody knows whether it can be trusted"
