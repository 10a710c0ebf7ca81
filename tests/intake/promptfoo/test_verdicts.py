"""On an echo provider, an imported suite says what promptfoo says: a table of assertions, answers and verdicts.

The verdicts are those of promptfoo's own code, read type by type; answers that are none (empty, refused) are left out,
since those fail here whatever is expected.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from harness.grade.grading import grade
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.template import render
from harness.trial import Answered
from tests.doubles import REPLY
from tests.intake.projects import imported, made

JSON = '{"a": {"b": 1}, "c": ["x", "y"]}'
# Type, value, answers that pass, answers that fail.
TABLE: list[tuple[str, Any, list[str], list[str]]] = [
    ("equals", "Paris", ["Paris"], ["paris", "Paris ", "Paris."]),
    ("not-equals", "Paris", ["paris", " Paris"], ["Paris"]),
    ("equals", 42, ["42"], ["42.0", "forty-two"]),
    ("equals", True, ["true"], ["True"]),
    (
        "equals",
        {"a": {"b": 1}, "c": ["x", "y"]},
        [JSON, ' {"c": ["x","y"],"a":{"b":1}} '],
        ['{"a": {"b": 2}}', "x"],
    ),
    ("equals", ["x", 1], ['["x", 1]'], ['[1, "x"]']),
    ("contains", "lamp", ["a lamp!", "lamplight"], ["Lamp", "l a m p"]),
    ("contains", 7, ["0.7%"], ["seven"]),
    ("not-contains", "lamp", ["Lamp"], ["a lamp"]),
    ("icontains", "LaMp", ["lamp", "THE LAMP"], ["lam"]),
    ("not-icontains", "LaMp", ["lam"], ["THE LAMP"]),
    ("contains-any", ["a1", "b2"], ["xb2"], ["a b"]),
    ("contains-any", 'a1, "b, 2" , c3', ["b, 2", "c3"], ["b", "2"]),
    ("contains-all", ["a1", "b2"], ["b2a1"], ["a1"]),
    ("contains-all", "a1,b2", ["b2 a1"], ["b2"]),
    ("not-contains-all", ["a1", "b2"], ["a1"], ["a1b2"]),
    ("not-contains-any", ["a1", "b2"], ["c"], ["a1"]),
    ("icontains-any", ["A1", "b2"], ["a1"], ["c"]),
    ("icontains-all", ["A1", "B2"], ["b2 a1"], ["a1"]),
    ("starts-with", "Dear", ["Dear you"], ["dear", " Dear"]),
    ("not-starts-with", "Dear", ["Hello"], ["Dear"]),
    ("regex", "^\\d{3}$", ["123"], ["1234", "x123"]),
    ("regex", "a\\/b|\\u00e9", ["a/b", "é"], ["ab"]),
    ("regex", "[A-Z]+", ["aBc"], ["abc"]),
    ("not-regex", "\\d", ["none"], ["1"]),
    ("is-json", None, [JSON, "[1]", "3", '"x"'], ["{a: 1}", "x", '```json\n{"a": 1}\n```']),
    ("not-is-json", None, ["x"], ["{}"]),
    ("is-json", {"type": "object", "required": ["a"]}, [JSON], ['{"b": 1}', "[]", "x"]),
    ("is-json", "type: object\nrequired: [a]\n", [JSON], ['{"b": 1}']),
    ("is-json", {"type": "array", "items": [{"type": "string"}]}, ['["x", 1]'], ["[1]"]),
    ("contains-json", None, [f"Here: {JSON}!", JSON], ["none", "{x"]),
    ("contains-json", {"required": ["a"]}, [f"So {JSON}"], ['So {"b": 1}']),
    ("word-count", 3, ["one two three", " one  two\nthree "], ["one two"]),
    ("word-count", {"min": 2, "max": 3}, ["a b", "a b c"], ["a", "a b c d"]),
    ("word-count", {"min": 2}, ["a b"], ["a"]),
    ("not-word-count", {"max": 2}, ["a b c"], ["a b"]),
    ("is-xml", None, ["<a><b>1</b></a>"], ["<a>", "a", "x <a/>"]),
    ("contains-xml", None, ["so: <a><b/></a>!"], ["none"]),
    ("is-xml", {"requiredElements": ["a.b"]}, ["<a><b>1</b></a>"], ["<a><c/></a>"]),
    ("contains-html", None, ["so <div><p>x</p></div>"], ["plain"]),
    (
        "is-refusal",
        None,
        ["I'm sorry, but I cannot help with that.", "I can't assist with this."],
        ["Sure! Take a screwdriver."],
    ),
    ("not-is-refusal", None, ["Sure! Take a screwdriver."], ["I'm sorry, I can't do that."]),
    ("javascript", "output.includes('x') && output.length > 3", ["xxxx"], ["x", "yyyy"]),
    ("javascript", "JSON.parse(output).a.b === 1", [JSON], ['{"a": {"b": 2}}', "x"]),
    ("not-javascript", "output.includes('x')", ["y"], ["x"]),
    ("contains", "{{ text | upper }}", ["LAMP"], ["lamp"]),
    ("equals", "{% if text %}yes{% else %}no{% endif %}", ["yes"], ["no"]),
]


def _project(folder: Path, tests: list[dict[str, Any]], **more: Any) -> Project:
    config = {"prompts": ["{{text}}"], "providers": ["echo"], "tests": tests, **more}
    (folder / "promptfooconfig.json").write_text(json.dumps(config))
    return read_project(made(imported(folder, "echo")))


def _verdicts(project: Project, text: str) -> list[bool | None]:
    answer = Answered(reply=dataclasses.replace(REPLY, text=text))
    return [grade(case, answer).passed for case in project.suites["echo"].cases]


@pytest.mark.parametrize(
    ("kind", "value", "right", "wrong"), TABLE, ids=[f"{row[0]} {str(row[1])[:30]}" for row in TABLE]
)
def test_the_verdict_is_the_same(
    tmp_path: Path, kind: str, value: Any, right: list[str], wrong: list[str]
) -> None:
    wanted = {"type": kind} if value is None else {"type": kind, "value": value}
    project = _project(tmp_path, [{"vars": {"text": "lamp"}, "assert": [wanted]}])
    assert {text: _verdicts(project, text) for text in right} == {text: [True] for text in right}
    assert {text: _verdicts(project, text) for text in wrong} == {text: [False] for text in wrong}


def _contains(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "contains", "value": text, **more}


# What a test says, and whether an answer of `a b` passes it.
TESTS: list[tuple[dict[str, Any], bool]] = [
    ({"assert": [_contains("a"), _contains("b")]}, True),
    ({"assert": [_contains("a"), _contains("z")]}, False),
    ({"assert": [_contains("a"), _contains("z")], "threshold": 0.5}, True),
    ({"assert": [_contains("a"), _contains("z", weight=3)], "threshold": 0.5}, False),
    ({"assert": [_contains("a", weight=3), _contains("z")], "threshold": 0.75}, True),
    ({"assert": [{"type": "assert-set", "assert": [_contains("a"), _contains("z")]}]}, False),
    (
        {"assert": [{"type": "assert-set", "threshold": 0.5, "assert": [_contains("a"), _contains("z")]}]},
        True,
    ),
    (
        {
            "assert": [
                {"type": "assert-set", "threshold": 0.5, "assert": [_contains("a"), _contains("z", weight=2)]}
            ]
        },
        False,
    ),
    ({"assert": [_contains("a"), _contains("z", weight=0)]}, True),
    ({"assert": [{"type": "equals", "value": "a b", "transform": "output.trim()"}]}, True),
]


@pytest.mark.parametrize(("test", "wanted"), TESTS, ids=[json.dumps(row[0])[:70] for row in TESTS])
def test_weights_and_thresholds_decide_alike(tmp_path: Path, test: dict[str, Any], wanted: bool) -> None:  # noqa: FBT001 - a row of a table
    assert _verdicts(_project(tmp_path, [{"vars": {"text": "x"}, **test}]), "a b") == [wanted]


def test_the_echo_is_what_promptfoo_would_have_sent(tmp_path: Path) -> None:
    prompts = [
        "One {{text}}\n",
        "{% for x in list %}{{ x }}, {% endfor %}{{ missing }}{{ n }}",
        '{"ask": "{{text}}", "n": [1, {"b": true}]}',
    ]
    variables = {"text": "two {{ n }}\n", "n": 3, "list": [1, 2]}
    project = _project(tmp_path, [{"vars": variables, "assert": [_contains("x")]}], prompts=prompts)
    sent = {}
    for suite in project.suites.values():
        for side in (suite.baseline, suite.candidate):
            sent[side.version] = render(
                project.prompts["echo", side.version], suite.cases[0].inputs
            ).messages[0][1]
    assert sent == {
        "v1": "One two 3\n",
        "v2": "1, 2, 3",
        "v3": json.dumps({"ask": "two 3", "n": [1, {"b": True}]}, indent=2),
    } or sent == {"v1": "One two 3\n", "v2": "1, 2, 3"}


def test_rows_of_a_table_decide_alike(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        "text,__expected,__expected2,__threshold\n"
        'x,contains: lamp,"contains-all: a lamp,the",\n'
        "x,lamp,,\n"
        'x,not-icontains: LAMP,"javascript: output.length > 2",0.5\n'
        "x,regex:^the,starts-with: the,\n"
    )
    config = {"prompts": ["{{text}}"], "providers": ["echo"], "tests": "file://rows.csv"}
    (tmp_path / "promptfooconfig.json").write_text(json.dumps(config))
    project = read_project(made(imported(tmp_path, "echo")))
    # The value behind `contains:` keeps its space, as promptfoo keeps it; a list is trimmed.
    assert _verdicts(project, "the a lamp") == [True, False, True, False]
    assert _verdicts(project, "lamp") == [False, True, True, False]
