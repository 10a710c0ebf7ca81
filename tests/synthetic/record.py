"""Writes every made-up recording anew: `python -m tests.synthetic.record`.

The scripted model answers over real HTTP on loopback, through the real SDK, into the project's own recorder. Time
stands still but for the latencies the model claims, and requests go one after the other, so the files come out the
same, byte for byte.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from harness.call.fault import CallFailed, Kind
from harness.call.guard import Send, chain
from harness.call.step import forget
from harness.call.tool_loop import ToolLoop
from harness.confined.process import Workers
from harness.errors import UsageError
from harness.events import nobody
from harness.fakes.process import PythonFakes
from harness.plan import make_plan
from harness.providers.anthropic import recording
from harness.providers.archive import recordings_of
from harness.providers.wire import Access, Wire
from harness.suite.lock import LOCK, lock_text
from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project
from harness.trial import Trial, Variant
from harness.units import FREE, Seconds
from tests.standin import Answer, StandIn
from tests.synthetic.model import VERSIONS, ScriptedModel

ROOT: Final = Path(__file__).parents[2]
RECORDED_AT: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class StoppedClock:
    """Time that only moves when somebody says by how much."""

    time: float = 0.0

    def monotonic(self) -> Seconds:
        return Seconds(self.time)

    def now(self) -> datetime:
        return RECORDED_AT

    async def sleep(self, length: Seconds) -> None:
        self.time += length


class QuietStandIn(StandIn):
    """Leaves out the headers that tell the time and what is left of an account nobody has."""

    def _headers(self, number: int) -> dict[str, str]:
        return {"request-id": f"req_synthetic_{number:06d}"}


def record_all(project: Project, folder: Path) -> int:
    """Record every suite with every variant of `VERSIONS`. Returns how many replies there are now.

    Raises UsageError where the folder holds real recordings: those cost money, and nobody may overwrite them.
    """
    _clear(folder)
    model = ScriptedModel(project)
    return sum(
        asyncio.run(_record(project, suite, (name, version), model, folder))
        for suite in sorted(project.suites)
        for name, versions in VERSIONS[suite].items()
        for version in versions
    )


def _clear(folder: Path) -> None:
    paths: set[Path] = set()
    for path, each in recordings_of(folder):
        if not each.synthetic:
            raise UsageError(f"{path} holds recordings of the real API; move them away first")
        paths.add(path)
    for path in paths:
        path.unlink()


async def _record(
    project: Project, suite: str, names: tuple[str, str], model: ScriptedModel, folder: Path
) -> int:
    pin, version = names
    variant = Variant(
        prompt=project.prompts[project.suites[suite].prompt, version], model=project.models[pin]
    )
    trials = make_plan(project.suites[suite], variant).trials
    clock = StoppedClock()

    def answer(body: Mapping[str, Any]) -> Answer:
        given = model.answer(body)
        clock.time += given.latency
        return replace(given, latency=0.0)

    with QuietStandIn(answer) as server:
        access = Access(api_key="nobody-s-key", base_url=server.url)
        send = recording(access, folder, Wire(clock=clock), synthetic=True)
        workers = Workers()
        loop = loop_of(clock, workers)
        try:
            for trial in trials:
                clock.time = 0.0
                await ask(trial, chain([loop], send))
        finally:
            await send.aclose()
            await workers.close()
    return len(trials)


def loop_of(clock: StoppedClock, workers: Workers) -> ToolLoop:
    """The production tool loop, without money."""
    return ToolLoop(
        clock=clock,
        emit=nobody,
        keep=forget,
        cost=lambda _request, _reply: FREE,
        price=lambda _request: FREE,
        run_python=PythonFakes(workers).run,
        redact=str,
    )


async def ask(trial: Trial, send: Send) -> None:
    """A conversation that the loop ends is recorded up to there: a run asks for no more."""
    try:
        await send(trial.request)
    except CallFailed as failed:
        if failed.fault.kind is not Kind.TOOL_LOOP:
            raise


def record_anew(project: Path, record: Callable[[Path], int]) -> None:
    """Write the lock of a project, and with `record` its recordings, in place of those it has."""
    for old in (project / "fixtures").glob("*/*.jsonl"):
        old.unlink()
    prompts = read_project(WorkingTree(project)).prompts
    (project / LOCK).write_text(lock_text(prompts), encoding="utf-8")
    record(project / "fixtures")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.synthetic.record", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "fixtures", help="where the recordings go")
    count = record_all(read_project(WorkingTree(ROOT)), parser.parse_args().folder)
    sys.stdout.write(f"{count} made-up replies recorded\n")


if __name__ == "__main__":
    main()
