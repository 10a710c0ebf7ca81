"""What is going on, in a few words, and only for those who look."""

from __future__ import annotations

import io
import sys
from decimal import Decimal

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from harness.cli.progress import Line, progress
from harness.events import (
    AttemptEnded,
    AttemptStarted,
    BreakerMoved,
    Event,
    Settled,
    TrialEnded,
    Waiting,
    nobody,
)
from harness.units import Seconds, Usd

WHO = {"origin": "tiny/c00#1@tiny-v1", "model": "claude-opus-5-5"}
STARTED = AttemptStarted(**WHO, attempt=1)
ENDED = AttemptEnded(
    **WHO, attempt=1, latency=Seconds(1.0), fault=None, detail=None, status=200, request_id=None
)
SETTLED = Settled(**WHO, attempt=1, cost=Usd(Decimal("0.25")), uncertain=Usd(Decimal(0)))
DONE = TrialEnded(origin=WHO["origin"], model=WHO["model"], outcome="answered", score=1.0)


def waiting(length: float) -> Waiting:
    return Waiting(**WHO, why="retry_after", length=Seconds(length))


class Screen(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_log_file_gets_nothing() -> None:
    with progress("tiny", 3) as emit:
        assert emit is nobody


def test_a_terminal_gets_a_line_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress("tiny", 3) as emit:
        for event in (STARTED, ENDED, SETTLED, DONE):
            emit(event)
    assert "tiny" in screen.getvalue()
    assert "1/3" in screen.getvalue()


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([STARTED, STARTED], "2 in flight  $0.0000"),
        ([STARTED, ENDED, SETTLED, DONE], "0 in flight  $0.2500"),
        ([STARTED, waiting(37.2)], "1 in flight  $0.0000  waiting 37 s (retry after)"),
        ([STARTED, waiting(37.2), ENDED], "0 in flight  $0.0000"),
        ([STARTED, waiting(0.5)], "1 in flight  $0.0000"),
        ([BreakerMoved(model="m", state="open", because="x")], ""),
    ],
)
def test_the_state_of_a_run_in_a_few_words(events: list[Event], words: str) -> None:
    with Progress(TextColumn("x"), console=Console(file=io.StringIO())) as bar:
        line = Line(bar, bar.add_task("tiny", total=3, state=""))
        for event in events:
            line.show(event)
        assert bar.tasks[0].fields["state"] == words
        assert bar.tasks[0].completed == (1 if DONE in events else 0)
