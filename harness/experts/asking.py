"""How experts are asked: all whose opinion an answer needs, side by side, and nobody twice for the same.

An expert says whatever it has to say in its opinion, a mistake of its own included: what it raises is a bug of
ours, and costs the trial its measurement, never the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from harness.errors import StoreError
from harness.grade.decision import printable
from harness.grade.opinion import Opinion, Opinions, opinion_key
from harness.grade.response import Response
from harness.grade.unanswered import unanswered
from harness.suite.case import Case
from harness.suite.expectation import Expectation, all_parts
from harness.trial import Trial

Offline = Callable[[Expectation, Response], Awaitable[Opinion]]
"""An expert that sends nothing, so that it may look at a stored reply again, as often as anybody likes."""
Expert = Callable[[Expectation, Trial, Response], Awaitable[Opinion]]
"""An expert that may want to know what was asked, and may cost money: a judge."""


async def _nothing_to_close() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experts:
    """Everybody who can be asked, by the name that an expectation gives its `expert`."""

    offline: Mapping[str, Offline]
    """Bounded by themselves, in time and in how many are under way."""
    online: Mapping[str, Expert] = field(default_factory=dict[str, Expert])
    """Bounded by the guards their calls go through."""
    close: Callable[[], Awaitable[None]] = _nothing_to_close
    """Leaves nothing running."""

    async def consult(self, trial: Trial, response: Response) -> Opinions:
        """A `Consult`: what everybody says whom the case of a trial needs. Raises StoreError alone."""

        async def ask(wanted: Expectation) -> Opinion:
            name = wanted.expert or ""
            if name in self.online:
                return await self.online[name](wanted, trial, response)
            return await self._offline(wanted, response)

        return await _opinions(trial.case, response, ask)

    async def look_again(self, case: Case, response: Response) -> Opinions:
        """What the experts say of a stored reply who send nothing; of the others it is said that they were not asked."""

        async def ask(wanted: Expectation) -> Opinion:
            return await self._offline(wanted, response)

        return await _opinions(case, response, ask)

    async def _offline(self, wanted: Expectation, response: Response) -> Opinion:
        expert = self.offline.get(wanted.expert or "")
        if expert is not None:
            return await expert(wanted, response)
        return mistaken(f"the expert {wanted.expert!r} is not asked here")


def mistaken(why: str) -> Opinion:
    """No opinion, and why: completes "found grader error: "."""
    return Opinion(score=0.0, reason=why, confidence=0.0, mistake="grader_error")


async def _opinions(
    case: Case, response: Response, ask: Callable[[Expectation], Awaitable[Opinion]]
) -> Opinions:
    wanted = {opinion_key(each): each for each in all_parts(case.expect) if _is_asked(each, response)}
    under_way = [asyncio.ensure_future(_asked(each, ask)) for each in wanted.values()]
    try:
        said = await asyncio.gather(*under_way)
    finally:  # after the first that raises nobody goes on
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    return dict(zip(wanted, said, strict=True))


def _is_asked(wanted: Expectation, response: Response) -> bool:
    """Nobody is asked about a reply that is no answer: that fails by itself."""
    nothing = unanswered(response.reply)
    return wanted.expert is not None and (nothing is None or nothing in wanted.accepts)


async def _asked(wanted: Expectation, ask: Callable[[Expectation], Awaitable[Opinion]]) -> Opinion:
    try:
        return await ask(wanted)
    except StoreError:  # nothing can be kept any more, so nothing may be sent
        raise
    except Exception as bug:  # noqa: BLE001 - a bug of ours costs one trial only, and not what it has paid
        return mistaken(f"a bug of the expert {wanted.expert!r}: {type(bug).__name__}: {printable(str(bug))}")
