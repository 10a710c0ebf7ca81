"""Answers read back: every grade, and the attempts of whatever took more than one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.store.answers import read_answers
from harness.store.journal import Tools
from harness.units import FREE
from tests.store.samples import attempt, grading, info, record, stored


def test_an_answer_comes_with_its_grades(tmp_path: Path, use: Tools) -> None:
    store = stored(tmp_path / "s.duckdb", info(), [record("a"), record("b", score=0.0)], use)
    met, unmet = read_answers(store, "r1")
    assert met.grades == grading(1.0).grades
    assert met.evidence == ()
    assert unmet.grades == grading(0.0).grades
    assert unmet.evidence == ("evals/triage.yaml:9:9: equals: wanted x, found y",)


def test_attempts_are_told_where_there_was_more_than_one(tmp_path: Path, use: Tools) -> None:
    tries = (attempt(fault="timeout", cost=FREE), replace(attempt(), number=2))
    store = stored(tmp_path / "s.duckdb", info(), [replace(record("a"), attempts=tries), record("b")], use)
    twice, once = read_answers(store, "r1")
    assert twice.attempts == tries
    assert once.attempts == ()
