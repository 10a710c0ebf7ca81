"""One variant asked: what is shown, what may be resumed, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.projects import KEY, tiny_model, write
from tests.standin import StandIn


def test_the_candidate_is_asked_unless_told_otherwise(tiny: Path, typed: Type) -> None:
    said = typed("run", "tiny")
    assert said.status == 0
    assert "prompt v2 on claude-opus-5-5" in said.out


@pytest.mark.parametrize(
    "argv", [["--version", "v1"], ["--version", "v1@opus-5-5"], ["--version", "v1", "--model", "opus-5-5"]]
)
def test_a_variant_is_named_by_version_and_model(tiny: Path, typed: Type, argv: list[str]) -> None:
    assert "prompt v1 on claude-opus-5-5" in typed("run", "tiny", *argv).out


def test_what_was_not_measured_is_no_success(tiny: Path, typed: Type) -> None:
    said = typed("run", "tiny", "--version", "v5", "--json")
    assert said.status == 4
    assert json.loads(said.out)["accounting"]["failed"] == 30


def test_a_page_of_the_answers_is_written(tiny: Path, typed: Type) -> None:
    said = typed("run", "tiny", "--version", "v4", "--html", "out/run.html")
    assert "out/run.html" in said.out
    assert "I do not know" in (tiny / "out/run.html").read_text("utf-8")


def test_without_a_suite_the_suites_are_listed(tiny: Path, typed: Type) -> None:
    said = typed("run")
    assert (said.status, said.err) == (2, "harness: which suite? there are: tiny\n")


def test_a_finished_run_may_be_resumed_and_asks_nothing(tiny: Path, typed: Type) -> None:
    name = json.loads(typed("run", "tiny", "--json").out)["run_id"]
    again = json.loads(typed("run", "--resume", name, "--budget", "2", "--json").out)
    assert (again["resumed_from"], again["attempts"]) == (name, 30)


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["tiny"], "tiny"),
        (["--mode", "live"], "--mode"),
        (["--case", "c01"], "--case"),
        (["--repeats", "2"], "--repeats"),
    ],
)
def test_a_resumed_run_cannot_become_another_one(tiny: Path, typed: Type, argv: list[str], word: str) -> None:
    said = typed("run", *argv, "--resume", "some-run")
    assert said.status == 2
    assert f"so {word} cannot be chosen" in said.err


@pytest.mark.parametrize("name", ["nosuch", "../nosuch", ""])
def test_a_run_that_is_not_there_cannot_be_resumed(tiny: Path, typed: Type, name: str) -> None:
    assert typed("run", "--resume", name).status == 2


def test_an_imported_run_cannot_be_resumed(tiny: Path, typed: Type) -> None:
    write(tiny / "rows.jsonl", '{"case_id": "a", "score": 1}\n')
    assert typed("import", "results", "rows.jsonl", "--suite", "x", "--run", "mine").status == 0
    said = typed("run", "--resume", "mine")
    assert said.status == 2


@pytest.mark.loopback
def test_a_run_whose_files_changed_cannot_go_on(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(tiny_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        name = json.loads(typed("run", "tiny", "--mode", "live", "--budget", "0.02", "--json").out)["run_id"]
        prompt = tiny / "prompts/tiny/v2.yaml"
        write(prompt, prompt.read_text("utf-8").replace("You are v2", "You are now v2"))
        asked = server.attempts
        said = typed("run", "--resume", name)
        assert server.attempts == asked
    assert said.status == 2
    assert "prompt digest" in said.err
