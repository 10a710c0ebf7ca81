"""A pull request of a stranger whose files would run code: refused before anything is sent, run or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type

GRADER = """
from harness.graders import grader
open({marker!r}, "w")

@grader
def polite(answer): open({marker!r}, "w")
"""
TOOL = "\ntools:\n  look:\n    description: Look.\n    input: {type: object}\n    python: look\n"
ASKS = (
    pytest.param("- python: polite", "a grader in Python", id="python"),
    pytest.param("- javascript: 'true'", "a grader in JavaScript", id="javascript"),
)
SUITE = "evals/tiny.yaml"


@pytest.fixture
def stranger(tiny: Path) -> Path:
    """The marker that every piece of the stranger's code would write."""
    marker = tiny / "marker"
    (tiny / "evals/graders.py").write_text(GRADER.format(marker=str(marker)))
    (tiny / "evals/tools.py").write_text(
        f"open({str(marker)!r}, 'w')\ndef look(): open({str(marker)!r}, 'w')\n"
    )
    return marker


def asking(tiny: Path, expectation: str) -> None:
    """Every case of the suite asks for this as well."""
    text = (tiny / SUITE).read_text()
    (tiny / SUITE).write_text(f"{text}defaults:\n  expect:\n  {expectation}\n")


@pytest.mark.parametrize(("expectation", "what"), ASKS)
@pytest.mark.parametrize("command", [["check"], ["run", "tiny"], ["gate", "tiny"], ["compare", "v1", "v2"]])
def test_code_of_a_stranger_is_refused(
    tiny: Path, stranger: Path, typed: Type, command: list[str], expectation: str, what: str
) -> None:
    asking(tiny, expectation)
    said = typed(*command, "--data-only")
    assert said.status == 2
    assert f"{what} runs code, and only data is trusted here" in said.err
    assert f"{SUITE}:" in said.err
    assert not stranger.exists()
    assert not list(tiny.glob("reports/runs/*"))


def test_a_tool_of_a_stranger_is_refused(tiny: Path, stranger: Path, typed: Type) -> None:
    (tiny / SUITE).write_text((tiny / SUITE).read_text() + TOOL)
    said = typed("check", "--data-only")
    assert said.status == 2
    assert "a tool that is played by Python runs code" in said.err
    assert not stranger.exists()


def test_the_project_may_say_so_itself(tiny: Path, stranger: Path, typed: Type) -> None:
    asking(tiny, "- python: polite")
    (tiny / "pyproject.toml").write_text("[tool.harness]\ndata_only = true\n")
    for command in (["check"], ["run", "tiny"], ["gate", "tiny"]):
        said = typed(*command)
        assert (said.status, "only data is trusted here" in said.err) == (2, True)
    assert not stranger.exists()


def test_what_is_data_alone_goes_on(tiny: Path, typed: Type) -> None:
    assert typed("check", "--data-only").status == 0
    (tiny / "pyproject.toml").write_text("[tool.harness]\ndata_only = 1\n")
    said = typed("check")
    assert (said.status, "data_only is not true or false" in said.err) == (2, True)
