"""A log of a workflow holds no command that we did not mean, whatever models answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.github.rendered import MADE_OF, outside_code, rendered
from tests.github.runner import commands_in, parsed

HOSTILE = (
    "::error file=x::told",
    "\n::add-mask::a\n ::stop-commands::word",
    "##[error]told",
    "a ##[group]b\r##[add-mask]c",
    "\x1b[31m::warning::red",
    "%0A::notice::x",
    "```\n::debug::x\n@octocat #1 https://evil.example ![x](https://evil.example/x.png)",
)


@pytest.fixture
def hostile(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny project, in which the worse version answers what would be commands."""
    (recorded,) = (tiny / "fixtures/tiny").glob("tiny-v3@*.jsonl")
    kept = recorded.read_text("utf-8")
    wrong = json.dumps("I do not know")
    assert wrong in kept
    for turn in range(kept.count(wrong)):
        kept = kept.replace(wrong, json.dumps(HOSTILE[turn % len(HOSTILE)]), 1)
    recorded.write_text(kept, encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tiny / "summary.md"))
    return tiny


def test_a_gate_prints_and_writes_its_annotations_and_no_other_command(hostile: Path, typed: Type) -> None:
    said = typed("gate", "--candidate", "v3", "--markdown", "comment.md", "--json")
    assert said.status == 1
    assert commands_in(said.out) == []
    made = [parsed(line) for line in commands_in(said.err)]
    assert {each.name for each in made} == {"error"}
    assert {each.properties["file"] for each in made} == {"evals/tiny.yaml"}
    assert json.loads(said.out)["brief"]["worse"] > 3
    for name in ("comment.md", "summary.md"):
        text = (hostile / name).read_text("utf-8")
        assert commands_in(text) == []
        for tree in rendered(text):
            assert not MADE_OF.search(outside_code(tree))
    assert "add-mask" in (hostile / "summary.md").read_text("utf-8")


def test_whatever_shows_a_run_later_prints_no_command(hostile: Path, typed: Type) -> None:
    ran = json.loads(typed("run", "tiny", "--version", "v3", "--json").out)["run_id"]
    for command in (
        ("report", ran),
        ("report", ran, "--json"),
        ("gate", "--candidate", "v3", "--explain"),
        ("sql", "SELECT * FROM trials"),
        ("log", ran),
    ):
        said = typed(*command)
        assert commands_in(said.out) == [], command
        assert [line for line in commands_in(said.err) if not line.startswith("::error file=evals/")] == []
