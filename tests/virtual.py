"""Time that passes only when everybody waits: whole runs of many tasks in no time, the same way every time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from harness.units import Seconds

T = TypeVar("T")


class NobodyWillWakeThemError(AssertionError):
    """Every task waits for another one."""


@dataclass
class VirtualClock:
    """A clock for `run`: its sleepers wake in order, each at its own time, and tasks interleave in between."""

    time: float = 1000.0
    start: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __post_init__(self) -> None:
        self._began = self.time

    @property
    def passed(self) -> float:
        """Seconds since the clock was made."""
        return self.time - self._began

    def monotonic(self) -> Seconds:
        return Seconds(self.time)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    async def sleep(self, length: Seconds) -> None:
        wakes_at = self.time + length
        await asyncio.sleep(length)
        self.time = max(self.time, wakes_at)

    def run(self, work: Awaitable[T]) -> T:
        """Run `work` to its end in this clock's time. Raises NobodyWillWakeThemError in a deadlock."""

        async def whole() -> T:
            return await work

        with asyncio.Runner(loop_factory=self.loop) as runner:
            return runner.run(whole())

    def loop(self) -> asyncio.AbstractEventLoop:
        """A new loop that lives in this clock's time."""
        return VirtualLoop(self, _TimePasses(self))


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time is that of `clock`, which `selector` moves on."""

    def __init__(self, clock: VirtualClock, selector: selectors.BaseSelector) -> None:
        self._clock = clock
        super().__init__(selector)

    def time(self) -> float:
        return self._clock.time


class _TimePasses(selectors.DefaultSelector):
    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise NobodyWillWakeThemError
        self._clock.time += timeout
        return []
