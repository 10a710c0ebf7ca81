"""How sure graders were of a run, and how often they said the same."""

from dataclasses import replace
from pathlib import Path

from harness.compare.observation import GraderFacts
from harness.grade.grade import Grade, Grading
from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.read import read_side
from tests.store.samples import info, record, write_run


def grade(score: float, confidence: float, place: str) -> Grade:
    return Grade(
        grader="tone", version=3, score=score, passed=True, evidence="", place=place, weight=1.0, confidence=confidence
    )  # fmt: skip


def test_several_grades_of_one_answer_have_a_spread(runs: Path, store: Path, use: Tools) -> None:
    thrice = tuple(grade(score, 0.5, "a.yaml:1:1") for score in (0.0, 0.5, 1.0))
    once = (grade(1.0, 1.0, "a.yaml:1:1"), grade(0.0, 1.0, "a.yaml:2:2"))
    records = [
        replace(record(case), grading=Grading(grades=grades, score=0.5, passed=True))
        for case, grades in (("a", thrice), ("b", once))
    ]
    ingest(store, read_journal(write_run(runs, info(), records, use)))
    (found,) = read_side(store, "r1").grader_facts
    assert found == GraderFacts(grader="tone", version=3, grades=5, confidence=0.7, spread=0.5, repeated=1)
