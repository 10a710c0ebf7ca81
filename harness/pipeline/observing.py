"""Who listens to a run beside its caller: the log of each run."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from harness.clock import Clock
from harness.events import Emit, Event
from harness.observe.runlog import Means, RunLogs
from harness.settings import Settings
from harness.wiring import redactor


@contextlib.contextmanager
def observed(settings: Settings, clock: Clock, emit: Emit) -> Generator[Emit]:
    """An `Emit` that also writes the logs of the runs it hears of, for as long as the block runs."""
    logs = RunLogs(Means(runs=settings.runs, clock=clock, redactor=redactor(settings), rate=settings.rate))

    def heed(event: Event) -> None:
        logs.heed(event)
        emit(event)

    with contextlib.closing(logs):
        yield heed
