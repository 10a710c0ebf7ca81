"""One attempt: measured, reported, and checked against the pin. Only its deadline is closer to the wire."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.clock import Clock
from harness.errors import StoreError
from harness.events import AttemptEnded, AttemptStarted, Emit
from harness.units import Seconds


def substitution(request: Request, reply: Reply) -> Fault | None:
    """The fault of a reply that another model gave than the one that was asked; None if it is the right one.

    It carries the reply, which was paid for, but not its allowances: they are the other model's.
    """
    if reply.served_model == request.model:
        return None
    return Fault(
        kind=Kind.SUBSTITUTED,
        detail=f"asked {request.model!r}, but {reply.served_model!r} answered",
        request_id=reply.request_id,
        served_model=reply.served_model,
        reply=reply,
    )


def bug(error: Exception) -> Fault:
    """The fault of an exception that should not have left a transport.

    Only its type and its place are told: its text may hold a header, a key or a prompt.
    """
    place, step = "", error.__traceback__
    while step is not None:
        place = f" at {step.tb_frame.f_globals.get('__name__', '?')}:{step.tb_lineno}"
        step = step.tb_next
    return Fault(kind=Kind.BUG, detail=f"{type(error).__name__}{place}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Says when an attempt starts and how it ended, and lets no other model's answer through.

    The latency is the time from sending to the end, on the clock, so without any wait of ours; that of a
    replayed reply is the recorded one.
    """

    clock: Clock
    emit: Emit

    async def __call__(self, request: Request, send: Send) -> Reply:
        origin = str(request.origin)
        self.emit(AttemptStarted(origin=origin, model=request.model, attempt=request.attempt))
        began = self.clock.monotonic()
        try:
            reply = await _checked(request, send)
        except CallFailed as failed:
            self._ended(request, self._since(began), failed.fault)
            raise
        except asyncio.CancelledError:
            self._ended(request, self._since(began), None, "cancelled")
            raise
        except StoreError:
            self._ended(request, self._since(began), None, "not_kept")
            raise
        self._ended(request, self._since(began) if reply.source == "live" else reply.latency, None)
        return replace(reply, attempt=request.attempt)

    def _since(self, began: Seconds) -> Seconds:
        return Seconds(self.clock.monotonic() - began)

    def _ended(
        self, request: Request, latency: Seconds, fault: Fault | None, otherwise: str | None = None
    ) -> None:
        self.emit(
            AttemptEnded(
                origin=str(request.origin),
                model=request.model,
                attempt=request.attempt,
                latency=latency,
                fault=fault.kind if fault else otherwise,
                detail=fault.detail if fault else None,
                status=fault.status if fault else None,
                request_id=fault.request_id if fault else None,
            )
        )


async def _checked(request: Request, send: Send) -> Reply:
    try:
        reply = await send(request)
    except (CallFailed, StoreError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a transport lets slip is a bug, and must not end the run
        raise CallFailed(bug(error)) from None
    other = substitution(request, reply)
    if other is not None:
        raise CallFailed(other)
    return reply
