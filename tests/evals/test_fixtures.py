"""The made-up recordings: they say so, they answer every trial, and they can be made again."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.plan import make_plan
from harness.providers.anthropic import replaying
from harness.providers.library import recordings_of
from harness.providers.wire import Wire
from harness.suite.project import Project
from harness.trial import Trial, Variant
from tests.synthetic.model import VERSIONS
from tests.synthetic.record import RECORDED_AT, record_all

MEGABYTE = 1_000_000


def trials(project: Project) -> Iterator[Trial]:
    for suite in project.suites.values():
        for model, versions in VERSIONS.items():
            for version in versions:
                prompt = project.prompts[suite.prompt, version]
                yield from make_plan(suite, Variant(prompt=prompt, model=project.models[model])).trials


def test_every_recording_says_that_it_was_made_up(fixtures: Path) -> None:
    assert {each.synthetic for _, each in recordings_of(fixtures)} == {True}


def test_there_is_one_recording_for_every_trial_and_no_other(project: Project, fixtures: Path) -> None:
    wanted = sorted(
        (t.suite, t.case.id, t.request.origin.version, t.request.model, t.repeat) for t in trials(project)
    )
    kept = sorted(
        (o.suite, o.case, o.version, str(each.request["model"]), o.repeat)
        for _, each in recordings_of(fixtures)
        for o in [each.origin]
    )
    assert kept == wanted


def test_every_trial_is_answered_without_a_miss(project: Project, fixtures: Path) -> None:
    async def replay() -> set[bool]:
        send = replaying(fixtures, Wire())
        try:
            return {(await send(trial.request)).synthetic for trial in trials(project)}
        finally:
            await send.aclose()

    assert asyncio.run(replay()) == {True}


def test_no_recording_holds_a_header_but_the_two_that_mean_something(fixtures: Path) -> None:
    names = {name for _, each in recordings_of(fixtures) for name in each.headers}
    assert names == {"content-type", "request-id"}


def test_the_time_of_recording_is_the_same_for_all(fixtures: Path) -> None:
    assert {each.recorded_at for _, each in recordings_of(fixtures)} == {RECORDED_AT.isoformat()}


def test_the_recordings_stay_small(fixtures: Path) -> None:
    assert sum(path.stat().st_size for path in fixtures.rglob("*") if path.is_file()) < 6.5 * MEGABYTE


@pytest.mark.slow
@pytest.mark.loopback
def test_recording_again_gives_the_same_bytes(project: Project, fixtures: Path, tmp_path: Path) -> None:
    record_all(project, tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.jsonl")}
    assert written == {path.relative_to(fixtures): path.read_bytes() for path in fixtures.rglob("*.jsonl")}
