"""How long a provider has given no sign of health, and when that is long enough to give a run up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.call.fault import Fault, Kind
from harness.units import Seconds

_SAYS_NOTHING = frozenset({Kind.UNREACHABLE, Kind.TIMEOUT, Kind.DISCONNECTED, Kind.GARBLED})
"""Sickness without a word of the API itself: whatever is at the other end, it may be no API at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What is known of a provider's health since a run began.

    One that has not said a word yet is more likely a wrong address than a passing storm, so it gets less
    time: enough for one probe. One that has answered before always gets a probe.
    """

    well_at: Seconds
    """The last sign of health; before the first one, when the provider was first asked."""
    has_answered: bool = False
    has_spoken: bool = False
    """Whether the API said anything at all, an error of its own included."""

    def learned(self, fault: Fault | None, now: Seconds) -> Outage:
        """A call ended with `fault`, or was answered."""
        if fault is None or fault.is_health:
            return Outage(well_at=now, has_answered=True, has_spoken=True)
        if fault.is_sickness and fault.kind not in _SAYS_NOTHING:
            return replace(self, has_spoken=True)
        return self

    def ends_before(
        self, probe_at: Seconds, *, probed: bool, patience: Seconds, with_silence: Seconds
    ) -> bool:
        """Whether patience ends before the next probe, at `probe_at`. `probed`: an earlier one has failed."""
        if not probed and self.has_answered:
            return False
        length = patience if self.has_spoken else min(patience, with_silence)
        return probe_at > self.well_at + length
