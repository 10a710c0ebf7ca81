"""Events as JSON lines, for programs that follow a run: to a file, a pipe or stderr."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Mapping
from datetime import timedelta

from harness.clock import Clock
from harness.events import Event, RunBegan, RunEnded
from harness.observe.redact import Redactor
from harness.observe.told import told
from harness.progress.fold import fold
from harness.progress.snapshot import snapshot
from harness.progress.state import At, Progress
from harness.progress.watch import Ticker
from harness.report.safe import json_text
from harness.units import Json, Seconds

SCHEMA = 1
_EVERY = Seconds(0.1)
"""Between two looks at what there is to write."""
_EVERY_SNAPSHOT = Seconds(1.0)
"""Between two snapshots, at least."""
_SIGN_OF_LIFE = Seconds(10.0)
"""Between two snapshots, at most, while a run goes on."""
MOST_WAITING = 100_000
"""Events that wait for a reader that is too slow; later ones are lost."""
_PATIENCE = Seconds(5.0)
"""For such a reader, at the end."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Stream:
    """Writes each event as a line, and at most every second what they come to. `hear` is an `Emit`.

    A thread of its own writes to the open file `to`, without a buffer that a process could not end with: a
    reader that is slow, or goes away, or a disk that is full holds no run up.
    """

    def __init__(self, to: int, clock: Clock, redactor: Redactor) -> None:
        self._to = to
        self._clock = clock
        self._redactor = redactor
        self._began = (clock.monotonic(), clock.now())
        self._heard: deque[At] = deque()
        self._runs: dict[str, str] = {}
        self._progress = Progress()
        self._snapped_at = self._began[0]
        self._is_news = False
        self._is_over = False
        self._lost = 0
        self._problem: str | None = None
        self._ticker = Ticker(_EVERY, self._write)

    def hear(self, event: Event) -> None:
        """An `Emit`."""
        if len(self._heard) < MOST_WAITING:
            self._heard.append((self._clock.monotonic(), event))
        else:
            self._lost += 1

    def close(self) -> str | None:
        """Write what is left; why the reader did not get everything, where that is so."""
        self._is_over = True
        in_time = self._ticker.close(_PATIENCE)
        lost = self._lost + len(self._heard)
        if self._problem is None and (lost or not in_time):
            return "whoever reads them is too slow"
        return self._problem

    def _write(self) -> None:
        told_now = [self._heard.popleft() for _ in range(len(self._heard))]
        for at, event in told_now:
            self._put(at, {"run": self._run_of(event), **told(event)})
        self._progress = fold(self._progress, told_now)
        self._is_news = self._is_news or bool(told_now)
        now = self._clock.monotonic()
        if self._is_due(now):
            self._put(now, {"run": None, **snapshot(self._progress, now)})
            self._snapped_at, self._is_news = now, False

    def _is_due(self, now: Seconds) -> bool:
        """Whether it is time for a snapshot: after news, and as a sign of life while runs go on."""
        since = now - self._snapped_at
        goes_on = any(side.ended is None for side in self._progress.sides.values())
        return (self._is_news and (self._is_over or since >= _EVERY_SNAPSHOT)) or (
            goes_on and since >= _SIGN_OF_LIFE
        )

    def _run_of(self, event: Event) -> str | None:
        """The run an event belongs to; None where it is about all that are made together."""
        if isinstance(event, RunBegan):
            self._runs[event.side] = event.run_id
        if isinstance(event, RunBegan | RunEnded):
            return event.run_id
        origin = getattr(event, "origin", None)
        if not isinstance(origin, str):
            return None
        side, colon, _ = origin.partition(":")
        return self._runs.get(side if colon else "")

    def _put(self, at: Seconds, document: Mapping[str, Json]) -> None:
        began, moment = self._began
        passed = round(at - began, 6)
        when = (moment + timedelta(seconds=passed)).isoformat(timespec="microseconds")
        line = {"schema": SCHEMA, "at": when, "t": passed, **document}
        if self._problem is None:
            try:
                self._send(self._encoded(line))
            except OSError as error:
                self._problem = error.strerror or str(error)

    def _send(self, rest: bytes) -> None:
        while rest:
            rest = rest[os.write(self._to, rest) :]

    def _encoded(self, line: Mapping[str, Json]) -> bytes:
        text = _encode(line)
        if self._redactor.redact_text(text) != text:
            text = _encode(self._redactor.redact_json(line))
        return f"{json_text(text)}\n".encode("utf-8", "replace")
