"""Runs a Python fake: a fresh process for every call, bounded, and without a secret in its environment.

A fake cannot remember anything from one call to the next, so a replay sees what the recording saw. The process is
no sandbox: the code is the project's own, and may read what the user may read.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from harness.call.canonical import canonical
from harness.call.tool_answer import ToolAnswer
from harness.call.waiting import TimeIsUpError, within
from harness.suite.tool import PythonFake, ToolError
from harness.units import Json, Seconds

PATIENCE: Final = Seconds(10.0)
"""The longest one call may take."""
MOST_OUTPUT: Final = 1024 * 1024
"""Bytes of one result, as JSON."""
_CHILD: Final = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFakes:
    """Runs the functions of `evals/tools.py`, each call in a process of its own."""

    patience: Seconds = PATIENCE

    async def run(self, fake: PythonFake, arguments: Mapping[str, Json]) -> ToolAnswer:
        """A `RunPython`. Nothing is left running when it returns, raises or is cancelled."""
        command = (sys.executable, "-I", "-B", "-X", "utf8", str(_CHILD))
        transport, call = await asyncio.get_running_loop().subprocess_exec(
            _Call, *command, stderr=subprocess.DEVNULL, env={}, cwd="/", start_new_session=True
        )
        try:
            call.ask(self._asked(fake, arguments))
            return _read(await within(self.patience, call.answer()))
        except TimeIsUpError:
            return ToolAnswer(error=ToolError.TIMEOUT)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(transport.get_pid(), signal.SIGKILL)
            transport.close()
            await asyncio.shield(call.gone)

    def _asked(self, fake: PythonFake, arguments: Mapping[str, Json]) -> bytes:
        call: dict[str, Json] = {
            "file": fake.file,
            "source": fake.source,
            "function": fake.function,
            "arguments": arguments,
            "seconds": int(self.patience) + 1,
        }
        return canonical(call).encode("utf-8", "replace")


class _Call(asyncio.SubprocessProtocol):
    """The pipes to one child: a call goes in, and the first line that comes out is the answer."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        """Done once the process is reaped and its pipes are closed."""
        self._output = bytearray()
        self._answered: asyncio.Future[None] = loop.create_future()
        self._pipes: asyncio.SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._pipes = cast("asyncio.SubprocessTransport", transport)

    def ask(self, asked: bytes) -> None:
        pipe = None if self._pipes is None else self._pipes.get_pipe_transport(0)
        if pipe is not None:
            stdin = cast("asyncio.WriteTransport", pipe)
            stdin.write(asked)
            stdin.write_eof()

    async def answer(self) -> bytes:
        """What it wrote: a line, too much, or less than a line if it was ended."""
        await self._answered
        return bytes(self._output)

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002 - the name is asyncio's
        self._output += data
        if b"\n" in data or len(self._output) > MOST_OUTPUT:
            self._done()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        if fd == 1:
            self._done()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._done()
        self.gone.set_result(None)

    def _done(self) -> None:
        if not self._answered.done():
            self._answered.set_result(None)


def _read(output: bytes) -> ToolAnswer:
    """The answer in what the child wrote; a child that wrote nothing whole was killed, or ended itself."""
    if len(output) > MOST_OUTPUT:
        return ToolAnswer(error=ToolError.INTERNAL, flags=("too_large",))
    try:
        said = cast("Json", json.loads(output))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping):
        return ToolAnswer(error=ToolError.INTERNAL)
    if "value" in said:
        return ToolAnswer(value=said["value"])
    known = {each.value: each for each in ToolError}
    return ToolAnswer(error=known.get(str(said.get("error")), ToolError.INTERNAL))
