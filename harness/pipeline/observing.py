"""Who listens to a run beside its caller: the audit trail, and the log of each run."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from harness.clock import Clock
from harness.events import Emit, Event
from harness.observe.runlog import Means, RunLogs
from harness.pipeline.auditing import RunAudit
from harness.settings import Settings
from harness.wiring import Terms, redactor


@contextlib.contextmanager
def observed(
    settings: Settings, clock: Clock, emit: Emit, *, terms: Terms | None = None, resumed: bool = False
) -> Generator[Emit]:
    """An `Emit` that also writes the audit trail and the logs of the runs it hears of, while the block runs."""
    ladder = () if terms is None else terms.ladder
    degrades_to = tuple(stair if isinstance(stair, str) else stair.name for stair in ladder)
    trail = RunAudit(settings, clock, resumed, degrades_to)
    logs = RunLogs(Means(runs=settings.runs, clock=clock, redactor=redactor(settings), rate=settings.rate))

    def heed(event: Event) -> None:
        trail.heed(event)
        logs.heed(event)
        emit(event)

    with contextlib.closing(logs):
        yield heed
