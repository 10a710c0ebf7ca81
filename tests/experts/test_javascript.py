"""JavaScript of a user, in the way of promptfoo: what it may say, and that misbehaving is never a score."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from harness.confined.node import Node, find_node
from harness.experts.javascript import JavascriptGraders
from harness.grade.opinion import Opinion
from harness.grade.response import Response
from harness.suite.expectations.own import Javascript
from harness.units import Json, Seconds
from tests.children import running
from tests.doubles import REPLY, go
from tests.values import HERE

pytestmark = pytest.mark.skipif(find_node() is None, reason="needs Node.js")


def wanted(source: str, file: str | None = None, **config: Json) -> Javascript:
    return Javascript(
        place=HERE, code=source if file is None else None, file=file, source=source, config=config
    )


def ask(*asked: Javascript, text: str = "hello", patience: float = 20.0) -> list[Opinion]:
    async def all_of_them() -> list[Opinion]:
        graders = JavascriptGraders(Node(patience=Seconds(patience)))
        given = Response(reply=replace(REPLY, text=text), inputs={"n": 3})
        return list(await asyncio.gather(*(graders(each, given) for each in asked)))

    return go(all_of_them())


def test_an_expression_a_body_and_a_module_are_run() -> None:
    said = ask(
        wanted("output.includes('hel')"),
        wanted("output.length > context.vars.n; "),
        wanted("const a = output; a === 'a;b'"),
        wanted("const n = output.length\nreturn n === context.config.n\n", n=5),
        wanted("output === 'x' || { pass: true, score: 0.4, reason: 'good enough' }"),
        wanted("module.exports = async (output, context) => context.vars.n / 4", "evals/a.js"),
        wanted("exports.default = () => ({ pass: false, score: 0.9, reason: 'no\\n' })", "evals/a.cjs"),
        wanted("console.log('noise'); process.stdout.write('x'); return output.length\n"),
    )
    assert [(each.score, each.met, each.mistake) for each in said] == [
        (1.0, None, ""),
        (1.0, None, ""),
        (0.0, None, ""),
        (1.0, None, ""),
        (0.4, True, ""),
        (0.75, None, ""),
        (0.9, False, ""),
        (1.0, None, ""),
    ]
    assert (said[4].reason, said[6].reason) == ("good enough", "no\\n")


def test_code_that_trips_over_an_answer_fails_it() -> None:
    [said] = ask(wanted("JSON.parse(output).total > 3"))
    assert (said.undecidable, said.mistake) == (True, "")
    assert "threw SyntaxError" in said.reason


def test_code_that_misbehaves_gives_no_score() -> None:
    sources = {
        "output.": "SyntaxError",
        "nobody(output)": "ReferenceError",
        "undefined": "returned nothing",
        "NaN": "returned NaN",
        "'true'": "a verdict that is none",
        "({reason: 'none'})": "a verdict that is none",
        "null": "a verdict that is none",
        "'x'.repeat(1e7)": "did not return",
        "process.mainModule.require('fs').readFileSync('/etc/passwd')": "restricted",
        "process.mainModule.require('child_process').execSync('id')": "restricted",
    }
    for (source, reason), said in zip(sources.items(), ask(*map(wanted, sources)), strict=True):
        assert said.mistake == "grader_error", source
        assert reason in said.reason, said.reason
    [said] = ask(wanted("module.exports = 3", "evals/a.js"))
    assert "evals/a.js exports no function" in said.reason


def test_code_that_never_ends_is_ended_and_finds_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-of-this-test")
    before = running(b"What runs in Node.js")
    loops, waits, memory = ask(
        wanted("while (true) {}"),
        wanted("new Promise(() => {})"),
        wanted("const kept = [];\nwhile (true) kept.push(new Array(1e6).fill(1));"),
        patience=1.0,
    )
    assert {each.mistake for each in (loops, waits, memory)} == {"grader_error"}
    assert "took longer than 1 s" in loops.reason
    [none] = ask(wanted("Object.keys(process.env).length === 0"))
    assert none.score == 1.0
    assert running(b"What runs in Node.js") == before
