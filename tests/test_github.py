"""The summary of a workflow's step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.github import summarise
from harness.settings import read_settings
from tests.projects import write_project
from tests.report.examples import views


def test_without_a_workflow_nothing_is_written(tmp_path: Path) -> None:
    settings = read_settings(write_project(tmp_path, 1), {})
    before = sorted(tmp_path.rglob("*"))
    summarise(settings, [views()["regressed"]])
    assert sorted(tmp_path.rglob("*")) == before


def test_a_workflow_gets_the_verdicts_after_what_is_there(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    settings = replace(read_settings(write_project(tmp_path, 1), {}), step_summary=summary)
    summarise(settings, [views()["regressed"]])
    text = summary.read_text("utf-8")
    assert text.startswith("before\n")
    assert "regressed" in text.casefold()
