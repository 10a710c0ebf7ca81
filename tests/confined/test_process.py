"""A user's code runs in a process of its own: bounded in everything, without a secret, and gone afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from harness.confined.inside import MOST_OUTPUT
from harness.confined.process import Broke, Call, Returned, Workers
from harness.units import Json, Seconds
from tests.children import running
from tests.doubles import go

CODE = """
import json, os, subprocess, sys, threading, time

seen = []

def echo(**given): return given
def remembers(): seen.append(1); return len(seen)
def prints(): print("{}"); os.write(1, b'{"value": 7}'); sys.stderr.write("noise"); return "clean"
def environment(): return dict(os.environ)
def of_its_parent(): return open(f"/proc/{os.getppid()}/environ").read()
def threads():
    found = []
    thread = threading.Thread(target=lambda: found.append("there"))
    thread.start(); thread.join()
    return found
def leaves_a_thread(): threading.Thread(target=time.sleep, args=(60,)).start(); return "done"

def hangs(): time.sleep(60)
def burns():
    while True: pass
def forks():
    while True: os.fork()
def starts(): return subprocess.run(["true"]).returncode
def leaves_its_session(): os.setsid()
def connects():
    import socket
    socket.create_connection(("127.0.0.1", 80))
def exits(): os._exit(7)
def quits(): sys.exit(3)
def crashes():
    import ctypes
    ctypes.string_at(0)
def kills_whoever_waits(): os.kill(os.getppid(), 9)
def kills_them_all(): os.killpg(0, 9)
def says_a_lot(): return "x" * 3_000_000
def grows(): return len(bytearray(3 * 1024**3))
def writes():
    with open("/dev/shm/harness-of-a-test", "wb") as file:
        file.write(b"x" * 4_000_000)
def no_json(): return object()
def no_number(): return float("nan")
def deep():
    def further(): return further()
    return further()
def raises(): raise KeyError("tea")
class Nasty(Exception):
    def __str__(self): raise SystemExit
def nasty(): raise Nasty
"""

Done = Returned | Broke


def call(function: str, patience: float = 20.0, source: str = CODE, **arguments: Json) -> Call:
    return Call(
        file="evals/own.py",
        source=source,
        function=function,
        arguments=arguments,
        patience=Seconds(patience),
    )


def answers(calls: Sequence[Call], workers: Callable[[], Workers] = Workers) -> list[Done]:
    async def all_of_them() -> list[Done]:
        own = workers()
        try:
            return [await own.call(each) for each in calls]
        finally:
            await own.close()

    return go(all_of_them())


def answer(function: str, patience: float = 20.0) -> Done:
    [one] = answers([call(function, patience)])
    return one


def test_a_call_gets_its_arguments_by_name_and_gives_any_json() -> None:
    given: Mapping[str, Json] = {"order": "17", "many": [1, 2.5, None, {"ä": True}], "half": "\ud800"}
    [said] = answers([replace(call("echo"), arguments=given)])
    assert said == Returned(value={**given, "half": "?"})


def test_every_call_is_fresh_though_the_process_that_waits_is_the_same() -> None:
    assert answers([call("remembers")] * 3) == [Returned(value=1)] * 3


@pytest.mark.parametrize(
    ("function", "value"),
    [("prints", "clean"), ("threads", ["there"]), ("of_its_parent", ""), ("leaves_a_thread", "done")],
)
def test_what_a_call_may_do(function: str, value: Json) -> None:
    assert answer(function) == Returned(value=value)


def test_a_call_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-of-this-test")
    said = answer("environment")
    assert isinstance(said, Returned)
    assert isinstance(said.value, Mapping)
    assert set(said.value) <= {"LC_CTYPE"}  # the one that Python sets itself


@pytest.mark.parametrize(
    ("function", "why", "says"),
    [
        ("forks", "raised", "PermissionError"),
        ("starts", "raised", "PermissionError"),
        ("leaves_its_session", "raised", "PermissionError"),
        ("connects", "raised", "PermissionError"),
        ("exits", "ended", "status 7"),
        ("quits", "raised", "SystemExit: 3"),
        ("crashes", "ended", "SIGSEGV"),
        ("kills_whoever_waits", "ended", "took the waiting one with it"),
        ("kills_them_all", "ended", "took the waiting one with it"),
        ("says_a_lot", "too_large", ""),
        ("grows", "raised", "MemoryError"),
        ("writes", "raised", "OSError"),
        ("no_json", "raised", "TypeError"),
        ("no_number", "raised", "ValueError"),
        ("deep", "raised", "RecursionError"),
        ("raises", "raised", "KeyError: 'tea' (evals/own.py:"),
        ("nasty", "raised", "cannot be shown"),
        ("missing", "raised", "KeyError: 'missing'"),
    ],
)
def test_a_call_that_does_not_behave_says_how_and_harms_no_other(function: str, why: str, says: str) -> None:
    broke, after = answers([call(function), call("echo", order=1)], lambda: Workers(at_once=1))
    assert isinstance(broke, Broke)
    assert (broke.why, says in broke.detail) == (why, True), broke
    assert after == Returned(value={"order": 1})
    Path("/dev/shm/harness-of-a-test").unlink(missing_ok=True)  # noqa: S108


@pytest.mark.parametrize("function", ["hangs", "burns"])
def test_a_call_that_takes_too_long_is_ended(function: str) -> None:
    assert answers([call(function, 0.2), call("echo", 20.0)])[0] == Broke(why="timeout")


def test_a_file_that_cannot_be_run_says_so() -> None:
    for source in ("raise SystemExit", "import nothing_of_this_name", "def f(:"):
        [said] = answers([call("echo", source=source)])
        assert isinstance(said, Broke)
        assert said.why == "raised"


def test_a_cancelled_call_and_a_close_leave_nothing_running() -> None:
    source = CODE.replace("60", "61.5")

    async def cancelled() -> None:
        workers = Workers()
        await workers.call(call("echo", source=source))
        task = asyncio.ensure_future(workers.call(call("hangs", source=source)))
        await asyncio.sleep(0.2)
        assert running(b"confined/inside.py")
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await workers.close()

    before = running(b"confined/inside.py")
    go(cancelled())
    assert running(b"confined/inside.py") == before


def test_many_calls_share_a_few_processes() -> None:
    async def many() -> tuple[set[Json], int]:
        workers = Workers(at_once=2)
        said = await asyncio.gather(*(workers.call(call("echo", number=each)) for each in range(20)))
        waiting = len(running(b"confined/inside.py"))
        await workers.close()
        values = [each.value for each in said if isinstance(each, Returned)]
        return {each["number"] for each in values if isinstance(each, Mapping)}, waiting

    numbers, waiting = go(many())
    assert numbers == set(range(20))
    assert waiting >= 1


def test_an_answer_of_just_the_most_is_an_answer() -> None:
    text = "x" * (MOST_OUTPUT - len('{"value": {"text": ""}}'))
    assert answers([call("echo", text=text)]) == [Returned(value={"text": text})]
    [said] = answers([call("echo", text=text + "x")])
    assert said == Broke(why="too_large")
