"""Runs a user's JavaScript in Node.js: a process for every call, bounded, without files, processes and environment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.call.canonical import canonical
from harness.call.waiting import TimeIsUpError, within
from harness.confined.pipes import Pipes, started
from harness.confined.process import PATIENCE, Broke, Returned, read_answer
from harness.units import Json, Seconds

_BRIDGE: Final = Path(__file__).with_name("bridge.cjs")
_HEAP_MB: Final = 256
_MEMORY: Final = 2 * 1024**3
_FILE: Final = 1024**2
_KNOWS: Final = (
    "process.stdin.once('data', () => console.log(JSON.stringify({value: ['--permission',"
    "'--experimental-permission'].filter(f => process.allowedNodeEnvironmentFlags.has(f))})))"
)


def find_node() -> str | None:
    """The program, where this machine has one."""
    return shutil.which("node")


@dataclass(slots=True)
class Node:
    """Calls of JavaScript, at most `at_once`."""

    program: str | None = field(default_factory=find_node)
    patience: Seconds = PATIENCE
    at_once: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    _slots: asyncio.Semaphore | None = None
    _permission: tuple[str, ...] | None = None
    """The switch that forbids files, processes and threads; how it is called depends on the version."""

    async def call(self, asked: Mapping[str, Json]) -> Returned | Broke:
        """`asked`: source, file, output, context. Nothing of the call is left running when it returns or is cancelled."""
        if self.program is None:
            return Broke(why="absent")
        if self._slots is None:
            self._slots = asyncio.Semaphore(self.at_once)
        async with self._slots:
            if self._permission is None:
                self._permission = await self._knows()
            bridge = _BRIDGE.read_text(encoding="utf-8")
            return await self._asked(canonical(asked), *self._permission, "-e", bridge)

    async def _knows(self) -> tuple[str, ...]:
        said = await self._asked("{}", "-e", _KNOWS)
        names = said.value if isinstance(said, Returned) and isinstance(said.value, list) else []
        return tuple(str(each) for each in names[:1])

    async def _asked(self, asked: str, *options: str) -> Returned | Broke:
        heap = f"--max-old-space-size={_HEAP_MB}"
        pipes = await started(str(self.program), "--no-warnings", heap, *options)
        try:
            _bound(pipes, self.patience)
            said = await within(self.patience, pipes.ask(asked.encode("utf-8", "replace") + b"\n"))
        except TimeIsUpError:
            return Broke(why="timeout")
        finally:
            await pipes.end()
        return Broke(why="ended", detail="its process ended") if said is None else read_answer(said)


def _bound(pipes: Pipes, patience: Seconds) -> None:
    """Limits of the process, set before it is told what to run. Systems that cannot set them have the others."""
    if not hasattr(resource, "prlimit"):
        return
    for what, most in (
        (resource.RLIMIT_CPU, int(patience) + 2),
        (resource.RLIMIT_DATA, _MEMORY),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ProcessLookupError, ValueError):
            hard = resource.prlimit(pipes.pid, what)[1]
            least = most if hard < 0 else min(most, hard)
            resource.prlimit(pipes.pid, what, (least, least))
