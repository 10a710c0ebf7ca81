"""An expectation that only an expert can decide, and answers to hold against it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from harness.call.exchange import StopReason
from harness.experts.asking import Experts
from harness.grade.opinion import Opinion
from harness.grade.response import Response
from harness.plan import make_plan
from harness.suite.case import Case
from harness.suite.expectation import Expectation
from harness.trial import Trial
from tests.doubles import REPLY
from tests.values import HERE, case, suite, variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold(Expectation):
    grader: ClassVar[str] = "foretold"
    expert: ClassVar[str | None] = "oracle"
    what: str = "rain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Both(Expectation):
    """Made of others, and decided without an expert of its own."""

    grader: ClassVar[str] = "both"
    of: tuple[Expectation, ...]

    @property
    def parts(self) -> tuple[Expectation, ...]:
        return self.of


def foretold(what: str = "rain") -> Foretold:
    return Foretold(place=HERE, what=what)


def expecting(*expect: Expectation, name: str = "a") -> Case:
    return replace(case(name), expect=expect)


def trial_of(asked: Case) -> Trial:
    return make_plan(suite(asked), variant()).trials[0]


def response(text: str = "yes", stop: StopReason = StopReason.END_TURN) -> Response:
    return Response(reply=replace(REPLY, text=text, stop_reason=stop))


Oracle = Callable[[Expectation, Response], Awaitable[Opinion]]


class Listening:
    """An oracle that remembers what it was asked, and is sure that it rains."""

    def __init__(self) -> None:
        self.asked: list[Expectation] = []

    async def __call__(self, wanted: Expectation, _response: Response) -> Opinion:
        self.asked.append(wanted)
        return Opinion(score=1.0, reason="it rains")


def experts(oracle: Oracle) -> Experts:
    return Experts(offline={"oracle": oracle})
