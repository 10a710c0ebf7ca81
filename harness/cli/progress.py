"""What is going on, for whoever sits at a terminal, as JSON lines for programs, and as a line a minute for a log."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import cast

from harness.cli.console import say
from harness.clock import SystemClock
from harness.errors import UsageError
from harness.events import Emit, Event, Stopping, nobody
from harness.pipeline.comparing import Compared
from harness.progress.fold import halt_of
from harness.progress.words import halt_words
from harness.settings import Settings
from harness.units import Seconds
from harness.wiring import redactor

_TO_STDERR = "-"


def add_events(parser: argparse.ArgumentParser) -> None:
    """`--events`."""
    parser.add_argument(
        "--events",
        metavar="FILE",
        help="write what happens while it happens, as JSON lines, here (`-`: stderr; see docs/json.md)",
    )


@contextlib.contextmanager
def listening(args: argparse.Namespace, settings: Settings) -> Generator[Emit]:
    """An `Emit` for the whole command: to where `--events` says. Raises UsageError where that cannot be written.

    What goes wrong later is said at the end, and changes nothing else.
    """
    name = cast("str | None", args.events)
    if name is None:
        yield nobody
        return
    from harness.progress.stream import Stream

    with _opened(name) as to:
        stream = Stream(to, SystemClock(), redactor(settings))
        try:
            yield stream.hear
        finally:
            problem = stream.close()
            if problem is not None and name != _TO_STDERR:
                say(f"harness: --events {name}: {problem}; events are missing there, and nothing else is")


@contextlib.contextmanager
def progress(title: str, args: argparse.Namespace, settings: Settings, listener: Emit) -> Generator[Emit]:
    """An `Emit` for one suite: to `listener`, and to stderr, unless events go there: drawn, or told line by line."""
    if args.events == _TO_STDERR:
        yield _both(listener, say_what_stops)
        return
    from harness.progress.screen import logged, shown

    if not sys.stderr.isatty():
        with logged(title, say, SystemClock()) as log:
            yield _both(_both(listener, say_what_stops), log)
        return
    with shown(title, sys.stderr, SystemClock(), coloured=not settings.no_color) as draw:
        yield _both(listener, draw)


def say_what_stops(event: Event) -> None:
    """An `Emit` for where nothing is shown: whoever pressed Ctrl-C is told what that did."""
    if isinstance(event, Stopping) and event.why == "interrupted":
        say(f"harness: {halt_words(halt_of(event, Seconds(0.0)), event.under_way, Seconds(0.0))}")


def say_of_several(compared: Compared, suites: int) -> None:
    """Each verdict as soon as there is one, where others are still to come; all is told at the end."""
    if suites > 1:
        say(f"harness: {compared.candidate.suite}: {compared.verdict.status}")


def _both(one: Emit, other: Emit) -> Emit:
    def emit(event: Event) -> None:
        one(event)
        other(event)

    return emit


@contextlib.contextmanager
def _opened(name: str) -> Generator[int]:
    if name == _TO_STDERR:
        yield sys.stderr.fileno()
        return
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(f"--events {name}: {error.strerror}; choose another file, or - for stderr") from None
    try:
        yield file
    finally:
        os.close(file)
