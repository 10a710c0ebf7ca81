"""A Python fake runs in a process of its own, and fails by kind alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.call.tool_answer import MOST_RESULT, ToolAnswer
from harness.confined.process import Workers
from harness.fakes.process import PythonFakes
from harness.suite.tool import PythonFake, ToolError
from harness.units import Json, Seconds
from tests.doubles import go

FAKES = """
import os, time
from harness.tool_errors import NotFound, RateLimited

def echo(**given): return given
def nothing(): return None
def missing(): raise NotFound("sk-secret")
def busy(): raise RateLimited
def broken(): raise KeyError("/home/user/sk-secret")
def dies(): os._exit(0)
def forks(): return os.fork()
def no_number(): return float("nan")
def long(): return "x" * 200_000
def huge(): return "x" * 2_000_000
def sleeps(): time.sleep(60)
"""


def run(function: str, arguments: Mapping[str, Json] | None = None, patience: float = 10.0) -> ToolAnswer:
    async def one() -> ToolAnswer:
        workers = Workers()
        fakes = PythonFakes(workers, patience=Seconds(patience))
        try:
            return await fakes.run(PythonFake(function=function, source=FAKES), arguments or {})
        finally:
            await workers.close()

    return go(one())


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
        ("dies", ToolError.INTERNAL),
        ("forks", ToolError.INTERNAL),
        ("no_number", ToolError.INTERNAL),
        ("not_there", ToolError.INTERNAL),
    ],
)
def test_a_failure_is_known_by_its_kind_alone(function: str, error: ToolError) -> None:
    assert run(function) == ToolAnswer(error=error)


def test_a_result_that_is_too_large_is_cut_off_and_flagged() -> None:
    assert run("huge") == ToolAnswer(error=ToolError.INTERNAL, flags=("too_large",))
    assert len(str(run("long").value)) > MOST_RESULT


def test_a_fake_that_takes_too_long_is_ended() -> None:
    assert run("sleeps", patience=0.3).error is ToolError.TIMEOUT
