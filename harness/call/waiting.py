"""Waiting: for work that may take too long, and for something to change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from harness.units import Seconds

T = TypeVar("T")


class TimeIsUpError(Exception):
    """The work took too long; it was cancelled, and has ended."""


async def within(length: Seconds, work: Awaitable[T]) -> T:
    """Do `work` in at most `length`, and raise TimeIsUpError if it takes longer.

    The work goes on in the caller's own task, so whoever cancels that cancels the work, and nothing is left
    running. Work that finishes in the very moment of its cancellation counts, since it may have been paid for.
    The time is the event loop's, which is what every clock sleeps by.
    """
    timer = asyncio.timeout(length)
    try:
        async with timer:
            return await work
    except TimeoutError:
        if timer.expired():
            raise TimeIsUpError from None
        raise


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

    async def wait_at_most(self, length: Seconds) -> None:
        """Return at the next ring, or after `length`."""
        try:
            await within(length, self._rung.wait())  # this bell's next ring, also if it rings at once
        except TimeIsUpError:
            return
