"""Requests that were on the wire when their process died: the provider saw them, and no record tells of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from harness.call.exchange import Origin, asked_for, trial_of
from harness.events import Reserved, Settled
from harness.record import Attempt, Record, RunInfo
from harness.store.lines import Body
from harness.units import FREE, Seconds, Usd

FAULT = "crashed"
_DETAIL = "the process ended before this request was recorded; asked again on a resume"

Sent = tuple[str, str, int]
"""Origin, model and attempt, as the events name a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """One such request, as an attempt of its trial."""

    case_id: str
    repeat: int
    attempt: Attempt
    asked_by: str = ""
    """The judge that was asked; empty: the model itself."""
    model: str = ""
    """The id of the model that was asked."""

    @property
    def key(self) -> tuple[str, int]:
        return (self.case_id, self.repeat)


@dataclass(slots=True)
class OnTheWire:
    """Follows the lines of a journal: what was sent, and which of it ended in a record."""

    _open: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    """By origin, of the process that writes."""
    _lost: list[Sent] = field(default_factory=list[Sent])

    def sent(self, origin: str, model: str, attempt: int) -> None:
        """A request went to the wire."""
        self._open[origin].append((origin, model, attempt))

    def recorded(self, origin: str) -> None:
        """A trial has a record, with all its attempts, and those on its behalf."""
        for each in [each for each in self._open if trial_of(each) == origin]:
            del self._open[each]

    def died(self) -> None:
        """The process is gone: what it did not record, it never will."""
        self._lost.extend(each for group in self._open.values() for each in group)
        self._open.clear()

    def crashed(
        self, info: RunInfo, settled: Iterable[Settled], reserved: Iterable[Reserved]
    ) -> tuple[Crashed, ...]:
        """Everything that is lost, with what `settled` and `reserved` say of its cost. Ends the following."""
        self.died()
        costs: dict[Sent, list[tuple[Usd, Usd]]] = defaultdict(list)
        for one in settled:
            costs[one.origin, one.model, one.attempt].append((one.cost, one.uncertain))
        for other in reserved:
            costs[other.origin, other.model, other.attempt].append((FREE, other.amount))
        return tuple(_crashed(info, each, costs[each]) for each in self._lost)


def sent_of(body: Body) -> Sent:
    """Origin, model and attempt of a line. Raises KeyError, TypeError or ValueError."""
    return str(body["origin"]), str(body["model"]), int(cast("int", body["attempt"]))


def origin_of(info: RunInfo | None, record: Record) -> str:
    """How the events of a run name the trial of `record`. Raises ValueError before the run is known."""
    if info is None:
        raise ValueError("a record before the header")
    return str(
        Origin(
            suite=info.suite,
            case=record.case_id,
            prompt=info.prompt,
            version=info.prompt_version,
            repeat=record.repeat,
        )
    )


def _crashed(info: RunInfo, sent: Sent, costs: list[tuple[Usd, Usd]]) -> Crashed:
    origin, model, number = sent
    cost, uncertain = costs.pop(0) if costs else (FREE, FREE)
    attempt = Attempt(
        number=number,
        latency=Seconds(0.0),
        fault=FAULT,
        detail=_DETAIL,
        status=None,
        request_id=None,
        cost=cost,
        cost_uncertain=uncertain,
        model=None if model == info.model_id else model,
    )
    case_id, repeat = _trial_of(info, origin)
    judge = asked_for(origin)
    return Crashed(
        case_id=case_id,
        repeat=repeat,
        attempt=attempt,
        asked_by="" if judge is None else judge[0],
        model=model,
    )


def _trial_of(info: RunInfo, origin: str) -> tuple[str, int]:
    """The case and the repeat in an origin. Ids of cases may hold any of its separators. Raises ValueError."""
    inner = (
        trial_of(origin).removeprefix(f"{info.suite}/").removesuffix(f"@{info.prompt}-{info.prompt_version}")
    )
    case_id, _, repeat = inner.rpartition("#")
    return case_id, int(repeat)
