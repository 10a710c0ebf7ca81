"""Verdicts to wherever they were asked for, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.report.test_json_schema import schema


def test_every_form_is_written_and_says_the_same(tiny: Path, typed: Type) -> None:
    outputs = ["--html", "out/p.html", "--junit", "out/j.xml", "--markdown", "out/c.md"]
    outputs += ["--sarif", "out/s.sarif", "--badge", "out/b.svg"]
    said = typed("gate", "tiny", "--candidate", "v3", *outputs)
    assert said.status == 1
    assert "out/p.html" in said.out
    assert sorted(path.name for path in (tiny / "out").iterdir()) == [
        "b.svg",
        "c.md",
        "j.xml",
        "p.html",
        "s.sarif",
    ]
    assert "REGRESSED" in (tiny / "out/p.html").read_text("utf-8")
    assert "regressed" in (tiny / "out/c.md").read_text("utf-8")
    assert "<failure" in (tiny / "out/j.xml").read_text("utf-8")
    assert "REGRESSED" in (tiny / "out/b.svg").read_text("utf-8")
    results = json.loads((tiny / "out/s.sarif").read_text("utf-8"))["runs"][0]["results"]
    spots = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert spots == {"evals/tiny.yaml"}


def test_json_alone_goes_to_stdout(tiny: Path, typed: Type) -> None:
    document = json.loads(typed("gate", "--json").out)
    assert (document["schema"], document["suite"], document["status"]) == (1, "tiny", "PASS")
    assert set(document) >= {"quality", "cost", "latency", "slices", "accounting", "findings", "decide"}
    schema("verdict").validate(document)
    schema("verdict").validate(json.loads(typed("gate", "--json", "--explain", "--candidate", "v3").out))


def test_every_number_of_a_verdict_is_printed_in_eighty_columns(tiny: Path, typed: Type) -> None:
    said = typed("gate", "--candidate", "v3", "--explain")
    assert (said.status, said.out.splitlines()[0][:7]) == (1, "Verdict")
    assert max(map(len, said.out.splitlines())) <= 80
    document = json.loads(typed("gate", "--candidate", "v3", "--explain", "--json").out)
    [se] = [
        each["value"]
        for section in document["explain"]
        for each in section["numbers"]
        if (section["title"], each["name"]) == ("Difference of quality", "SE")
    ]
    assert f"{se:.6g}" in said.out


def test_a_badge_says_by_its_name_how_it_is_written(tiny: Path, typed: Type) -> None:
    said = typed("gate", "--badge", "out/badge.png")
    assert said.status == 2
    assert "--badge out/badge.png: name it .svg or .json" in said.err
    typed("gate", "--json", "--badge", "out/badge.json")
    assert json.loads((tiny / "out/badge.json").read_text("utf-8"))["message"].startswith("PASS")


@pytest.mark.parametrize("flag", ["--html", "--junit", "--markdown", "--sarif"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_asked(
    tiny: Path, typed: Type, flag: str
) -> None:
    (tiny / "taken").mkdir()
    said = typed("gate", flag, "taken")
    assert said.status == 2
    assert "cannot write taken" in said.err
    assert not (tiny / "reports/runs").exists()


def test_a_step_summary_is_appended_where_a_workflow_asks_for_one(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tiny / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    typed("gate")
    text = summary.read_text("utf-8")
    assert text.startswith("before\n")
    assert "tiny" in text


def test_a_summary_that_cannot_be_written_does_not_cost_the_verdict(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tiny))
    said = typed("gate", "--candidate", "v3", "--json")
    assert said.status == 1
    assert json.loads(said.out)["status"] == "REGRESSED"
    assert "the step's summary cannot be written" in said.err
