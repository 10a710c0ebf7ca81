from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.cli.annotations import workflow_commands
from harness.errors import Place, Problem
from tests.cli.conftest import Type

SUITE = "evals/sentiment.yaml"
HEAVY = ("anthropic", "pandas", "scipy", "numpy", "duckdb", "rich", "httpx2", "asyncio")


def spoil(project: Path, file: str, old: str, new: str) -> None:
    path = project / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_clean_project_is_one_line(project: Path, typed: Type) -> None:
    said = typed("check")
    assert said.out == "1 suite, 30 cases, 2 prompt versions, 1 model: nothing wrong, nothing was sent.\n"
    assert (said.status, said.err) == (0, "")


def test_quiet_says_nothing_when_nothing_is_wrong(project: Path, typed: Type) -> None:
    said = typed("check", "--quiet")
    assert (said.status, said.out, said.err) == (0, "", "")


def test_mistakes_are_written_for_code_scanning(project: Path, typed: Type) -> None:
    spoil(project, SUITE, "budget_usd", "budgt_usd")
    assert typed("check", "--sarif", "out/check.sarif").status == 2
    (result,) = json.loads((project / "out/check.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert "budgt_usd" in result["message"]["text"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == SUITE


def test_every_mistake_of_every_file_comes_at_once(project: Path, typed: Type) -> None:
    spoil(project, SUITE, "budget_usd", "budgt_usd")
    spoil(project, SUITE, "id: speaker", "id: arrived-early")
    spoil(project, "prompts/models.yaml", "lifecycle: active", "lifecycle: lively")
    said = typed("check", "--quiet")
    lines = said.err.splitlines()
    assert (said.status, said.out) == (2, "")
    assert lines[0].startswith("evals/sentiment.yaml:15:1: ")
    assert lines[-1] == f"{len(lines) - 1} problems in 2 files, nothing was sent."
    assert "did you mean 'budget_usd'?" in lines[0]


def test_json_names_place_problem_and_remedy(project: Path, typed: Type) -> None:
    spoil(project, SUITE, "budget_usd", "budgt_usd")
    said = typed("check", "--json")
    found = json.loads(said.out)
    assert said.status == 2
    assert found["schema"] == 1
    assert found["problems"][0]["file"] == SUITE
    assert (found["problems"][0]["line"], found["problems"][0]["column"]) == (15, 1)
    assert set(found["problems"][0]) == {"file", "line", "column", "problem", "remedy"}
    assert (found["prompts"], found["models"]) == (2, 1)


def test_json_of_a_clean_project_has_no_problems(project: Path, typed: Type) -> None:
    found = json.loads(typed("check", "--json").out)
    counts = {"suites": 1, "cases": 30, "prompts": 2, "models": 1, "routes": 0}
    assert found == {"schema": 1, "problems": [], "warnings": [], **counts}


def test_what_a_grader_lacks_on_this_machine_is_a_warning_at_its_place(project: Path, typed: Type) -> None:
    spoil(project, SUITE, "  expect:\n", "  expect:\n    - semantic: {to: cheerful}\n")
    said = typed("check")
    assert (said.status, len(said.out.splitlines())) == (0, 1)
    what = "'semantic' cannot be graded here: no embedding model is named"
    assert f"{what}; write [tool.harness.semantic]" in said.err
    assert said.err.startswith(f"warning: {SUITE}:")
    [warning] = json.loads(typed("check", "--json").out)["warnings"]
    assert (warning["file"], warning["problem"]) == (SUITE, what)


def test_a_mistake_in_the_table_of_the_model_is_a_mistake_of_the_settings(project: Path, typed: Type) -> None:
    (project / "pyproject.toml").write_text("[tool.harness.semantic]\nmodel = 3\n")
    said = typed("check")
    assert said.status == 2
    assert said.err.startswith("pyproject.toml:2:1: model is not the path of a folder; write for instance")


@pytest.mark.parametrize("in_github", [False, True])
def test_a_cap_of_a_model_that_is_not_pinned_is_a_mistake(
    project: Path, typed: Type, monkeypatch: pytest.MonkeyPatch, *, in_github: bool
) -> None:
    if in_github:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (project / "pyproject.toml").write_text("[tool.harness.budget]\nmodels = {haiku-55 = 1}\n")
    said = typed("check")
    assert said.status == 2
    assert "pyproject.toml:2:1: unknown model 'haiku-55' in [tool.harness.budget]; did you mean" in said.err
    assert ("::error file=pyproject.toml,line=2" in said.err) == in_github


def test_mistakes_in_the_settings_are_found_with_the_rest(project: Path, typed: Type) -> None:
    (project / "pyproject.toml").write_text('[tool.harness]\nmode = "reply"\n')
    spoil(project, SUITE, "budget_usd", "budgt_usd")
    said = typed("check")
    assert said.status == 2
    assert "pyproject.toml:2:1: no mode is called 'reply'" in said.err
    assert "evals/sentiment.yaml:15:1" in said.err


def test_github_gets_an_annotation_at_the_line(
    project: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    spoil(project, SUITE, "budget_usd", "budgt_usd")
    said = typed("check")
    expected = "::error file=evals/sentiment.yaml,line=15,col=1,title=harness check::"
    assert any(line.startswith(expected) for line in said.err.splitlines())


def test_no_more_than_ten_annotations_are_written() -> None:
    problems = [Problem(Place("a.yaml", line, 1), "wrong") for line in range(1, 40)]
    assert len(workflow_commands(problems)) == 10


def test_an_annotation_of_a_whole_file_has_no_line() -> None:
    assert workflow_commands([Problem(Place("a.yaml"), "empty", "fill it")]) == (
        "::error file=a.yaml,title=harness check::empty; fill it",
    )


@example(file="0", what="", remedy="")
@given(file=st.text(), what=st.text(), remedy=st.text())
def test_no_text_escapes_from_its_annotation(file: str, what: str, remedy: str) -> None:
    [line] = workflow_commands([Problem(Place(file, 3, 4), what, remedy)])
    assert not set(line) & set("\r\n\x1b")
    _start, properties, _message = line.split("::", 2)
    assert [each.split("=")[0] for each in properties.removeprefix("error ").split(",")] == [
        "file",
        "line",
        "col",
        "title",
    ]
    assert "##[" not in line


def test_outside_a_project_the_remedy_is_named(
    tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = typed("check")
    assert said.status == 2
    assert "harness init" in said.err


def test_a_hostile_key_reaches_no_terminal(project: Path, typed: Type) -> None:
    spoil(project, SUITE, "budget_usd: 0.50", '"\\e[31m::error::\\u202e##[group]": 0.50')
    said = typed("check")
    assert said.status == 2
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err
    assert "##[" not in said.err


@pytest.mark.parametrize("argv", [["--help"], ["check"], ["check", "--help"]])
def test_starting_up_imports_nothing_heavy(project: Path, argv: list[str]) -> None:
    script = (
        "import sys\nfrom harness.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, *argv], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
