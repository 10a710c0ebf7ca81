"""Graders of a user's own: the file is read and looked through, and never run by a check."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.grade.table import graders_in_use
from harness.graders import KNOWN
from harness.suite.case import Suite
from harness.suite.expectations.own import Javascript, Python
from harness.suite.read import read_project
from tests.suite.files import SUITE, Files, said, with_files

GRADERS = """
from harness.graders import Score, grader

@grader
def is_polite(answer): return "please" in answer

@grader(seconds=20)
def covers(data, args, *, inputs): return Score(1.0)
"""


def project_with(expectation: str, graders: str | None = GRADERS, **more: str) -> Files:
    """A project whose second case expects this, with its files."""
    old = '- id: second\n    inputs: {ticket: "x"}'
    assert old in SUITE
    suite = SUITE.replace(old, f"{old}\n    expect:\n      - {expectation}")
    own = {} if graders is None else {"evals/graders.py": graders}
    return with_files({"evals/triage.yaml": suite, **own, **more})


def suite_of(expectation: str, graders: str | None = GRADERS, **more: str) -> Suite:
    return read_project(project_with(expectation, graders, **more)).suites["triage"]


def test_a_grader_is_named_shortly_or_with_all_it_needs() -> None:
    [*_, short] = suite_of("python: is_polite").cases[1].expect
    assert isinstance(short, Python)
    assert (short.function, short.file, short.code.takes, short.code.seconds) == (
        "is_polite",
        "evals/graders.py",
        ("answer",),
        10.0,
    )
    text = "python: {function: covers, file: own/tone.py, args: {topics: [a]}, at_least: 50%}"
    [*_, whole] = suite_of(text, None, **{"evals/own/tone.py": GRADERS}).cases[1].expect
    assert isinstance(whole, Python)
    assert (whole.file, whole.args, whole.at_least, whole.code.seconds) == (
        "evals/own/tone.py",
        {"topics": ("a",)},
        0.5,
        20.0,
    )


def test_a_grader_is_never_run_by_a_check(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    text = f"open({str(marker)!r}, 'w')\n{GRADERS}"
    assert said(project_with("python: is_polite", text)) == []
    assert not marker.exists()


@pytest.mark.parametrize(
    ("expectation", "graders", "expected"),
    [
        ("{python: polite}", GRADERS, "evals/graders.py has no function 'polite'; did you mean 'is_polite'?"),
        ("python: is_polite", None, "evals/graders.py: there is no such file"),
        ("python: is_polite", "def is_polite(answer): ...", "'is_polite' in evals/graders.py is no grader; write `@grader` of harness.graders above it"),
        ("python: is_polite", "from mine import grader\n@grader\ndef is_polite(answer): ...", "is no grader"),
        ("python: is_polite", GRADERS.replace("def is_p", "async def is_p"), "'is_polite' is an `async def`"),
        ("python: is_polite", GRADERS.replace("(answer)", "(anwser)"), "asks for 'anwser', which nobody gives; did you mean 'answer'?"),
        ("python: is_polite", GRADERS.replace("(answer)", "(*answer)"), "does not name what it looks at; name it: answer, data,"),
        ("python: is_polite", GRADERS.replace("(answer)", "(answer, /)"), "does not name what it looks at"),
        ("python: is_polite", GRADERS.replace("(answer)", "(**answer)"), "does not name what it looks at"),
        ("python: covers", GRADERS.replace("seconds=20", "seconds=61"), "'seconds' is no number above 0 and at most 60"),
        ("python: covers", GRADERS.replace("seconds=20", "seconds=limit"), "write the number itself"),
        ("python: covers", GRADERS.replace("seconds=20", "seconds=True"), "write the number itself"),
        ("python: covers", GRADERS.replace("seconds=20", "20"), "the decorator takes `seconds` alone"),
        ("python: covers", GRADERS.replace("seconds=20", "hours=20"), "the decorator takes `seconds` alone"),
        ("python: is_polite", "def is_polite(:", "evals/graders.py:1:15: this is not Python"),
        ("{python: {function: is_polite, file: ../mine.py}}", GRADERS, "'../mine.py' leads out of evals/"),
        ("{python: {function: is_polite, file: mine.txt}}", GRADERS, "evals/mine.txt is no such file; use one in .py"),
        ("{python: {function: is_polite, args: 5}}", GRADERS, "'args' must be a mapping"),
        ("{python: {file: graders.py}}", GRADERS, "'function'"),
        ("{javascript: ''}", None, "'code' is empty"),
        ("{javascript: {at_least: 0.5}}", None, "'javascript' needs `code` or `file`; add `code:`"),
        ("{javascript: {code: 'true', file: a.js}}", None, "needs `code` or `file`, not both; keep one"),
        ("{javascript: {file: a.js}}", None, "evals/a.js: there is no such file"),
        ("{javascript: {file: a.ts}}", None, "evals/a.ts is no such file; use one in .js or .cjs"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_before_anything_is_asked(
    expectation: str, graders: str | None, expected: str
) -> None:
    found = said(project_with(expectation, graders))
    assert any(expected in each for each in found), found


@pytest.mark.parametrize(
    "imports",
    [
        "from harness.graders import grader as mark\n@mark\n",
        "import harness.graders\n@harness.graders.grader\n",
        "import harness.graders as own\n@own.grader()\n",
        "from harness import graders\n@graders.grader(seconds=0.5)\n",
    ],
)
def test_the_decorator_is_known_by_where_it_comes_from(imports: str) -> None:
    assert said(project_with("python: is_polite", f"{imports}def is_polite({', '.join(KNOWN)}): ...")) == []


def test_an_edit_of_the_graders_changes_who_grades_and_not_what_is_asked() -> None:
    before = suite_of("python: is_polite")
    after = suite_of("python: is_polite", GRADERS.replace("please", "kindly"))
    assert before.digest == after.digest

    def graders(suite: Suite) -> str:
        return graders_in_use(each for case in suite.cases for each in case.expect)

    assert graders(before) != graders(after)
    assert '"python evals/graders.py":' in graders(before)


def test_javascript_of_a_file_changes_who_grades_and_that_of_a_case_changes_the_case() -> None:
    in_file = [
        suite_of("javascript: {file: a.js}", None, **{"evals/a.js": text}) for text in ("true", "false")
    ]
    assert in_file[0].digest == in_file[1].digest
    [*_, one], [*_, other] = (each.cases[1].expect for each in in_file)
    assert isinstance(one, Javascript)
    assert one.rests_on != other.rests_on
    inline = [suite_of(f"javascript: {text}", None) for text in ("output === 'a'", "output === 'b'")]
    assert inline[0].digest != inline[1].digest
    assert inline[0].cases[1].expect[-1].rests_on == {}
