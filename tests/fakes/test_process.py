"""A Python fake runs in a process of its own: bounded, without secrets, and gone afterwards."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from harness.call.tool_answer import MOST_RESULT, ToolAnswer
from harness.fakes.process import PythonFakes
from harness.suite.tool import PythonFake, ToolError
from harness.units import Json, Seconds
from tests.doubles import go

FAKES = """
import json, os, sys, time
from harness.tool_errors import NotFound, RateLimited

def echo(**given): return given
def nothing(): return None
def missing(): raise NotFound("sk-secret")
def busy(): raise RateLimited
def broken(): raise KeyError("/home/user/sk-secret")
def leaves(): sys.exit(3)
def dies(): os._exit(0)
def prints(): print("{}"); os.write(1, b"junk"); sys.stderr.write("noise"); return "clean"
def environment(): return dict(os.environ)
def no_json(): return object()
def no_number(): return float("nan")
def long(): return "x" * 200_000
def huge(): return "x" * 2_000_000
def sleeps(): time.sleep(60)
def forks():
    if os.fork() == 0:
        time.sleep(60)
    return "parent"
def grows(): return len(" " * (3 * 1024**3))
def writes():
    with open(os.devnull.replace("null", "shm/fake-of-a-test"), "wb") as file:
        file.write(b"x" * 4_000_000)
"""


def run(function: str, arguments: Mapping[str, Json] | None = None, source: str = FAKES) -> ToolAnswer:
    fakes = PythonFakes(patience=Seconds(10))
    return go(fakes.run(PythonFake(function=function, source=source), arguments or {}))


def test_a_fake_gets_its_arguments_by_name_and_gives_any_json() -> None:
    given: Mapping[str, Json] = {"order": "17", "many": [1, 2.5, None, {"ä": True}]}

    assert run("echo", given) == ToolAnswer(value=given)
    assert run("nothing") == ToolAnswer(value=None)


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("missing", ToolError.NOT_FOUND),
        ("busy", ToolError.RATE_LIMITED),
        ("broken", ToolError.INTERNAL),
        ("leaves", ToolError.INTERNAL),
        ("dies", ToolError.INTERNAL),
        ("no_json", ToolError.INTERNAL),
        ("no_number", ToolError.INTERNAL),
        ("grows", ToolError.INTERNAL),
        ("not_there", ToolError.INTERNAL),
    ],
)
def test_a_failure_is_known_by_its_kind_alone(function: str, error: ToolError) -> None:
    assert run(function) == ToolAnswer(error=error)


def test_a_file_that_cannot_be_run_is_an_internal_error() -> None:
    assert run("echo", source="raise SystemExit").error is ToolError.INTERNAL


def test_what_a_fake_prints_is_no_part_of_its_result() -> None:
    assert run("prints") == ToolAnswer(value="clean")


def test_a_fake_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-of-this-test")

    environment = run("environment").value

    assert isinstance(environment, Mapping)
    assert set(environment) <= {"LC_CTYPE"}  # the one that Python sets itself


def test_a_result_that_is_too_large_is_cut_off_and_flagged() -> None:
    assert run("huge") == ToolAnswer(error=ToolError.INTERNAL, flags=("too_large",))
    assert len(str(run("long").value)) > MOST_RESULT


def test_a_fake_that_takes_too_long_is_ended() -> None:
    fakes = PythonFakes(patience=Seconds(0.3))

    assert go(fakes.run(PythonFake(function="sleeps", source=FAKES), {})).error is ToolError.TIMEOUT


def test_a_fake_that_forks_leaves_nothing_running() -> None:
    assert run("forks", source=FAKES.replace("60", "61.5")) == ToolAnswer(value="parent")
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _is_ours(path)]
    assert not any(b"child.py" in command for command in running)


def _is_ours(path: Path) -> bool:
    with suppress(OSError, ValueError):
        parent = path.with_name("stat").read_text().rpartition(")")[2].split()[1]
        return parent in {str(os.getpid()), "1"}
    return False


def test_a_file_that_grows_too_large_ends_the_fake() -> None:
    assert run("writes").error is ToolError.INTERNAL
    Path("/dev/shm/fake-of-a-test").unlink(missing_ok=True)  # noqa: S108


def test_a_cancelled_call_ends_its_process() -> None:
    async def cancelled() -> None:
        fakes = PythonFakes()
        task = asyncio.ensure_future(fakes.run(PythonFake(function="sleeps", source=FAKES), {}))
        await asyncio.sleep(0.2)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()

    go(cancelled())
