"""How many calls to a model are in flight at once."""

from __future__ import annotations

import asyncio

from harness.call.exchange import Reply, Request
from harness.call.guard import Send
from harness.clock import Clock
from harness.events import Emit, WaitBegan, Waiting
from harness.units import Seconds


class Slots:
    """At most `at_once` calls in flight, first come, first served. A call that is cancelled frees its place."""

    def __init__(self, at_once: int, clock: Clock, emit: Emit) -> None:
        if at_once < 1:
            raise ValueError(f"there must be a slot for at least one call, not {at_once}")
        self._free = asyncio.Semaphore(at_once)
        self._clock = clock
        self._emit = emit

    async def __call__(self, request: Request, send: Send) -> Reply:
        began = self._clock.monotonic()
        origin = str(request.origin)
        if self._free.locked():
            self._emit(WaitBegan(origin=origin, model=request.model, why="slot", length=None))
        async with self._free:
            waited = Seconds(self._clock.monotonic() - began)
            if waited > 0:
                self._emit(Waiting(origin=origin, model=request.model, why="slot", length=waited))
            return await send(request)
