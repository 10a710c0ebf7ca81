"""What can only be seen from the inside: who passes a breaker, and in which state it is then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from harness.call.breaker import Breaker, State
from harness.call.exchange import Reply, Request
from harness.call.guard import Send
from tests.simulation.loop import PROCESS


@contextmanager
def watched() -> Generator[None]:
    """Follow every breaker while the context lasts."""
    original = Breaker.__call__
    probes: Counter[int] = Counter()

    async def followed(self: Breaker, request: Request, send: Send) -> Reply:
        async def let_in(request: Request) -> Reply:
            state, process = self.circuit.state, PROCESS.get()
            is_probe = state is State.HALF_OPEN
            probes[id(self)] += is_probe
            if state is State.OPEN or probes[id(self)] > 1:
                process.complaints.append(f"{request.origin} passed a breaker that is {state}")
            try:
                return await send(request)
            finally:
                probes[id(self)] -= is_probe

        return await original(self, request, let_in)

    Breaker.__call__ = followed  # type: ignore[method-assign]  # looked up on the class, as it is called
    try:
        yield
    finally:
        Breaker.__call__ = original  # type: ignore[method-assign]  # as it was
