"""The made-up recordings: they say so, they answer every trial, and they can be made again."""

from pathlib import Path

import pytest

from harness.providers.archive import recordings_of
from harness.suite.project import Project
from tests.evals.conftest import TALKS, Replies
from tests.synthetic.record import RECORDED_AT, record_all

MEGABYTE = 1_000_000


def test_every_recording_says_that_it_was_made_up(fixtures: Path) -> None:
    assert {each.synthetic for _, each in recordings_of(fixtures)} == {True}


def test_every_trial_has_its_reply_and_every_reply_says_that_it_was_made_up(replies: Replies) -> None:
    assert {reply.synthetic for pairs in replies.values() for _, reply in pairs} == {True}


def test_there_is_one_recording_for_every_trial_and_no_other(replies: Replies, fixtures: Path) -> None:
    wanted = sorted(
        (trial.suite, trial.case.id, trial.request.origin.version, trial.request.model, trial.repeat)
        for pairs in replies.values()
        for trial, _ in pairs
    )
    kept = sorted(
        (o.suite, o.case, o.version, str(each.request["model"]), o.repeat)
        for _, each in recordings_of(fixtures)
        for o in [each.origin]
        if o.suite not in TALKS
    )
    assert kept == wanted


def test_no_recording_holds_a_header_but_the_two_that_mean_something(fixtures: Path) -> None:
    names = {name for _, each in recordings_of(fixtures) for name in each.headers}
    assert names == {"content-type", "request-id"}


def test_the_time_of_recording_is_the_same_for_all(fixtures: Path) -> None:
    assert {each.recorded_at for _, each in recordings_of(fixtures)} == {RECORDED_AT.isoformat()}


def test_the_recordings_stay_small(fixtures: Path) -> None:
    assert sum(path.stat().st_size for path in fixtures.rglob("*") if path.is_file()) < 9 * MEGABYTE


@pytest.mark.slow
@pytest.mark.loopback
def test_recording_again_gives_the_same_bytes(project: Project, fixtures: Path, tmp_path: Path) -> None:
    record_all(project, tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.jsonl")}
    assert written == {path.relative_to(fixtures): path.read_bytes() for path in fixtures.rglob("*.jsonl")}
