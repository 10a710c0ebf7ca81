"""Virtual time over real sockets: it stands still while bytes are on their way, and jumps when everybody waits.

Both ends of the wire must live in the loop of the clock (`StandIn.in_this_loop`). Then a run with every limit at
its real length, outages of minutes and deadlines of ten included, takes milliseconds, and its length is exact.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from tests.virtual import NobodyWillWakeThemError, VirtualClock, VirtualLoop

T = TypeVar("T")
_GRACE = 0.002
"""Seconds that bytes may need from one end of a socket to the other."""
_PATIENCE = 10.0
"""Seconds after which nobody will come any more."""


class WireClock(VirtualClock):
    """A clock for `run`, as its parent, for work that uses sockets and threads."""

    def loop(self) -> asyncio.AbstractEventLoop:
        return _WireLoop(self)


class _WireLoop(VirtualLoop):
    def __init__(self, clock: WireClock) -> None:
        self.threads = 0
        """Jobs that run in threads just now."""
        super().__init__(clock, _Patient(clock, self))

    def run_in_executor(  # type: ignore[override]  # the stubs' own way to write it
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        self.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:
        """Names that lead nowhere by definition are not asked of anybody."""
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return await super().getaddrinfo(host, port, **more)

    def _back(self, _future: asyncio.Future[Any]) -> None:
        self.threads -= 1


class _Patient(selectors.DefaultSelector):
    def __init__(self, clock: WireClock, loop: _WireLoop) -> None:
        super().__init__()
        self._clock, self._loop = clock, loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self._loop.threads:
            return super().select(0.05)
        # Without a timer somebody may still come from outside: the thread that ends the loop's executor, say.
        ready = super().select(_GRACE if timeout is not None else _PATIENCE)
        if ready:
            return ready
        if timeout is None:
            raise NobodyWillWakeThemError
        self._clock.time += timeout
        return []
