"""Python graders of a user: what they see, what they may say, and that misbehaving is never a score."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from harness.call.step import Step
from harness.confined.process import Workers
from harness.experts.python import GIVEN, PythonGraders
from harness.grade.opinion import Opinion
from harness.grade.response import Response
from harness.graders import KNOWN, Score, grader, spelled
from harness.suite.expectations.own import GraderCode, Python
from harness.suite.tool import ToolError
from harness.units import Json, Seconds, Usd
from tests.doubles import REPLY, go
from tests.values import HERE

GRADERS = """
import os, sys, time
from harness.graders import Score, grader

@grader
def is_polite(answer): return "please" in answer
@grader
def share(answer, args): return len(answer) / args["most"]
@grader
def scored(data): return Score(0.25, reason=f"{data['n']} of 4\\nso", confidence=0.5)
@grader
def bare(answer): return Score(True)
@grader
def sees(answer, inputs, args, steps, tool_calls, cost_usd, latency_s):
    return Score(1.0, repr([answer, inputs, args, [s["kind"] for s in steps], tool_calls, cost_usd, latency_s]))
@grader
def numpy_says(answer):
    import numpy
    return numpy.float32(1.0) > 0.5

@grader
def hangs(): time.sleep(60)
@grader
def bombs():
    while True: os.fork()
@grader
def talks(): return "x" * 10_000_000
@grader
def exits(): os._exit(7)
@grader
def crashes():
    import ctypes
    ctypes.string_at(0)
@grader
def has_no_key(): return "ANTHROPIC_API_KEY" in os.environ
@grader
def prints(): print('{"value": true}'); sys.stderr.write("noise"); return False
@grader
def nan(): return float("nan")
@grader
def nothing(): pass
@grader
def two(): return 2
@grader
def true(): return "true"
@grader
def plain(): return {"score": 1.0}
@grader
def below(): return Score(-0.1)
@grader
def unsure(): return Score(1.0, confidence=7)
@grader
def wordless(): return Score(1.0, reason=["a"])
@grader
def raises(answer): raise ValueError(answer)
@grader
def forged():
    import harness.graders
    harness.graders.spelled = lambda verdict: {"score": 99}
    return True
"""
TAKES = {
    each.name: tuple(one.arg for one in each.args.args)
    for each in ast.parse(GRADERS).body
    if isinstance(each, ast.FunctionDef)
}


def wanted(function: str, seconds: float = 20.0, **args: Json) -> Python:
    code = GraderCode(source=GRADERS, takes=TAKES[function], seconds=Seconds(seconds))
    return Python(place=HERE, function=function, file="evals/graders.py", args=args, code=code)


def response(text: str = "please", **changes: object) -> Response:
    made = Response(reply=replace(REPLY, text=text))
    return replace(made, **changes)  # type: ignore[arg-type]  # test data, field by field


def opinion(asked: Python, given: Response | None = None) -> Opinion:
    async def one() -> Opinion:
        workers = Workers(at_once=1)
        try:
            return await PythonGraders(workers)(asked, given or response())
        finally:
            await workers.close()

    return go(one())


def test_a_bool_a_share_and_a_score_are_verdicts() -> None:
    assert opinion(wanted("is_polite")) == Opinion(score=1.0, reason="that it says yes")
    assert opinion(wanted("is_polite"), response("now!")) == Opinion(score=0.0, reason="that it says no")
    assert opinion(wanted("share", most=8)) == Opinion(score=0.75, reason="a score of 0.75")
    assert opinion(wanted("bare")) == Opinion(score=1.0, reason="that it says yes")
    assert opinion(wanted("numpy_says")).score == 1.0
    said = opinion(wanted("scored"), response('{"n": 1}'))
    assert said == Opinion(score=0.25, reason="1 of 4\\nso", confidence=0.5)


def test_a_grader_sees_what_it_names() -> None:
    call = Step(
        number=1,
        turn=1,
        kind="tool",
        tool="look",
        arguments='{"a":1}',
        text="gone",
        error=ToolError.NOT_FOUND,
    )
    odd = Step(number=2, turn=1, kind="tool", tool="look", arguments="{", text="")
    given = response("hi", inputs={"who": "Ana"}, steps=(call, odd), cost=Usd(Decimal("0.5")))
    said = opinion(wanted("sees", topic="a"), given)
    assert ast.literal_eval(said.reason) == [
        "hi",
        {"who": "Ana"},
        {"topic": "a"},
        ["tool", "tool"],
        [
            {"name": "look", "arguments": {"a": 1}, "result": "gone", "error": "not_found"},
            {"name": "look", "arguments": "{", "result": "", "error": None},
        ],
        0.5,
        0.5,
    ]


def test_everything_a_grader_may_name_is_given() -> None:
    assert GIVEN.keys() == KNOWN.keys()


def test_an_answer_that_is_no_json_is_the_model_s_doing() -> None:
    said = opinion(wanted("scored"), response("one of four"))
    assert (said.undecidable, said.mistake) == (True, "")
    assert said.reason.startswith("“one of four”, which is not JSON")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("bombs", "bombs raised PermissionError"),
        ("talks", "talks raised TypeError: returned 'xxx"),
        ("exits", "exits did not return: its process ended itself with status 7"),
        ("crashes", "crashes did not return: its process was ended by SIGSEGV"),
        ("nan", "nan raised ValueError: returned nan (float), which is not in [0, 1]"),
        ("nothing", "nothing raised TypeError: returned None (NoneType); a grader returns a bool"),
        ("two", "two raised ValueError: returned 2 (int), which is not in [0, 1]"),
        ("true", "true raised TypeError: returned 'true' (str)"),
        ("plain", "plain raised TypeError: returned {'score': 1.0} (dict)"),
        ("below", "below raised ValueError: a Score of -0.1"),
        ("unsure", "unsure raised ValueError: a confidence of 7 (int)"),
        ("wordless", "wordless raised TypeError: the reason of a Score is a text"),
        ("raises", "raises raised ValueError: please (evals/graders.py:"),
        ("forged", "a verdict that is none: {'score': 99}"),
    ],
)  # fmt: skip
def test_a_grader_that_misbehaves_gives_no_score(function: str, reason: str) -> None:
    said = opinion(wanted(function))
    assert said.mistake == "grader_error"
    assert said.reason.startswith(reason), said.reason


def test_a_grader_that_hangs_gives_no_score() -> None:
    said = opinion(wanted("hangs", seconds=0.2))
    assert (said.mistake, said.reason) == ("grader_error", "hangs took longer than 0.2 s")


def test_a_grader_finds_no_key_and_its_noise_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-of-this-test")
    assert opinion(wanted("has_no_key")).score == 0.0
    assert opinion(wanted("prints")).score == 0.0


def test_a_marked_function_stays_a_function() -> None:
    @grader
    def one(answer: str) -> bool:
        return bool(answer)

    @grader(seconds=3)
    def other(answer: str) -> Score:
        return Score(0.5, reason=answer)

    assert (one("a"), other("b")) == (True, Score(0.5, "b"))
    with pytest.raises(ValueError, match="write a number above 0 and at most 60"):
        grader(seconds=61)


@pytest.mark.parametrize("verdict", [float("inf"), -1, "1", [1], object(), 10**400])
def test_what_is_no_verdict_cannot_be_spelled(verdict: object) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        spelled(verdict)


def test_verdicts_are_spelled() -> None:
    says: Callable[[object], object] = spelled
    assert [says(each) for each in (True, 1, 0.5)] == [True, 1.0, 0.5]
    assert says(Score(0.5, "half")) == {"score": 0.5, "reason": "half", "confidence": 1.0}
