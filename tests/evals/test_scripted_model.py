"""The model behind the made-up recordings: the same every time, and careful with what others paid for."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.call.canonical import body
from harness.errors import UsageError
from harness.plan import make_plan
from harness.providers.archive import recordings_of
from harness.providers.fixtures import write_recordings
from harness.suite.project import Project
from harness.trial import Trial, Variant
from tests.evals.conftest import Replies
from tests.synthetic.model import ScriptedModel
from tests.synthetic.record import record_all


def one_trial(project: Project) -> Trial:
    variant = Variant(prompt=project.prompts["triage", "v1"], model=project.models["opus-5-5"])
    return make_plan(project.suites["triage"], variant).trials[0]


def test_two_scripted_models_say_the_same(project: Project) -> None:
    asked = body(one_trial(project).request)
    one, other = ScriptedModel(project), ScriptedModel(project)
    assert [one.answer(asked) for _ in range(3)] == [other.answer(asked) for _ in range(3)]


def test_a_request_that_no_case_makes_is_not_answered(project: Project) -> None:
    asked = {**body(one_trial(project).request), "system": "Be somebody else."}
    with pytest.raises(KeyError):
        ScriptedModel(project).answer(asked)


def test_real_recordings_are_never_overwritten(project: Project, fixtures: Path, tmp_path: Path) -> None:
    path, made_up = next(recordings_of(fixtures))
    real = tmp_path / path.relative_to(fixtures)
    write_recordings(real, [replace(made_up, synthetic=False)])
    with pytest.raises(UsageError, match="real API"):
        record_all(project, tmp_path)
    assert real.exists()


def test_a_few_replies_are_refused_or_cut_off_as_real_ones_are(replies: Replies) -> None:
    endings = [reply.stop_reason for pairs in replies.values() for _, reply in pairs]
    unusual = sum(ending != "end_turn" for ending in endings)
    assert 0.001 < unusual / len(endings) < 0.01
    assert {"end_turn", "max_tokens", "refusal"} == set(endings)


def test_no_reply_is_longer_than_its_prompt_allows(replies: Replies) -> None:
    for pairs in replies.values():
        for trial, reply in pairs:
            assert reply.usage.thinking_tokens <= reply.usage.output_tokens <= trial.request.max_tokens
