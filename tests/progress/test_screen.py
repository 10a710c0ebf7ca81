"""Lines on a terminal: kept up to date, gone afterwards, and never in the way."""

from __future__ import annotations

import os
import pty
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TextIO

import pytest

from harness.clock import SystemClock
from harness.progress import screen as module
from harness.progress.screen import Lasting, logged, shown
from harness.units import Seconds
from tests.progress.scenes import began, over, sent

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """A pseudo-terminal: `stream` is the side that programs write to."""

    outer: int
    stream: TextIO
    _seen: bytes = b""
    _open: list[int] = field(default_factory=list[int])

    def seen(self) -> str:
        """Everything that was written so far."""
        os.set_blocking(self.outer, False)
        with suppress(BlockingIOError, OSError):
            while more := os.read(self.outer, 65536):
                self._seen += more
        return self._seen.decode()

    def wait_for(self, text: str) -> None:
        for _ in range(400):
            if text in CONTROLS.sub("", self.seen()):
                return
            time.sleep(0.01)
        raise AssertionError(f"{text!r} never came, but: {self.seen()!r}")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setattr(module, "_EVERY", Seconds(0.01))
    monkeypatch.setattr(module, "_EVERY_PLAIN", Seconds(0.01))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    outer, inner = pty.openpty()
    with os.fdopen(inner, "w", encoding="utf-8") as stream:
        yield Terminal(outer, stream)
    with suppress(OSError):
        os.close(outer)


def test_a_terminal_shows_how_far_it_is_and_nothing_afterwards(terminal: Terminal) -> None:
    with shown("triage", terminal.stream, SystemClock(), coloured=True) as emit:
        emit(began(planned=3))
        emit(sent(1))
        terminal.wait_for("0/3   1 in flight")
        emit(over(1))
        terminal.wait_for("1/3")
    last = terminal.seen().rpartition("1/3")[2]
    assert "\x1b[?25h" in last  # the cursor is back
    assert last.rstrip().endswith("\x1b[2K")  # and the line is gone


def test_a_terminal_is_put_right_after_an_exception_too(terminal: Terminal) -> None:
    def fail() -> None:
        with shown("triage", terminal.stream, SystemClock(), coloured=True) as emit:
            emit(began(planned=3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert "\x1b[?25h" in terminal.seen()
    assert not isinstance(sys.stderr, Lasting)


@pytest.mark.parametrize("coloured", [True, False])
def test_colours_are_for_those_who_want_them(terminal: Terminal, *, coloured: bool) -> None:
    with shown("triage", terminal.stream, SystemClock(), coloured=coloured) as emit:
        emit(began(planned=3))
        emit(over(1))
        terminal.wait_for("1/3")
    assert ("\x1b[32m" in terminal.seen()) is coloured


def test_a_terminal_that_takes_plain_text_gets_nothing_else(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with shown("triage", terminal.stream, SystemClock(), coloured=False) as emit:
        emit(began(planned=3))
        emit(over(1))
    assert "1/3" in terminal.seen()
    assert "\x1b" not in terminal.seen()


def test_a_terminal_of_plain_text_gets_one_line_at_a_time(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with shown("triage", terminal.stream, SystemClock(), coloured=False) as emit:
        emit(began("baseline", planned=3))
        emit(began("candidate", planned=3))
        terminal.wait_for("0/6")
    assert {line.split()[0] for line in terminal.seen().splitlines()} == {"triage"}


def test_what_has_not_changed_is_not_drawn_again(terminal: Terminal) -> None:
    with shown("triage", terminal.stream, SystemClock(), coloured=False) as emit:
        emit(began(planned=3))
        terminal.wait_for("0/3")
        before = terminal.seen().count("0/3")
        time.sleep(0.1)  # ten times as long as it takes to look again
        assert terminal.seen().count("0/3") == before
        emit(over(1))
        terminal.wait_for("1/3")


def test_a_log_gets_a_line_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY_LOGGED", Seconds(0.01))
    told: list[str] = []
    with logged("triage", told.append, SystemClock()) as emit:
        emit(began(planned=3))
        while not told:
            time.sleep(0.01)
    assert told[0] == "harness: triage 0/3   $0.00 of $2.00"


def test_a_short_run_leaves_nothing_in_a_log() -> None:
    told: list[str] = []
    with logged("triage", told.append, SystemClock()) as emit:
        emit(began(planned=3))
        emit(over(1))
    assert told == []


def test_what_others_say_meanwhile_stands_above(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with shown("triage", terminal.stream, SystemClock(), coloured=False) as emit:
        emit(began(planned=3))
        sys.stderr.write("harness: something else\n")
        terminal.wait_for("0/3")
    assert "harness: something else\r\n" in CONTROLS.sub("", terminal.seen())


def test_a_terminal_that_goes_away_is_not_missed(terminal: Terminal) -> None:
    with shown("triage", terminal.stream, SystemClock(), coloured=True) as emit:
        emit(began(planned=3))
        terminal.wait_for("0/3")
        os.close(terminal.outer)
        emit(over(1))
    assert Lasting(terminal.stream).isatty()
    os.dup2(os.open(os.devnull, os.O_WRONLY), terminal.stream.fileno())


def test_a_display_that_breaks_costs_no_run(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "lines", broken)
    with shown("triage", terminal.stream, SystemClock(), coloured=True) as emit:
        emit(began(planned=3))
    assert "ZeroDivisionError" not in terminal.seen()


@pytest.mark.parametrize(("front", "ours"), [(os.getpgrp, True), (lambda: -1, False)])
def test_in_the_background_nothing_is_drawn(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, front: Callable[[], int], *, ours: bool
) -> None:
    assert Lasting(terminal.stream).is_ours()  # it is not the terminal we were started from
    monkeypatch.setattr(os, "tcgetpgrp", lambda _file: front())
    assert Lasting(terminal.stream).is_ours() is ours
