"""An event loop in which time passes only when everybody waits, and chance picks who goes next."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from harness.units import Seconds

_MOST_STEPS = 30_000
"""More turns of the loop than any schedule takes: beyond it somebody turns round and round."""


class Process(Protocol):
    """Whose tasks and signals these are."""

    tasks: list[asyncio.Task[Any]]
    handlers: dict[int, Callable[[], object]]
    complaints: list[str]
    """What was seen to be wrong while it happened."""


PROCESS: ContextVar[Process] = ContextVar("PROCESS")
"""The simulated process a task belongs to; its children inherit it."""


class NobodyWillWakeThemError(AssertionError):
    """Every task waits for another one, or they wake each other for ever."""


class Shuffled:
    """Callbacks that are ready, in an order that chance picks."""

    def __init__(self, draw: Callable[[], float]) -> None:
        self._ready: list[asyncio.Handle] = []
        self._draw = draw

    def __len__(self) -> int:
        return len(self._ready)

    def append(self, handle: asyncio.Handle) -> None:
        self._ready.append(handle)

    def popleft(self) -> asyncio.Handle:
        """Any one of them."""
        ready = self._ready
        if len(ready) == 1:
            return ready.pop()
        place = int(self._draw() * len(ready))
        ready[place], ready[-1] = ready[-1], ready[place]
        return ready.pop()

    def clear(self) -> None:
        self._ready.clear()


class SimLoop(asyncio.BaseEventLoop):
    """One thread, no files and no sockets; signals are delivered by whoever simulates them."""

    def __init__(self, chance: random.Random, *, shuffled: bool) -> None:
        super().__init__()
        self._selector = self
        self._ready: Shuffled | deque[asyncio.Handle] = Shuffled(chance.random) if shuffled else deque()
        self._passed = 0.0
        self._steps = 0
        self.complaints: list[str] = []
        """What nobody caught and nobody waited for."""
        self.set_exception_handler(self._complain)
        self.set_task_factory(_owned_task)

    def time(self) -> float:
        return self._passed

    def select(self, timeout: float | None) -> tuple[()]:
        """Let time pass until the next timer."""
        self._steps += 1
        if timeout is None or self._steps > _MOST_STEPS:
            raise NobodyWillWakeThemError
        self._passed += timeout
        return ()

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]  # no need for more
        PROCESS.get().handlers[sig] = lambda: callback(*args)

    def remove_signal_handler(self, sig: int) -> bool:
        return PROCESS.get().handlers.pop(sig, None) is not None

    def _process_events(self, _events: object) -> None:
        return

    def _write_to_self(self) -> None:
        return

    def _complain(self, _loop: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.complaints.append(f"{context.get('message')}: {error!r}")


def _owned_task(loop: asyncio.AbstractEventLoop, work: Any, **how: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **how)
    process = PROCESS.get(None)
    if process is not None:
        process.tasks.append(task)
    return task


class SimClock:
    """The clock of everybody in a loop. Its wall jumps; its monotonic side never does."""

    def __init__(self, loop: SimLoop, jumps: tuple[tuple[float, float], ...]) -> None:
        self._loop = loop
        self._jumps = jumps
        """When, in seconds from the start, and by how many seconds."""

    def monotonic(self) -> Seconds:
        return Seconds(self._loop.time())

    def now(self) -> datetime:
        return self.now_at(self._loop.time())

    def now_at(self, passed: float) -> datetime:
        """What the wall clock says so many seconds after the start."""
        jumped = sum(by for at, by in self._jumps if at <= passed)
        return datetime(2026, 11, 21, 12, 0, tzinfo=UTC) + timedelta(seconds=passed + jumped)

    async def sleep(self, length: Seconds) -> None:
        await asyncio.sleep(length)
