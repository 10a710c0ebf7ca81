"""Cases one by one, however many processes want to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.pipeline.cases import Asked, ask_cases, ask_cases_once
from harness.pipeline.gating import Question, VariantChoice
from harness.settings import Settings, read_settings
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from tests.projects import KEY, tiny_model
from tests.standin import StandIn


@pytest.fixture
def project(tiny: Path) -> Project:
    return read_project(WorkingTree(tiny))


def runs(settings: Settings) -> int:
    return len(list(settings.runs.glob("*.jsonl")))


def test_the_second_to_ask_reads_what_the_first_was_told(tiny: Path, project: Project) -> None:
    settings = read_settings(tiny, {})
    question = Question(suite="tiny", mode="replay")
    first, second = (ask_cases_once(question, project, settings, tiny / "t/ticket") for _ in range(2))
    assert runs(settings) == 2
    assert first.results == second.results
    assert second.compared is not None


@pytest.mark.loopback
def test_live_cases_without_a_baseline_stand_alone_for_every_process(tiny: Path, project: Project) -> None:
    with StandIn(tiny_model) as server:
        settings = read_settings(tiny, {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url})
        question = Question(suite="tiny", mode="live")
        asked = [ask_cases_once(question, project, settings, tiny / "ticket") for _ in range(2)]
        assert server.attempts == 30
    assert [each.compared for each in asked] == [None, None]
    assert asked[0].results == asked[1].results
    assert all(each.is_good and each.baseline == () for each in asked[1].results.values())


@pytest.mark.loopback
def test_what_was_judged_once_is_not_what_the_next_is_compared_with(tiny: Path, project: Project) -> None:
    """A run that passed was lucky more often than not."""

    def asked(baseline: str, candidate: str) -> Asked:
        before, after = VariantChoice(version=baseline), VariantChoice(version=candidate)
        question = Question(suite="tiny", mode="live", baseline=before, candidate=after)
        return ask_cases(question, project, settings)

    with StandIn(tiny_model) as server:
        settings = read_settings(tiny, {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url})
        assert asked("v2", "v1").compared is None
        judged = asked("v1", "v2").compared
        assert judged is not None
        assert judged.baseline.prompt_version == "v1"
        assert asked("v2", "v3").compared is None


def test_a_case_that_was_not_measured_is_not_good(tiny: Path, project: Project) -> None:
    asked = ask_cases(Question(suite="tiny", mode="replay"), project, read_settings(tiny, {}))
    result = asked.results["c00"]
    assert (result.passed, result.measured, result.is_good) == (1, 1, True)
    assert not type(result)(answers=(), baseline=()).is_good
