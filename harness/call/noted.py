"""Nothing is sent before the money for it is noted on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from harness.call.exchange import Reply, Request
from harness.call.guard import Send

Noted = Callable[[Request], Awaitable[None]]
"""Returns once everything that was noted for the run of a request is safe on disk. Raises StoreError."""


async def at_once(_request: Request) -> None:
    """A `Noted` for when nothing is noted anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedFirst:
    """Holds a request back until its reservation would outlive this machine: then no bill can be forgotten.

    Where the disk fails, the reservation stays booked, though nothing was sent: after a failed sync nobody knows
    whether the journal has it, and what a journal may say must never be more than what the ledger says.
    """

    noted: Noted

    async def __call__(self, request: Request, send: Send) -> Reply:
        try:
            await self.noted(request)
        except asyncio.CancelledError:
            request.on_withdrawn()
            raise
        return await send(request)
