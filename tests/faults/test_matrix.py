"""Every trouble of the stand-in, over real HTTP and the real SDK, with every limit at its real length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.expected import ENDS_STREAMED, EXPECTED
from tests.faults.runs import How, Ran, ran
from tests.projects import write_project
from tests.standin import TROUBLES, named
from tests.standin.outages import all_but, first

pytestmark = pytest.mark.loopback
SLACK = 0.1
"""Seconds: a connection that is reset waits a moment, so that what was sent before arrives."""
WHOLE = [name for name, known in TROUBLES.items() if known.way != "streamed"]
ONLY_STREAMED = [name for name, known in TROUBLES.items() if known.way == "streamed"]
STREAMED_TOO = [name for name, known in TROUBLES.items() if known.way == "both"]
ONE_OF_EACH_KIND = (
    *("overloaded", "limited_date", "internal_error", "reset_unread", "reset_half", "hang", "gzip_muddled"),
    *("truncated", "unauthorized", "no_model", "limited_49_days", "wrong_model", "bad_request"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("matrix") / "project", 12)


def test_the_table_says_what_becomes_of_every_trouble() -> None:
    assert EXPECTED.keys() == TROUBLES.keys()


def check_lasting(folder: Path, name: str, *, stream: bool) -> Ran:
    """One case meets the trouble whenever it is asked; the two behind it never do."""
    expected = EXPECTED[name]
    found = ran(How(folder=folder, script=all_but({2, 3}, named(name)), stream=stream))
    ends = ENDS_STREAMED.get(name, expected.ends) if stream else expected.ends
    assert found.ends == {"c00": ends, "c01": expected.others, "c02": expected.others}
    assert len(found.of("c00").attempts) == expected.attempts
    length = expected.lasting(stream=stream)
    assert length - SLACK <= found.seconds <= length + SLACK
    assert [found.of(case).grading.score for case in ("c01", "c02") if expected.others == "answered"] in (
        [],
        [1.0, 1.0],
    )
    return found


@pytest.mark.parametrize("name", WHOLE)
def test_a_trouble_that_lasts_ends_its_case_and_harms_no_other(folder: Path, name: str) -> None:
    check_lasting(folder, name, stream=False)


@pytest.mark.parametrize("name", ONLY_STREAMED)
def test_a_stream_in_trouble_ends_its_case_and_harms_no_other(folder: Path, name: str) -> None:
    check_lasting(folder, name, stream=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", STREAMED_TOO)
def test_a_trouble_of_both_ways_does_the_same_to_streams(folder: Path, name: str) -> None:
    check_lasting(folder, name, stream=True)


def check_single(folder: Path, name: str, *, stream: bool) -> None:
    """One request meets the trouble. Where another may follow, the case is answered."""
    expected = EXPECTED[name]
    found = ran(How(folder=folder, script=first(1, named(name)), cases=2, stream=stream))
    record = found.of("c00")
    assert found.ended("c00") == ("answered" if expected.passes else expected.ends)
    assert len(record.attempts) == (2 if expected.passes else 1)
    if expected.passes:
        assert record.grading.score == 1.0
        assert record.attempts[0].fault is not None


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_a_trouble_that_strikes_once_costs_no_answer_where_another_try_is_made(
    folder: Path, name: str
) -> None:
    check_single(folder, name, stream=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*WHOLE, *ONLY_STREAMED])
def test_every_trouble_may_strike_once(folder: Path, name: str) -> None:
    check_single(folder, name, stream=name in ONLY_STREAMED)


def test_money_that_may_be_lost_is_set_down_as_such(folder: Path) -> None:
    lost = ran(How(folder=folder, script=first(1, named("reset_answered")), cases=1))
    assert len(lost.server.bill.items) == 2
    assert lost.journal.cost_uncertain > 0
    free = ran(How(folder=folder, script=first(1, named("overloaded")), cases=1))
    assert free.journal.cost_uncertain == 0


def test_an_answer_that_comes_twice_is_not_the_answer_to_the_next_case(folder: Path) -> None:
    found = ran(How(folder=folder, script=first(1, named("twice")), cases=3))
    assert [found.of(case).grading.score for case in sorted(found.ends)] == [1.0, 1.0, 1.0]
    [again] = [attempt for record in found.journal.records for attempt in record.attempts if attempt.fault]
    assert (again.fault, again.detail) == ("garbled", "the response to an earlier request came again")
