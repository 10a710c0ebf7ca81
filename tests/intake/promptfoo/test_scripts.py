"""Scripts that are run as they are: what stands around them gives what promptfoo would have made of their result."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.intake.promptfoo import copied
from harness.suite.expectations.own import Javascript, Python
from harness.suite.read import read_project
from tests.intake.projects import imported, made

CODE = Path(__file__).parent / "configs" / "code"


def _run(script: copied.Script, answer: str, **args: Any) -> object:
    room: dict[str, Any] = {}
    exec(compile(script.text, "script.py", "exec"), room)  # noqa: S102 - it is what the process of a grader does
    return room[script.function](answer, {"q": "asked"}, args)


# What a function gives, with which arguments, and the verdict of it.
RESULTS: list[tuple[str, dict[str, Any], object]] = [
    ("True", {}, True),
    ("False", {}, False),
    ("'true'", {}, True),
    ("0.4", {}, True),
    ("0", {}, False),
    ("0.4", {"threshold": 0.5}, False),
    ("0.5", {"threshold": 0.5}, True),
    ("0.4", {"graded": True}, 0.4),
    ("3", {"graded": True}, 1.0),
    ("{'pass': True, 'score': 0.2}", {}, True),
    ("{'pass_': False, 'score': 0.9}", {}, False),
    ("{'pass': True, 'score': 0.2}", {"threshold": 0.5}, False),
    ("{'pass': True, 'score': 0.2}", {"graded": True}, 0.2),
    ("context['vars']['q'] == 'asked'", {}, True),
    ("context['vars']['x'] == 'more'", {"vars": {"x": "more"}}, True),
    ("context['config']['n']", {"config": {"n": 1}}, True),
]


@pytest.mark.parametrize(("code", "args", "wanted"), RESULTS, ids=[f"{row[0]} {row[1]}" for row in RESULTS])
def test_a_result_is_what_promptfoo_makes_of_it(code: str, args: dict[str, Any], wanted: object) -> None:
    assert _run(copied.inline(code), "an answer", **args) == wanted


def test_a_body_of_several_lines_is_the_body_of_a_function() -> None:
    assert _run(copied.inline("n = len(output)\nreturn n > 3\n"), "four") is True


def test_a_file_keeps_what_it_says_above_its_imports() -> None:
    text = '"""Checks."""\nfrom __future__ import annotations\n\n\ndef get_assert(output, context):\n    return "a" in output\n'
    assert _run(copied.python(text, "get_assert", "x.py"), "a") is True


def test_a_script_that_is_not_there_fails_loudly() -> None:
    with pytest.raises(FileNotFoundError, match=r"checks/gone.py was not there"):
        _run(copied.python(None, "get_assert", "checks/gone.py"), "a")
    assert "throw new Error" in copied.javascript(None, "", "checks/gone.js").text


@pytest.mark.parametrize(
    ("made_", "why"),
    [
        (copied.python("def other(): pass\n", "get_assert", "x.py"), "it has no function get_assert"),
        (copied.python("def (", "get_assert", "x.py"), "it is no Python that can be read"),
        (copied.inline("this is ("), "it is no Python that can be read"),
        (
            copied.javascript("import x from 'y';\nexport default x;\n", "", "x.js"),
            "it is a module with imports",
        ),
    ],
)
def test_what_cannot_be_run_says_why(made_: copied.Script, why: str) -> None:
    assert made_.why.startswith(why)


def test_an_import_names_every_script_it_writes_and_no_other() -> None:
    found = imported(CODE)
    (suite,) = read_project(made(found)).suites.values()
    expectations = [each for case in suite.cases for each in case.expect]
    named = {each.file for each in expectations if isinstance(each, Javascript | Python) and each.file}
    assert named == {path for path in found.files if re.search(r"_scripts/.*\.(js|py)$", path)}
    names = {Path(each).name for each in named}
    assert names >= {"first.js", "first_named.js", "module.js", "gone.js", "gone_2.py"}


def test_code_reaches_variables_that_no_prompt_uses() -> None:
    (suite,) = read_project(made(imported(CODE))).suites.values()
    codes = [
        each.code
        for case in suite.cases
        for each in case.expect
        if isinstance(each, Javascript) and each.code
    ]
    assert any(json.dumps({"wanted": "red"}) in code for code in codes)
