"""JavaScript assertions and what they come to: the graders say what the code would have said."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.grade.grading import grade
from harness.intake.javascript.meaning import meaning
from harness.suite.read import read_project
from harness.trial import Answered
from harness.units import Json
from tests.doubles import REPLY
from tests.intake.projects import expecting

GIVEN: dict[str, Json] = {"expected": "Paris", "count": 3}

# The code, answers of which it is true, answers of which it is not.
TABLE: list[tuple[str, list[str], list[str]]] = [
    ("output.includes('x')", ["axb"], ["ab", "X"]),
    ("output.includes('x') || output.includes('y')", ["x", "y"], ["z"]),
    ("output.includes('x') && output.includes('y')", ["yx"], ["x", "y"]),
    ("!output.includes('x')", ["y"], ["x"]),
    ("!output.includes('x') && !output.includes('y')", ["z"], ["zx", "zy"]),
    ("output.toLowerCase().includes('world')", ["The WORLD"], ["word"]),
    ("output.startsWith('Ahoy')", ["Ahoy!"], ["So: Ahoy"]),
    ("output.endsWith('.')", ["Yes."], ["Yes"]),
    ("output.trim().split('\\n').length === 2", ["a\nb"], ["a", "a\nb\nc"]),
    ("JSON.parse(output).n > 3", ['{"n": 4}'], ['{"n": 3}']),
    (
        "JSON.parse(output).n <= 3 && JSON.parse(output).a === null",
        ['{"n": 3, "a": null}'],
        ['{"n": 3, "a": 0}'],
    ),
    ("output === 'yes'", ["yes"], ["Yes", "yes!"]),
    ("output == 'yes';", ["yes"], ["no"]),
    ("output !== 'yes'", ["no"], ["yes"]),
    ("output.trim() === 'yes'", [" yes\n"], ["no"]),
    ("output.toLowerCase() === 'yes'", ["YES"], ["yes "]),
    ("output.length >= 5", ["12345"], ["1234"]),
    ("output.length > 5", ["123456"], ["12345"]),
    ("output.length < 5", ["1234"], ["12345"]),
    ("5 >= output.length", ["12345"], ["123456"]),
    ("output.trim().length === 3", [" abc "], ["ab", "abcd"]),
    ("output.split(/\\s+/).length <= 2", ["a b"], ["a b c"]),
    ("/ab\\d+/.test(output)", ["xab12"], ["ab"]),
    ("/AB/i.test(output)", ["xab"], ["a"]),
    ("output.match(/^a.c$/)", ["abc"], ["abcd"]),
    ("new RegExp('a|b', 'i').test(output)", ["B"], ["c"]),
    ("output.indexOf('x') !== -1", ["x"], ["y"]),
    ("output.indexOf('x') === -1", ["y"], ["x"]),
    ("output.search(/x/) >= 0", ["x"], ["y"]),
    ("JSON.parse(output).a === 'b'", ['{"a": "b"}'], ['{"a": "c"}']),
    ("JSON.parse(output).a.b[0] === 1", ['{"a": {"b": [1]}}'], ['{"a": {"b": [2]}}']),
    ("JSON.parse(output)['a b'] === true", ['{"a b": true}'], ['{"a b": 1}']),
    ("const v = output.toLowerCase(); ['a', 'b'].some(s => v.includes(s))", ["xA", "b"], ["c"]),
    ("['a', 'b'].every((s) => output.includes(s))", ["ba"], ["a"]),
    (
        "// said twice\nreturn output && typeof output === 'string' && output.includes('![');\n",
        ["![x"],
        ["x"],
    ),
    ("const found = output.includes('a');\nreturn found === true;\n", ["a"], ["b"]),
    ("Boolean(output.includes('a'))", ["a"], ["b"]),
    ("!!output && !(output.length > 3)", ["abc"], ["abcd"]),
    ("output.includes(context.vars.expected)", ["Paris!"], ["paris"]),
    ("output.toLowerCase().includes(context.vars.expected.toLowerCase())", ["in PARIS"], ["Rome"]),
    ("output.length === context.vars.count", ["abc"], ["ab"]),
    ("(output.includes('a') || output.includes('b')) && output.includes('c')", ["ac", "bc"], ["ab", "c"]),
]
# What no grader says: numbers, calls, statements, halves of code, and what is true of every answer.
RUN = [
    "false",
    "true",
    "1 / (output.length + 1)",
    "Math.max(0, 1)",
    "output.candidates.length >= 2",
    "output.split(',')[0] === 'a'",
    "typeof output === 'string'",
    "JSON.parse(output).list.includes('a')",
    "output.toLowerCase().includes('World')",
    "output.includes(`${context.vars.expected}`)",
    "output.includes('a'",
    "output.includes('a') output",
    "output.includes('')",
    "if (output) { return true; }\nreturn false;",
    "output.includes('a')\noutput.includes('b')\n",
    "(() => output.includes('a'))()",
    "output ? true : false",
    "JSON.parse(output).a === JSON.parse(output).b",
    "/(?=a)b/.test(output)",
    "context.vars.missing === output",
    "!" * 200 + "output",
    "(" * 200 + "output" + ")" * 200,
    "x" * 5000,
]


def _passes(entry: Mapping[str, Any], text: str) -> bool | None:
    project = read_project(expecting(dict(entry)))
    (case,) = project.suites["trial"].cases
    return grade(case, Answered(reply=dataclasses.replace(REPLY, text=text))).passed


@pytest.mark.parametrize(("code", "right", "wrong"), TABLE, ids=[row[0][:60] for row in TABLE])
def test_the_graders_say_what_the_code_says(code: str, right: list[str], wrong: list[str]) -> None:
    found = meaning(code, GIVEN)
    assert found is not None
    assert [_passes(found.entry, text) for text in right] == [True] * len(right)
    assert [_passes(found.entry, text) for text in wrong] == [False] * len(wrong)


@pytest.mark.parametrize("code", RUN, ids=[code[:40] for code in RUN])
def test_what_no_grader_says_is_left_to_node(code: str) -> None:
    assert meaning(code, GIVEN) is None


def test_small_differences_are_said() -> None:
    counted = meaning("output.length > 9", {})
    missing = meaning("JSON.parse(output).a !== 'b'", {})
    assert counted is not None
    assert missing is not None
    assert counted.notes == ("characters are counted without white space around the text",)
    assert missing.notes == ("a value that is missing fails, negated or not",)


@given(st.text("output.includes('a')&|!=><[]{}/\\`\"$ \n;,?:const return JSON.parse 0123456789", max_size=80))
def test_no_code_breaks_the_reading(code: str) -> None:
    found = meaning(code, GIVEN)
    assert found is None or found.entry
