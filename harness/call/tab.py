"""What one command has used of its money and its time: the runs it makes, one after the other, share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.events import Event, Settled
from harness.units import FREE, Seconds, Usd


@dataclass(slots=True)
class Tab:
    """Runs of one command add to it as they go. Everything is settled when a run is over."""

    used: Usd = FREE
    """Proved and uncertain."""
    began: Seconds | None = None
    """When the first of them began, on the monotonic clock; None: none has."""
    _by_model: defaultdict[str, Usd] = field(default_factory=lambda: defaultdict(lambda: FREE))

    @property
    def by_model(self) -> Mapping[str, Usd]:
        """What each model (by id) was used for."""
        return dict(self._by_model)

    def start(self, now: Seconds) -> Seconds:
        """A run begins to ask at `now`; gives when the first one did."""
        self.began = now if self.began is None else self.began
        return self.began

    def heed(self, event: Event) -> None:
        """An `Emit` that must be told every event of the guards."""
        if isinstance(event, Settled):
            amount = event.cost + event.uncertain
            self.used = Usd(self.used + amount)
            self._by_model[event.model] = Usd(self._by_model[event.model] + amount)
