"""Grades and attempts as lines: what a grader said, and what it took to get an answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from harness.grade.grade import Grade
from harness.record import Attempt
from harness.report.views.grades import attempt_lines, failing, grade_lines
from harness.units import FREE, Seconds, Usd

MET = Grade(
    grader="equals",
    version=1,
    score=1.0,
    passed=True,
    evidence="is 'refunds'",
    place="a.yaml:4:7",
    weight=1.0,
)
FAULT = Attempt(
    number=1, latency=Seconds(0.4), fault="overloaded", detail="busy", status=529, request_id=None,
    cost=FREE, cost_uncertain=Usd(Decimal("0.001")),
)  # fmt: skip


def said(**changes: object) -> str:
    return grade_lines([replace(MET, **changes)])[0].said  # type: ignore[arg-type]  # test data, field by field


def test_a_grade_says_whether_it_was_met_and_how_far() -> None:
    assert said() == "met"
    assert said(score=0.0, passed=False) == "not met"
    assert said(score=0.625, confidence=0.8) == "0.62, 80.0 % sure"
    assert said(weight=0.0) == "met, only recorded"


def test_a_grader_that_could_not_do_its_work_says_neither() -> None:
    lost = replace(MET, mistake="judge_error", passed=False, score=0.0)
    [line] = grade_lines([lost])
    assert (line.said, line.passed) == ("judge error", None)


def test_what_is_not_met_is_named_once_by_its_criterion() -> None:
    bad = replace(MET, passed=False, score=0.0)
    named = replace(bad, criterion="tone")
    assert failing([MET, bad, named, bad, replace(bad, weight=0.0, criterion="noted")]) == ("equals", "tone")


def test_an_attempt_says_what_became_of_it_and_what_it_took() -> None:
    again = replace(
        FAULT, number=2, fault=None, detail=None, status=200, cost=Usd(Decimal("0.01")), cost_uncertain=FREE,
        retry_wait=Seconds(2), queue_wait=Seconds(1), model="claude-haiku-5-5",
    )  # fmt: skip
    assert attempt_lines([FAULT, again]) == (
        "1. overloaded (529) · 0.40 s · up to $0.0010 more may be billed · busy",
        "2. answered (200) · 0.40 s · waited 2.0 s after a failure · waited 1.0 s for its turn · $0.010 · claude-haiku-5-5",
    )
