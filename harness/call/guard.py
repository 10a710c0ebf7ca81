"""The one seam for model calls, and how guards are put around it.

A guard takes a request and the next `Send`, and gives back a reply: the same types in and out, so guards
compose, and their order is data. Rules every guard keeps:

- its policy is a pure class in the same file, and the guard itself a short driver around it;
- no `await` between reading and writing its state (one event loop makes that section atomic);
- it raises only `CallFailed`, and `StoreError` where nothing can be kept any more, which ends the run;
- it lets cancellation through with its state put right;
- clock, chance and events are constructor arguments.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from harness.call.exchange import Reply, Request

Send = Callable[[Request], Awaitable[Reply]]
"""Asks one request. Raises only `CallFailed`, and `StoreError` where nothing can be kept any more."""

Guard = Callable[[Request, Send], Awaitable[Reply]]
"""Asks `request` through the next `Send`, or refuses to."""


def chain(guards: Sequence[Guard], transport: Send) -> Send:
    """Put `guards` around `transport`; the first of them is the outermost."""
    send = transport
    for guard in reversed(guards):
        send = partial(_guarded, guard, send)
    return send


def _guarded(guard: Guard, after: Send, request: Request) -> Awaitable[Reply]:
    return guard(request, after)
