"""A model that is not there is not asked again and again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault
from harness.call.guard import Send


@dataclass(slots=True)
class Missing:
    """Remembers a fault that every further call to its model would meet, and gives it to them unsent; one per model.

    Calls that are under way when it comes finish their way. A model that has answered in this run is there,
    so then such a fault is a matter of the one call that met it.
    """

    _met: Fault | None = None
    _is_there: bool = False

    async def __call__(self, request: Request, send: Send) -> Reply:
        if self._met is not None and not self._is_there:
            detail = f"{self._met.detail}; said to an earlier call, so this one was not sent"
            raise CallFailed(replace(self._met, detail=detail, billed=False))
        try:
            reply = await send(request)
        except CallFailed as failed:
            if failed.fault.stops_the_model and self._met is None:
                self._met = failed.fault
            raise
        self._is_there = True
        return reply
