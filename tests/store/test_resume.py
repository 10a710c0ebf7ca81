"""A run that goes on after its process died: nothing is asked twice, and all that was paid is in the books."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.call.fault import Fault, Kind
from harness.errors import UsageError
from harness.store.journal import Tools, resume_journal, start_journal, tools
from harness.store.past import read_journal
from harness.trial import Failed, Skipped
from harness.units import Seconds
from tests.doubles import FakeClock, go
from tests.store.samples import CENT, MOMENT, failed, info, record, reserved, resume_with, settled, write_run


def test_there_is_nothing_to_resume_where_there_was_no_run(runs: Path, use: Tools) -> None:
    with pytest.raises(UsageError, match="no run r9 to resume"):
        resume_journal(runs, "r9", use)


async def _ask_and_die(runs: Path, use: Tools) -> None:
    journal = start_journal(runs, info(), use)
    journal.note(reserved("a"))
    journal.note(settled("a"))
    journal.note(reserved("b"))
    journal.close()
    again, _ = resume_journal(runs, "r1", use)
    for case_id in ("a", "b"):
        again.note(reserved(case_id))
        again.note(settled(case_id))
        await again.append(record(case_id))
    again.end("complete", {})


def test_what_a_process_spent_before_it_died_stays_in_the_books(runs: Path, use: Tools) -> None:
    go(_ask_and_die(runs, use))
    past = read_journal(runs / "r1.jsonl")
    assert past.unrecorded == (settled("a"),)
    assert past.open == (reserved("b"),)


def test_an_answer_takes_the_place_of_a_failure_and_both_are_paid_for(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [failed("a")], use)
    go(resume_with(runs, use, record("a")))
    past = read_journal(path)
    assert past.records == (record("a"),)
    assert past.superseded == (failed("a"),)
    assert past.cost_uncertain == CENT


def test_the_first_answer_stands(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a", score=0.0)], use)
    go(resume_with(runs, use, record("a", score=1.0), failed("a")))
    assert read_journal(path).records == (record("a", score=0.0),)


def test_the_same_record_twice_is_paid_for_once(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("a")], use)
    past = read_journal(path)
    assert past.records == (record("a"),)
    assert past.superseded == ()


def test_only_answered_trials_are_finished(runs: Path, use: Tools) -> None:
    path = write_run(
        runs, info(), [record("a"), failed("b"), record("c", outcome=Skipped(why="budget"))], use
    )
    assert read_journal(path).finished == {("a", 1)}


def test_a_resumed_run_has_not_ended(runs: Path, use: Tools) -> None:
    write_run(runs, info(), [record("a")], use, why="interrupted")
    journal, past = resume_journal(runs, "r1", use)
    journal.close()
    assert past.ended == "interrupted"
    assert read_journal(journal.path).ended is None


def test_the_time_between_two_processes_is_not_counted(runs: Path) -> None:
    clock = FakeClock()
    use = tools(str, clock=clock)
    journal = start_journal(runs, info(), use)
    clock.advance(5)
    journal.end("interrupted", {})
    clock.advance(3600)
    journal, _ = resume_journal(runs, "r1", use)
    clock.advance(5)
    journal.end("complete", {})
    assert read_journal(journal.path).wall == Seconds(10)


def test_a_process_that_died_took_at_least_as_long_as_its_last_record(runs: Path, use: Tools) -> None:
    async def work() -> None:
        journal = start_journal(runs, info(), use)
        await journal.append(replace(record(), started_at=MOMENT + timedelta(seconds=7)))
        journal.close()

    go(work())
    assert read_journal(runs / "r1.jsonl").wall == Seconds(7)


def test_a_model_that_lost_itself_in_tools_is_not_asked_until_it_looks_better(runs: Path, use: Tools) -> None:
    lost = replace(record("a"), outcome=Failed(fault=Fault(kind=Kind.TOOL_LOOP, detail="in circles")))
    path = write_run(runs, info(), [lost, failed("b")], use)

    assert read_journal(path).finished == {("a", 1)}
