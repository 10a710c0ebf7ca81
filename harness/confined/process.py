"""Workers that call a user's functions: a few processes that wait, and a fresh, bounded one for every call.

See `inside` for what a call may do. It is no sandbox: the code is the project's own, and may read what the user may
read. What it cannot do is spend more than its share, outlive its call, or find a key in its environment.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from harness.call.canonical import canonical
from harness.call.waiting import TimeIsUpError, within
from harness.confined.pipes import Pipes, started
from harness.units import Json, Seconds

PATIENCE: Final = Seconds(10.0)
"""The longest one call may take where nothing else is said."""
_STARTS: Final = Seconds(30.0)
"""The longest until a process has started and loaded what the file imports."""
_INSIDE: Final = Path(__file__).with_name("inside.py")
_COMMAND: Final = (sys.executable, "-I", "-B", "-X", "utf8", str(_INSIDE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one function."""

    file: str
    """What the file is called; never opened."""
    source: str
    function: str
    arguments: Mapping[str, Json]
    patience: Seconds = PATIENCE
    is_grader: bool = False
    """Whether what it returns is a verdict of `harness.graders`, which is checked where it is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a function gave: any JSON, as hostile as the code."""

    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """A call that gave nothing: it raised, took too long, said too much, or its process ended."""

    why: str
    """`raised`, `timeout`, `too_large`, `ended`, or the `kind` of a `ToolFailed`."""
    detail: str = ""
    """For people, in the words of the code: hostile."""


@dataclass(slots=True)
class Workers:
    """Processes for calls, at most `at_once`; started when they are needed, and kept until `close`."""

    at_once: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    _idle: list[Pipes] = field(default_factory=list[Pipes])
    _slots: asyncio.Semaphore | None = None

    async def call(self, call: Call) -> Returned | Broke:
        """Nothing of the call is left running when it returns, raises or is cancelled."""
        if self._slots is None:
            self._slots = asyncio.Semaphore(self.at_once)
        async with self._slots:
            worker = self._idle.pop() if self._idle else await started(*_COMMAND)
            try:
                said = await within(Seconds(call.patience + _STARTS), worker.ask(_spelled(call)))
            except TimeIsUpError:
                await worker.end()
                return Broke(why="timeout")
            except BaseException:
                await worker.end()
                raise
            if said is None:
                await worker.end()
                return Broke(why="ended", detail="its process ended, and took the waiting one with it")
            self._idle.append(worker)
            return read_answer(said)

    async def close(self) -> None:
        """End the processes that wait."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(each.end() for each in idle))


def _spelled(call: Call) -> bytes:
    said: dict[str, Json] = {
        "name": Path(call.file).stem,
        "file": call.file,
        "source": call.source,
        "function": call.function,
        "arguments": call.arguments,
        "seconds": call.patience,
        "is_grader": call.is_grader,
    }
    return canonical(said).encode("utf-8", "replace") + b"\n"


def read_answer(line: bytes) -> Returned | Broke:
    """What a process says became of its call."""
    try:
        said = cast("Json", json.loads(line))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping):
        return Broke(why="ended", detail="its process gave no answer")
    if "value" in said:
        return Returned(value=said["value"])
    return Broke(why=str(said.get("error")), detail=str(said.get("detail", "")))
