"""What ends a run from outside: a signal, or the time that was given for it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field

from harness.call.tab import Tab
from harness.clock import Clock
from harness.stop import Stop
from harness.units import Seconds

AFTER_A_SIGNAL = Seconds(5.0)
"""How long calls that are on the wire may go on after an interrupt."""
AFTER_THE_END = Seconds(15.0)
"""How long they may after the deadline of a run: nobody sits and waits, and most answers come by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The deadline of all runs of a command."""

    length: Seconds
    tab: Tab
    """Which knows when the first of them began."""

    @property
    def detail(self) -> str:
        """What is said of a trial that was not asked because of it."""
        return f"the {self.length:g} s of the command were over; give a larger --deadline"


@dataclass(slots=True)
class Signals:
    """The signals that came while a run ran."""

    came: list[signal.Signals] = field(default_factory=list[signal.Signals])

    @contextlib.contextmanager
    def stopping(self, stop: Stop) -> Generator[None]:
        """The first one lets calls finish for a while, the second cancels them; both keep what is paid."""
        loop = asyncio.get_running_loop()

        def interrupt(number: signal.Signals) -> None:
            self.came.append(number)
            if stop.why is None:
                stop.soon("interrupted", at_most=AFTER_A_SIGNAL)
                loop.call_later(AFTER_A_SIGNAL, stop.at_once, "interrupted")
            else:
                stop.at_once("interrupted")

        caught: list[signal.Signals] = []
        # Signals belong to the main thread; elsewhere (a test, a notebook) there is nothing to catch.
        with contextlib.suppress(ValueError, RuntimeError):
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(each, interrupt, each)
                caught.append(each)
        try:
            yield
        finally:
            for each in caught:
                loop.remove_signal_handler(each)


@contextlib.asynccontextmanager
async def ending(stop: Stop, clock: Clock, end: End | None) -> AsyncGenerator[None]:
    """At the end nothing more is sent, and what is on the wire has `AFTER_THE_END` to come back."""
    if end is None:
        yield
        return
    now = clock.monotonic()
    left = Seconds(end.tab.start(now) + end.length - now)
    if left <= 0:
        stop.soon("deadline", end.detail)
    watch = asyncio.create_task(_watch(stop, clock, end, left))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def _watch(stop: Stop, clock: Clock, end: End, left: Seconds) -> None:
    await clock.sleep(Seconds(max(0.0, left)))
    stop.soon("deadline", end.detail, at_most=AFTER_THE_END)
    await clock.sleep(AFTER_THE_END)
    stop.at_once("deadline", end.detail)
