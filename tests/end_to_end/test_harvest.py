"""The loop: something goes wrong in production, a person says what was wanted, and the gate never lets it through again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from tests.intake.harvest.logs import pair, write_log
from tests.projects import KEY, tiny_model, write, write_project
from tests.standin import Answer, StandIn, last_text

pytestmark = pytest.mark.loopback
GATE = "{quality: {margin: 15pt}, cost: off, latency: off, looks: off, cases: {repeats: 6}}"


def forgetful(body: Mapping[str, Any]) -> Answer:
    """The new version forgot one thing, which no case of the suite asks."""
    number = int(re.findall(r"number is (\d+)", last_text(body))[0])
    has_forgotten = number == 1071 and "You are v2." in str(body["system"])
    return Answer(text="I do not know") if has_forgotten else tiny_model(body)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = write_project(tmp_path / "project", 20, gate=GATE)
    write(folder / "pyproject.toml", "[tool.harness]\nat_once = 20\n")
    monkeypatch.chdir(folder)
    for name in ("GITHUB_STEP_SUMMARY", "CI"):
        monkeypatch.delenv(name, raising=False)
    with StandIn(forgetful) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield folder


def test_what_went_wrong_in_production_becomes_a_case_that_guards(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*argv: str) -> Any:
        status = main([*argv, "--json"])
        return {"status of the command": status, **json.loads(capsys.readouterr().out)}

    gate = ("gate", "tiny", "--mode", "live")
    before = said(*gate)
    assert (before["status of the command"], before["status"]) == (0, "PASS")

    asked = pair(
        "Which number is 1071?", text="I do not know", feedback={"score": 0, "corrected": "number 1071"}
    )
    write_log(folder / "log.jsonl", asked, pair("Which number is 3?"))
    observed = said("harvest", "log.jsonl")
    [proposal] = observed["proposals"]
    assert (observed["seen"], observed["decided"], proposal["why"]) == (2, 1, ["bad_feedback"])
    assert said("check")["cases"] == 20

    name = proposal["case"]["id"]
    assert said("harvest", "--accept", name, "--must-pass")["cases"] == [name]
    assert said("check")["cases"] == 21

    after = said(*gate)
    assert (after["status of the command"], after["status"]) == (1, "REGRESSED")
    assert after["findings"][0]["rule"] == f"case: {name}"
    assert said("harvest", "log.jsonl")["decided"] == 2
