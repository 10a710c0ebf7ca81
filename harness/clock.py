"""The only clock: everything that waits or measures is handed one of these."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Protocol

from harness.units import Seconds


class Clock(Protocol):
    """Two kinds of time and a way to wait."""

    def monotonic(self) -> Seconds:
        """Seconds since an arbitrary start; never runs backwards, so durations are differences of it."""
        ...

    def now(self) -> datetime:
        """The wall clock, in UTC and aware of it. May jump; never used for a duration."""
        ...

    async def sleep(self, length: Seconds) -> None:
        """Wait at least `length`."""
        ...


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> Seconds:
        return Seconds(time.monotonic())

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, length: Seconds) -> None:
        import asyncio  # only who waits needs it, and not who asks for the day

        await asyncio.sleep(length)


def today() -> date:
    """The day it is now, in UTC."""
    return SystemClock().now().date()
