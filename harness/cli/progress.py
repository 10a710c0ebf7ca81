"""What is going on, for whoever sits at a terminal; nothing at all for a log file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from harness.events import AttemptEnded, AttemptStarted, Emit, Event, Settled, TrialEnded, Waiting, nobody

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_WORTH_A_WORD_S = 2.0


@contextlib.contextmanager
def progress(title: str, total: int) -> Generator[Emit]:
    """An `Emit` that keeps one line on stderr up to date while the block runs; quiet where it is no terminal."""
    if not sys.stderr.isatty():
        yield nobody
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Line(bar, bar.add_task(title, total=total, state="")).show


@dataclass(slots=True)
class Line:
    """The state of a run in a few words."""

    bar: Progress
    task: TaskID
    in_flight: int = 0
    spent: Decimal = Decimal(0)
    waiting: str = ""

    def show(self, event: Event) -> None:
        """An `Emit`."""
        match event:
            case TrialEnded():
                self.bar.advance(self.task)
            case AttemptStarted():
                self.in_flight += 1
            case AttemptEnded():
                self.in_flight -= 1
                self.waiting = ""
            case Settled(cost=cost):
                self.spent += cost
            case Waiting(why=why, length=length) if length >= _WORTH_A_WORD_S:
                self.waiting = f"waiting {length:.0f} s ({why.replace('_', ' ')})"
            case _:
                return
        self.bar.update(self.task, state=self._words())

    def _words(self) -> str:
        return "  ".join(
            part for part in (f"{self.in_flight} in flight", f"${self.spent:.4f}", self.waiting) if part
        )
