"""The pipes to one process for a user's code: calls go in, and each is answered by a line."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from contextlib import suppress
from typing import Final, cast

from harness.call.waiting import TimeIsUpError, within
from harness.units import Seconds

MOST_LINE: Final = 2 * 1024 * 1024
"""Bytes of one answer; who writes more is not listened to any longer."""
_GOES: Final = Seconds(2.0)
"""How long a killed process has to be gone."""


async def started(*command: str) -> Pipes:
    """A new process: nothing in its environment, a session of its own, and what it says of errors goes nowhere."""
    transport, pipes = await asyncio.get_running_loop().subprocess_exec(
        Pipes, *command, stderr=subprocess.DEVNULL, env={}, cwd="/", start_new_session=True
    )
    pipes.pid = transport.get_pid()
    return pipes


class Pipes(asyncio.SubprocessProtocol):
    """The pipes to one process: calls go in, and each is answered by a line."""

    pid: int

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._gone: asyncio.Future[None] = loop.create_future()
        """Done once the process is reaped and its pipes are closed."""
        self._output = bytearray()
        self._answer: asyncio.Future[bytes | None] = loop.create_future()
        self._pipes: asyncio.SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._pipes = cast("asyncio.SubprocessTransport", transport)

    async def ask(self, asked: bytes) -> bytes | None:
        """The line that answers; None where the process ended instead."""
        pipe = None if self._pipes is None else self._pipes.get_pipe_transport(0)
        if pipe is None or self._gone.done():
            return None
        self._answer = asyncio.get_running_loop().create_future()
        cast("asyncio.WriteTransport", pipe).write(asked)
        return await self._answer

    async def end(self) -> None:
        """Kill the process and what it started, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        # Closing at once would reap the process before asyncio does; what left its session may hold the pipes.
        with suppress(TimeIsUpError):
            await within(_GOES, asyncio.shield(self._gone))
        if self._pipes is not None:
            self._pipes.close()
        await asyncio.shield(self._gone)

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002 - the name is asyncio's
        self._output += data
        line, newline, rest = self._output.partition(b"\n")
        if newline:
            self._output = bytearray(rest)
            self._say(bytes(line))
        elif len(self._output) > MOST_LINE:
            self._say(None)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        if fd == 1:
            self._say(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._say(None)
        self._gone.set_result(None)

    def _say(self, line: bytes | None) -> None:
        if not self._answer.done():
            self._answer.set_result(line)
