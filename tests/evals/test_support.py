"""The agent's suite: the written path satisfies every case, no usual mistake does, and going in circles is caught."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.call.exchange import Reply, Request, StopReason, ToolCall
from harness.gate.verdict import Status
from harness.grade.grading import grade
from harness.grade.response import Response
from harness.pipeline.comparing import Compared
from harness.pipeline.gating import Question, gate_suite, variant_choice
from harness.plan import make_plan
from harness.settings import read_settings
from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project
from harness.trial import Answered, Trial, Variant
from tests.call.talks import Table, block, saying
from tests.doubles import REPLY
from tests.evals.conftest import ROOT
from tests.synthetic import support
from tests.synthetic.support import Said


def trials(project: Project) -> Iterator[Trial]:
    variant = Variant(prompt=project.prompts["support", "v1"], model=project.models["opus-5-5"])
    return iter(make_plan(project.suites["support"], variant, repeats=1).trials)


def turn(said: Said) -> Reply:
    if isinstance(said, str):
        return saying(said)
    call = ToolCall(id="toolu_1", name=said[0], arguments=said[1])
    return replace(REPLY, text="", stop_reason=StopReason.TOOL_USE, tool_calls=(call,), blocks=(block(call),))


def score(trial: Trial, path: tuple[Said, ...]) -> float | None:
    """The score of an agent that says this, turn by turn."""
    turns = iter(path)

    async def send(_request: Request) -> Reply:
        return turn(next(turns))

    table = Table()
    reply = asyncio.run(table.ask(send, trial.request))
    assert next(turns, None) is None
    steps = table.log.of((str(trial.request.origin), trial.request.model))
    return grade(trial.case, Answered(reply=reply), Response(reply=reply, steps=steps)).score


def words_of(path: tuple[Said, ...]) -> tuple[str, ...]:
    return tuple(each for each in path if isinstance(each, str))


def test_every_case_is_satisfied_by_its_written_path(project: Project) -> None:
    missed = [
        trial.case.id
        for trial in trials(project)
        if score(trial, support.path_of(trial.case, right=True, version="v1")) != 1.0
    ]
    assert missed == []


def test_no_case_is_satisfied_by_an_answer_out_of_the_blue(project: Project) -> None:
    for trial in trials(project):
        path = support.path_of(trial.case, right=True, version="v1")
        blue = score(trial, words_of(path))
        assert blue is not None
        assert blue < 1.0 or not any(not isinstance(each, str) for each in path), trial.case.id


def test_no_case_is_satisfied_by_its_wrong_answer_after_all_the_work(project: Project) -> None:
    for trial in trials(project):
        wrong = support.path_of(trial.case, right=False, version="v1")
        assert score(trial, wrong) != 1.0, trial.case.id


def gated(folder: Path, candidate: str) -> Compared:
    for name in ("evals", "prompts", "fixtures/support"):
        shutil.copytree(ROOT / name, folder / name)
    settings = read_settings(folder, {})
    question = Question(
        suite="support", mode="replay", baseline=variant_choice("v1"), candidate=variant_choice(candidate)
    )
    return gate_suite(question, read_project(WorkingTree(folder)), None, settings)


@pytest.mark.slow
def test_checking_everything_twice_costs_more_and_never_gets_to_many_answers(tmp_path: Path) -> None:
    compared = gated(tmp_path, "v2@opus-5-5")
    assert compared.verdict.status is Status.REGRESSED
    assert (compared.verdict.quality, compared.verdict.cost) == (Status.REGRESSED, Status.REGRESSED)
    counts: Any = compared.document()["accounting"]
    assert counts["candidate"]["failed"] > 30


@pytest.mark.slow
def test_the_cheaper_model_does_as_well(tmp_path: Path) -> None:
    assert gated(tmp_path, "v1@sonnet-5-5").verdict.status is Status.PASS
