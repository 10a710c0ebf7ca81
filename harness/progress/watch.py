"""Hears events on one side and is looked at from the other, in threads of their own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from harness.clock import Clock
from harness.events import Event
from harness.progress.fold import fold
from harness.progress.state import At, Progress
from harness.units import Seconds


class Watch:
    """The state of a run. Hearing costs next to nothing: what was heard is only made sense of when somebody looks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: deque[At] = deque()
        self._looking = threading.Lock()
        self._progress = Progress()

    def hear(self, event: Event) -> None:
        """An `Emit`."""
        self._heard.append((self._clock.monotonic(), event))

    def look(self) -> tuple[Progress, Seconds]:
        """The state as of now, and when that is."""
        with self._looking:
            told = [self._heard.popleft() for _ in range(len(self._heard))]
            self._progress = fold(self._progress, told)
            return self._progress, self._clock.monotonic()


class Ticker:
    """Does something again and again in a thread of its own, and once more when it is closed."""

    def __init__(self, every: Seconds, do: Callable[[], object]) -> None:
        self._every = every
        self._do = do
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
        self._thread.start()

    def close(self, patience: Seconds | None = None) -> bool:
        """Whether the last time was over within `patience`; None: however long it takes."""
        self._over.set()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self._do()
        self._do()
