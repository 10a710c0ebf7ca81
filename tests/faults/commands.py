"""The command line, in this process and in virtual time, against the stand-in: what is said, stored and returned."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import socket
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from harness.cli.main import main
from harness.pipeline import running
from harness.store.past import read_journal
from tests.faults.always import assert_accounts_agree, assert_stored
from tests.faults.runs import nothing
from tests.faults.wire_time import WireClock
from tests.projects import KEY, tiny_model
from tests.standin import StandIn, Trouble
from tests.standin.answers import Answering
from tests.standin.server import Script

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command came to."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass(kw_only=True)
class Desk:
    """A project, and a stand-in at an address that stays the same from command to command."""

    folder: Path
    script: Script = nothing
    answer: Answering = tiny_model
    clock: WireClock = field(default_factory=WireClock)

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.server = StandIn(self.answer, troubles=self._trouble, port=port)

    def type(self, *argv: str, **environment: str) -> Said:
        """One command."""
        began = self.clock.passed
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            shell = {"ANTHROPIC_BASE_URL": self.url, "ANTHROPIC_API_KEY": KEY} | environment
            for name, value in shell.items():
                patch.setenv(name, value)
            patch.setattr(running, "SystemClock", lambda: self.clock)
            patch.setattr(asyncio, "run", self._run)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main(argv)
        assert "Traceback" not in err.getvalue(), err.getvalue()
        return Said(status=status, out=out.getvalue(), err=err.getvalue(), seconds=self.clock.passed - began)

    def run(self, *argv: str, **environment: str) -> Said:
        """`harness run tiny --json`, live; and the accounts agree afterwards."""
        said = self.type("run", "tiny", "--mode", "live", "--json", *argv, **environment)
        self.check(said.document)
        return said

    def check(self, *documents: Any) -> None:
        """What must hold after every run: the server, the journals and what was printed say the same."""
        paths = sorted((self.folder / "reports/runs").glob("*.jsonl"))
        assert_accounts_agree([self.server], paths)
        for document in documents:
            [path] = [each for each in paths if read_journal(each).info.run_id == document["run_id"]]
            assert_stored(document, path)

    def _trouble(self, number: int) -> Trouble | None:
        return self.script(number)  # which may be another one by then

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        async def served() -> T:
            async with self.server.in_this_loop():
                return await work

        return self.clock.run(served())
