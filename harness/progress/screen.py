"""A `Progress` on a terminal: a few lines that are kept up to date, and are gone afterwards."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TextIO, cast

from harness.clock import Clock
from harness.events import Emit
from harness.progress.layout import Line, Screen, lines
from harness.progress.watch import Ticker, Watch
from harness.progress.words import one_line
from harness.report.safe import term
from harness.units import Seconds

if TYPE_CHECKING:
    from rich.console import Group

_EVERY = Seconds(0.25)
_EVERY_PLAIN = Seconds(10.0)
"""A line that stays must not come often."""
_EVERY_LOGGED = Seconds(60.0)
"""A log is read afterwards, and by people who look whether anything moves."""


@contextlib.contextmanager
def shown(title: str, stream: TextIO, clock: Clock, *, coloured: bool) -> Generator[Emit]:
    """An `Emit` whose events are shown on `stream`, which is a terminal, while the block runs.

    The lines are gone after the block, however it ends. What is written to stderr meanwhile stands above
    them. A terminal that only takes plain text (TERM=dumb) gets a line every ten seconds. One that goes away is
    not missed: showing never fails. What has not changed is not drawn again.
    """
    from rich.console import Console
    from rich.live import Live

    watch = Watch(clock)
    terminal = Lasting(stream)
    console = Console(
        file=cast("TextIO", terminal),
        force_terminal=True,
        no_color=not coloured,
        highlight=False,
        emoji=False,
    )
    is_ascii = "utf" not in (stream.encoding or "").lower()

    def drawn(width: int) -> tuple[Line, ...]:
        progress, now = watch.look()
        return lines(title, progress, now, Screen(width=width, is_ascii=is_ascii))

    if console.is_dumb_terminal:
        with _again_and_again(_EVERY_PLAIN, lambda: terminal.say(_told(title, watch))):
            yield watch.hear
        return
    last: list[object] = [None]

    def redraw() -> None:
        now = (console.size, drawn(console.width))
        if terminal.is_ours() and now != last[0]:
            last[0] = now
            live.refresh()

    live = Live(
        get_renderable=lambda: _rich(drawn, console.width),
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
    )
    with live, _again_and_again(_EVERY, redraw):
        console.show_cursor(show=True)  # a process that is killed could not bring it back
        yield watch.hear


@contextlib.contextmanager
def logged(title: str, tell: Callable[[str], object], clock: Clock) -> Generator[Emit]:
    """An `Emit` for where lines are kept, such as the log of a job: one line each minute, and none of a short run."""
    watch, is_over = Watch(clock), False

    def line() -> None:
        told = _told(title, watch)
        if told and not is_over:
            tell(f"harness: {told}")

    with _again_and_again(_EVERY_LOGGED, line):
        try:
            yield watch.hear
        finally:
            is_over = True


def _told(title: str, watch: Watch) -> str:
    return term(one_line(title, *watch.look()))


class Lasting(io.TextIOBase):
    """A terminal that may go away: from then on nothing is written, and nothing is wrong."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_gone = False

    def write(self, text: str, /) -> int:
        if not self._is_gone:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                self._is_gone = True
        return len(text)

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain attribute in typeshed
        return self._stream.encoding

    def say(self, line: str) -> None:
        """Write a line that stays; nothing where it is empty."""
        if line:
            self.write(f"{line}\n")

    def is_ours(self) -> bool:
        """Whether we may draw: not in the background, where the shell or another program does."""
        try:
            return os.tcgetpgrp(self.fileno()) == os.getpgrp()
        except (OSError, ValueError):  # not the terminal we were started from
            return True


@contextlib.contextmanager
def _again_and_again(every: Seconds, do: Callable[[], object]) -> Generator[None]:
    def safely() -> None:
        with contextlib.suppress(Exception):  # whatever is wrong with a display, the run is worth more
            do()

    with contextlib.closing(Ticker(every, safely)):
        yield


def _rich(drawn: Callable[[int], tuple[Line, ...]], width: int) -> Group:
    from rich.console import Group
    from rich.text import Text

    found: tuple[Line, ...] = ()
    with contextlib.suppress(Exception):  # the last drawing is made in the run's own thread
        found = drawn(width)
    texts = (Text.assemble(*((span.text, span.style) for span in line)) for line in found)
    return Group(*(Text(text.plain, spans=text.spans, no_wrap=True, overflow="crop") for text in texts))
