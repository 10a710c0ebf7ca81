"""Every grader against its table, and against every reply that is no answer."""

from __future__ import annotations

import math

import pytest

from harness.call.exchange import StopReason
from harness.grade.grade import Grade
from harness.grade.grading import grade
from harness.grade.response import Response
from harness.grade.table import GRADERS
from harness.grade.unanswered import unanswered
from harness.suite.expectation import Expectation
from harness.trial import Answered
from tests.grade.cases import case
from tests.grade.rows import TABLES
from tests.grade.tables import NO_ANSWERS, Row, one, reply, response, turned, unfit

ROWS = [pytest.param(row, id=f"{name}-{row}") for name, table in TABLES.items() for row in table.rows()]


def grade_of(expectation: Expectation, given: Response) -> Grade:
    (only,) = grade(case(expectation), Answered(reply=given.reply), given).grades
    return only


def verdict(expectation: Expectation, given: Response) -> str:
    plain, other = grade_of(expectation, given), grade_of(turned(expectation), given)
    if plain.mistake and other.mistake:
        return "unmeasured"
    assert not plain.mistake, plain.evidence
    assert not (plain.passed and other.passed), "an expectation and its negation both pass"
    return "passes" if plain.passed else "fails" if other.passed else "neither"


@pytest.mark.parametrize("row", ROWS)
def test_a_grader_says_what_its_table_says(row: Row) -> None:
    expectation = one(row.said)
    given = response(row.answer, expectation)
    if row.score is None:
        assert verdict(expectation, given) == row.verdict, grade_of(expectation, given).evidence
    else:
        assert grade_of(expectation, given).score == pytest.approx(row.score, abs=1e-6)
        assert grade_of(turned(expectation), given).score == pytest.approx(1 - row.score, abs=1e-6)


@pytest.mark.parametrize("row", ROWS)
def test_a_grade_is_a_share_with_one_short_line_and_always_the_same(row: Row) -> None:
    expectation = one(row.said)
    given = response(row.answer, expectation)
    made = grade_of(expectation, given)
    assert made == grade_of(one(row.said), given)
    assert 0.0 <= made.score <= 1.0
    assert 0.0 <= made.confidence <= 1.0
    assert math.isfinite(made.score)
    assert len(made.evidence) <= 1000
    assert made.evidence.splitlines() == [made.evidence]
    assert "grader bug" not in made.evidence


def test_every_grader_has_its_table() -> None:
    assert set(TABLES) == {kind.grader for kind in GRADERS}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_a_row_of_every_kind(name: str) -> None:
    table = TABLES[name]
    assert table.right
    assert table.wrong
    assert table.edge
    assert table.hostile
    assert all(one(row.said).grader == name for row in table.rows())


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(("stop_reason", "text"), NO_ANSWERS)
def test_a_reply_that_is_no_answer_fails_a_grader_and_its_negation(
    name: str, stop_reason: StopReason, text: str | None
) -> None:
    for said, answer in (*TABLES[name].right, *TABLES[name].wrong):
        for expectation in (one(said), turned(one(said))):
            given = unfit(response(answer, expectation), stop_reason, text)
            kind = unanswered(given.reply)
            assert kind is not None
            if kind not in expectation.accepts:
                made = grade_of(expectation, given)
                assert (made.passed, made.score, made.mistake) == (False, 0.0, ""), made.evidence


@pytest.mark.parametrize("name", TABLES)
def test_what_a_grader_accepts_besides_an_answer_stands_in_its_table(name: str) -> None:
    rows = TABLES[name].rows()
    accepted = {kind for row in rows for kind in one(row.said).accepts}
    shown = {unanswered(response(row.answer, one(row.said)).reply) for row in TABLES[name].unanswered}
    assert None not in shown
    assert accepted <= shown


def test_a_reply_of_a_table_is_an_answer_unless_it_says_so() -> None:
    assert unanswered(reply().reply) is None
