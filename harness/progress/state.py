"""What the runs that are made together are doing just now. Times are those of a monotonic clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from harness.events import Event
from harness.units import FREE, Seconds, Usd

Key = tuple[str, str]
"""A call as events name it: its origin, and the pinned model id."""
At = tuple[Seconds, Event]
"""An event, and when it happened."""


LATEST = 40
"""Trials an estimate of the time left looks back on."""
BAD_CASES = 3
"""Cases that did not pass that are remembered."""
SILENCE = Seconds(5.0)
"""A longer time with nothing on the wire is trouble, and says nothing about the pace of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the runs that are made together. planned = done + what is still to come."""

    run_id: str = ""
    suite: str = ""
    prompt_version: str = ""
    model: str = ""
    """The pinned id."""
    mode: str = ""
    planned: int = 0
    kept: int = 0
    """Finished by an earlier part of a resumed run."""
    answered: int = 0
    degraded: int = 0
    failed: int = 0
    skipped: int = 0
    measured: int = 0
    """Trials of this part that have a score, without those that were kept."""
    passed: int = 0
    """Those of them that passed."""
    ended: str | None = None
    """Why the run ended (`finished`, `interrupted`); None while it goes on."""

    @property
    def done(self) -> int:
        return self.kept + self.answered + self.degraded + self.failed + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A call that waits."""

    why: str
    """`retry`, `retry_after`, `breaker`, `budget`, `rate` or `slot`."""
    since: Seconds
    until: Seconds | None
    """It waits at least until then; None: that depends on others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sick:
    """A model whose circuit is not closed."""

    state: str
    because: str
    probe_at: Seconds | None = None
    """When the next probe may pass, where somebody who waits for it has said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Nothing more is sent."""

    why: str
    detail: str
    until: Seconds | None
    """When calls under way are cancelled; None: they may take as long as they need."""
    is_cut: bool
    """Whether they were cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is spent: proved by usage reports, possibly billed, and set aside for calls under way."""

    spent: Usd = FREE
    uncertain: Usd = FREE
    budget: Usd | None = None
    """None: no cap."""
    reserved: Mapping[tuple[str, str, int], Usd] = field(default_factory=dict[tuple[str, str, int], Usd])
    """By origin, model and attempt."""
    warned: bool = False
    """Whether a cap is nearly used up."""

    @property
    def used(self) -> Usd:
        """Proved and possibly billed."""
        return Usd(self.spent + self.uncertain)

    @property
    def held(self) -> Usd:
        """Set aside just now."""
        return Usd(sum(self.reserved.values(), Decimal(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What an estimate of the time left is made from."""

    began: Seconds | None = None
    ends: tuple[Seconds, ...] = ()
    """When the latest trials ended that were really asked, less the silence by then; oldest first, at most `LATEST`."""
    silent: Seconds = Seconds(0.0)
    """All silences so far that are over (see `SILENCE`)."""
    wire: Seconds = Seconds(0.0)
    """Time on the wire of all attempts that came back."""
    attempts: int = 0
    """How many those are."""
    idle_since: Seconds | None = None
    """Since when nothing is on the wire; None while something is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The state of the runs that are made together. At the end nothing is in flight, and nothing waits."""

    sides: Mapping[str, Side] = field(default_factory=lambda: MappingProxyType({}))
    """By what stands before the colon in their origins."""
    on_wire: Mapping[Key, Seconds] = field(default_factory=lambda: MappingProxyType({}))
    """Calls in flight, and since when."""
    waits: Mapping[Key, Wait] = field(default_factory=lambda: MappingProxyType({}))
    sick: Mapping[str, Sick] = field(default_factory=lambda: MappingProxyType({}))
    """By model id."""
    money: Money = field(default_factory=Money)
    pace: Pace = field(default_factory=Pace)
    reasons: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many trials ended without a plain answer, by the kind of the fault or the reason."""
    retries: int = 0
    lately: tuple[str, ...] = ()
    """The latest cases that did not pass, newest first; without those of a baseline."""
    halt: Halt | None = None

    @property
    def planned(self) -> int:
        return sum(side.planned for side in self.sides.values())

    @property
    def done(self) -> int:
        return sum(side.done for side in self.sides.values())

    @property
    def kept(self) -> int:
        return sum(side.kept for side in self.sides.values())

    @property
    def left(self) -> int:
        """Trials without an outcome."""
        return max(0, self.planned - self.done)
