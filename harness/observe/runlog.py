"""The log of a run: one line of JSON per event, beside the run's journal, for people who want to know what happened.

The journal is what counts, and is made durable; the log is what is read. So a line of the log is written at once and
whole, but never waited for, and a log that cannot be written stops, says so once, and lets the run go on.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from harness.clock import Clock
from harness.currency import Rate
from harness.events import Event, RunBegan, RunEnded, TrialEnded
from harness.observe.redact import Redactor
from harness.observe.told import told
from harness.units import Json, Seconds

ENDING = ".log"
"""Not `.jsonl`, which is what journals end in: whoever looks for those must not find logs."""
_ORIGIN = re.compile(r"(?:(?P<side>[^:/]*):)?(?P<suite>[^/]+)/(?P<case>.+)#(?P<repeat>\d+)@.*", re.DOTALL)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def log_path(runs: Path, run_id: str) -> Path:
    """Where the log of a run lies: beside its journal."""
    return runs / f"{run_id}{ENDING}"


def to_stderr(text: str) -> None:
    """Say something where the output of the run is not."""
    sys.stderr.write(f"{text}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a log is made with."""

    runs: Path
    clock: Clock
    redactor: Redactor
    rate: Rate | None = None
    """Of the local currency; None: dollars only."""
    complain: Callable[[str], None] = to_stderr


class RunLogs:
    """The logs of runs that are made together. `heed` is an `Emit`; each run gets its own events, and what all share."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._open: dict[str, _Log] = {}

    def heed(self, event: Event) -> None:
        """Write down one event. Never fails."""
        if isinstance(event, RunBegan):
            self._open[event.side] = _Log(self._means, event.run_id, event.suite)
        document = told(event)
        origin = document.pop("origin", None)
        for side, log in tuple(self._open.items()):
            bound = _bound(event, origin, side)
            if bound is not None:
                log.write(document, bound, event)
        if isinstance(event, RunEnded):
            self._close(event.side)

    def close(self) -> None:
        """Close what a run that broke down has left open."""
        for side in tuple(self._open):
            self._close(side)

    def _close(self, side: str) -> None:
        log = self._open.pop(side, None)
        if log is not None:
            log.close()


class _Log:
    """One file. Whole lines: what is written of a line that does not fit is cut off again."""

    def __init__(self, means: Means, run_id: str, suite: str) -> None:
        self._means = means
        self._path = log_path(means.runs, run_id)
        self._began = means.clock.monotonic()
        self._first_heard: dict[Json, Seconds] = {}
        """By trial, whatever models it went to."""
        self._run: dict[str, Json] = {"run": run_id, "suite": suite}
        self._size = 0
        self._file = -1
        try:
            self._file, self._size = _opened(self._path)
        except OSError as error:
            self._give_up(error.strerror or str(error))

    def write(self, document: Mapping[str, Json], bound: Mapping[str, Json], event: Event) -> None:
        if self._file < 0:
            return
        clock = self._means.clock
        now = clock.monotonic()
        line: dict[str, Json] = {
            "at": clock.now().isoformat(),
            "t": round(now - self._began, 6),
            "event": document["event"],
            **self._run,
            **bound,
            **{key: value for key, value in document.items() if value is not None},
        }
        if bound:
            line |= self._trial(event, bound["trial"], now)
        try:
            self._put(self._finished(line))
        except OSError as error:
            self._cut(error.strerror or str(error))
        except Exception as error:  # noqa: BLE001 - a bug in the log must not cost a run that is paid for
            self._cut(f"a bug of ours, {type(error).__name__}")

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _trial(self, event: Event, trial: Json, now: Seconds) -> dict[str, Json]:
        """How long a trial took, from the first that was heard of it."""
        if not isinstance(event, TrialEnded):
            self._first_heard.setdefault(trial, now)
            return {}
        return {"took_s": round(now - self._first_heard.pop(trial, now), 6)}

    def _finished(self, line: dict[str, Json]) -> bytes:
        rate, cost = self._means.rate, line.get("cost_usd")
        if rate is not None and isinstance(cost, str):
            line["cost_local"] = rate.document(Decimal(cost))
        text = _encode(line)
        if self._means.redactor.may_hold_one(text):
            text = _encode(self._means.redactor.redact_json(line))
        return text.encode("utf-8", "replace") + b"\n"

    def _put(self, line: bytes) -> None:
        rest = line
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self._size += len(line)

    def _cut(self, why: str) -> None:
        try:
            os.ftruncate(self._file, self._size)
        except OSError as error:
            why = f"{why}; {error.strerror}"
        self.close()
        self._give_up(why)

    def _give_up(self, why: str) -> None:
        self._means.complain(
            f"harness: {self._path}: the log of this run stops here ({why}); the run goes on, and its journal has everything"
        )


def _opened(path: Path) -> tuple[int, int]:
    """The file to append to, and its size. A line that a killed process left unfinished is ended first."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    size = os.fstat(file).st_size
    if size > 0 and os.pread(file, 1, size - 1) != b"\n":
        size += os.write(file, b"\n")
    return file, size


def _bound(event: Event, origin: Json, side: str) -> Mapping[str, Json] | None:
    """What an event binds to its line; None where it belongs to another side."""
    if isinstance(event, RunBegan | RunEnded):
        return {} if event.side == side else None
    if not isinstance(origin, str):
        return {}
    whose, fields = _parsed(origin)
    return fields if whose == side else None


@lru_cache(maxsize=4096)
def _parsed(origin: str) -> tuple[str, Mapping[str, Json]]:
    """The side of an origin (`harness.call.exchange.Origin`), and the fields it binds."""
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        return "", {"trial": origin}
    case, repeat = match["case"], match["repeat"]
    return match["side"] or "", {"suite": match["suite"], "case": case, "trial": f"{case}#{repeat}"}
