"""Answers that wait for a judge: kept, asked for no second time, and replaced by what has grades."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.events import Settled
from harness.grade.grade import Grade, Grading
from harness.grade.grading import UNMEASURED
from harness.record import Judging, Record, awaits_grades, is_settled
from harness.store.journal import Tools, resume_journal, start_journal
from harness.store.past import Journal, read_journal
from harness.store.rows import tables
from harness.trial import Skipped
from harness.units import FREE
from tests.doubles import go
from tests.store.samples import CENT, attempt, info, record, settled

OWN = settled("a").origin
JUDGED = Settled(
    origin=f"{OWN}!judge/tone/k#1", model="claude-haiku-5-5", attempt=1, cost=CENT, uncertain=FREE
)
JUDGING = Judging(judge="tone", what="k#1", model="claude-haiku-5-5", attempts=(attempt(),), cost=CENT)
WAITING = replace(record("a"), graded=False, grading=UNMEASURED)
LOST = Grade(
    grader="rubric",
    version=1,
    score=0.0,
    passed=False,
    evidence="judge error: tone: it said “?”",
    place="evals/triage.yaml:1:1",
    weight=1.0,
    mistake="judge_error",
)
UNHEARD = replace(record("a"), grading=Grading(grades=(LOST,), score=None, passed=None), judgings=(JUDGING,))
GRADED = replace(record("a"), judgings=(JUDGING, JUDGING))


def told(runs: Path, use: Tools, *steps: Record | Settled | None) -> Journal:
    """The journal of a run in which this happened; None: its process died."""

    async def write() -> None:
        journal = start_journal(runs, info(cases=("a",)), use)
        for step in steps:
            if step is None:
                journal.close()
                journal, _ = resume_journal(runs, "r1", use)
            elif isinstance(step, Settled):
                journal.note(step)
            else:
                await journal.append(step)
        journal.close()

    go(write())
    return read_journal(runs / "r1.jsonl")


def test_an_answer_that_waits_stands_and_is_not_finished(runs: Path, use: Tools) -> None:
    past = told(runs, use, settled("a"), WAITING)
    assert past.records == (WAITING,)
    assert awaits_grades(past.records[0])
    assert not is_settled(past.records[0])
    assert past.finished == frozenset()
    assert past.unrecorded == ()


def test_the_record_with_grades_takes_its_place_and_nothing_is_paid_twice(runs: Path, use: Tools) -> None:
    past = told(runs, use, settled("a"), WAITING, JUDGED, None, JUDGED, GRADED)
    assert past.records == (GRADED,)
    assert past.finished == {("a", 1)}
    assert past.superseded == ()
    assert [each.origin for each in past.unrecorded] == [JUDGED.origin]  # what the first process paid a judge


def test_a_judge_that_could_not_be_heard_is_asked_again(runs: Path, use: Tools) -> None:
    past = told(runs, use, settled("a"), WAITING, JUDGED, UNHEARD)
    assert past.finished == frozenset()
    assert past.unrecorded == ()
    again = told(runs.with_name("other"), use, settled("a"), UNHEARD, None, JUDGED, GRADED)
    assert again.records == (GRADED,)
    assert again.superseded == ()


def test_what_is_skipped_afterwards_does_not_push_out_the_answer(runs: Path, use: Tools) -> None:
    skipped = replace(record("a"), outcome=Skipped(why="interrupted"), attempts=(), grading=UNMEASURED)
    past = told(runs, use, settled("a"), WAITING, None, skipped)
    assert past.records == (WAITING,)


def test_the_rows_tell_calls_of_judges_from_those_of_the_model(runs: Path, use: Tools) -> None:
    rows = tables(told(runs, use, settled("a"), WAITING, JUDGED, GRADED))
    assert [(row["asked_by"], row["stands"]) for row in rows.calls] == [
        ("", True),
        ("tone", True),
        ("tone", True),
    ]
    [trial] = rows.trials
    assert (trial["judge_calls"], trial["judge_cost_usd"]) == (2, "0.020000002")
    unpriced = replace(GRADED, judgings=(replace(JUDGING, cost=None),))
    assert unpriced.judge_cost is None
