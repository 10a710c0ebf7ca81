"""The summary of a workflow's step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.github import summarise
from harness.settings import Settings, read_settings
from tests.projects import write_project
from tests.report.examples import views
from tests.report.pulls import pull_of
from tests.report.test_markdown import many

PULL = pull_of([views()["regressed"]])


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    return tmp_path / "summary.md"


@pytest.fixture
def inside(tmp_path: Path, summary: Path) -> Settings:
    """The settings of a step in a workflow."""
    return replace(read_settings(write_project(tmp_path, 1), {}), step_summary=summary)


def test_without_a_workflow_nothing_is_written(tmp_path: Path) -> None:
    settings = read_settings(write_project(tmp_path, 1), {})
    before = sorted(tmp_path.rglob("*"))
    summarise(settings, PULL)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_workflow_gets_the_verdicts_after_what_is_there(summary: Path, inside: Settings) -> None:
    summary.write_text("before\n", "utf-8")
    summarise(inside, PULL)
    text = summary.read_text("utf-8")
    assert text.startswith("before\n")
    assert "regressed" in text.casefold()


def test_many_commands_of_one_step_share_the_room_and_all_say_their_verdict(
    summary: Path, inside: Settings
) -> None:
    for _ in range(12):
        summarise(inside, many(9, 9_000))
    assert summary.stat().st_size <= 900_000
    assert summary.read_text("utf-8").count("9 of 9 suites regressed") == 12


@pytest.mark.parametrize("there", [899_000, 900_000, 2_000_000])
def test_a_summary_that_is_full_is_not_made_to_be_dropped(
    summary: Path, inside: Settings, there: int
) -> None:
    summary.write_bytes(b"x" * there)
    summarise(inside, many(9, 9))
    assert summary.stat().st_size <= max(there, 900_000)


def test_a_line_that_somebody_did_not_end_stays_apart(summary: Path, inside: Settings) -> None:
    summary.write_text("before", "utf-8")
    summarise(inside, PULL)
    assert summary.read_text("utf-8").startswith("before\n\n<!-- harness-report -->\n")
