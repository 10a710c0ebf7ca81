"""Every grader against its table, and against every reply that is no answer."""

from __future__ import annotations

import time

import pytest

from harness.grade.grade import Grade
from harness.grade.grading import grade
from harness.grade.response import Response
from harness.grade.table import GRADERS
from harness.grade.unanswered import unanswered
from harness.suite.expectation import Expectation
from harness.trial import Answered
from tests.grade.cases import case
from tests.grade.rows import TABLES
from tests.grade.tables import (
    NO_ANSWERS,
    Row,
    consulted,
    hostile_texts,
    one,
    reply,
    response,
    turned,
    unfit,
)

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


def check(made: Grade) -> None:
    """A grade is a share, with one short line that can be written anywhere."""
    assert 0.0 <= made.score <= 1.0
    assert 0.0 <= made.confidence <= 1.0
    assert len(made.evidence) <= 1000
    assert made.evidence.splitlines() == [made.evidence]
    assert "grader bug" not in made.evidence
    made.evidence.encode()


@pytest.mark.parametrize("row", ROWS)
def test_a_grader_says_what_its_table_says_and_always_the_same(row: Row) -> None:
    expectation = one(row.said)
    given = response(row.answer, expectation)
    made = grade_of(expectation, given)
    check(made)
    assert made == grade_of(one(row.said), given)
    if row.score is None:
        assert verdict(expectation, given) == row.verdict, made.evidence
    else:
        assert made.score == pytest.approx(row.score, abs=1e-6)
        assert grade_of(turned(expectation), given).score == pytest.approx(1 - row.score, abs=1e-6)


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
def test_a_reply_that_is_no_answer_fails_a_grader_and_its_negation(name: str) -> None:
    for said, answer in (*TABLES[name].right, *TABLES[name].wrong):
        plain = one(said)
        given = response(answer, plain)
        for expectation in (plain, turned(plain)):
            for stop_reason, text in NO_ANSWERS:
                reply_of_none = unfit(given, stop_reason, text)
                kind = unanswered(reply_of_none.reply)
                assert kind is not None
                if kind not in expectation.accepts:
                    made = grade_of(expectation, reply_of_none)
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


def hold_against(name: str, text: str) -> float:
    """Grades a text that nobody expects by some expectations of the table; the longest time it took, in seconds."""
    longest = 0.0
    for said, answer in (TABLES[name].right[0], TABLES[name].wrong[0]):
        expectation = one(said)
        given = response(answer, expectation)
        given = consulted(unfit(given, given.reply.stop_reason, text), expectation)
        began = time.perf_counter()
        made = grade_of(expectation, given)
        longest = max(longest, time.perf_counter() - began)
        check(made)
        assert not (made.passed and grade_of(turned(expectation), given).passed)
    return longest


@pytest.mark.parametrize("name", TABLES)
def test_a_hostile_text_is_graded_like_any_other(name: str) -> None:
    for text in hostile_texts(2_000):
        hold_against(name, text)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_a_hostile_mebibyte_does_not_hold_up_the_loop(name: str) -> None:
    for text in hostile_texts(1 << 20):
        assert hold_against(name, text) < 2.0, ascii(text[:40])  # on a quiet machine 0.2
