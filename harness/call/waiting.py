"""Waiting on an injected clock: for work that may take too long, and for something to change."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from harness.clock import Clock
from harness.units import Seconds

T = TypeVar("T")


class TimeIsUpError(Exception):
    """The work took too long; it was cancelled, and has ended."""


async def within(clock: Clock, length: Seconds, work: Coroutine[Any, Any, T]) -> T:
    """Do `work` in at most `length`, and raise TimeIsUpError if it takes longer.

    Either way nothing is left running: the loser is cancelled and awaited. Work that finishes in the
    very moment of its cancellation counts, since it may have been paid for.
    """
    task = asyncio.ensure_future(work)
    timer = asyncio.ensure_future(clock.sleep(length))
    try:
        await asyncio.wait((task, timer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        task.cancel()
        timer.cancel()
        await asyncio.gather(task, timer, return_exceptions=True)
    if task.cancelled():
        raise TimeIsUpError
    return task.result()


class Bell:
    """Wakes everybody who waits for a change."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something changed: whoever waits looks again."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self) -> None:
        """Return at the next ring."""
        await self._rung.wait()

    async def wait_at_most(self, clock: Clock, length: Seconds) -> None:
        """Return at the next ring, or after `length`."""
        try:
            await within(clock, length, self._rung.wait())  # this bell's next ring, also if it rings at once
        except TimeIsUpError:
            return
