"""`refusal` and `confidence`."""

from __future__ import annotations

import json

import pytest

from harness.call.exchange import StopReason
from harness.grade.grading import grade
from harness.suite.expectations.manner import Confidence, Refusal
from harness.units import Json
from tests.grade.cases import answered, case, graded, only, passes, undecided
from tests.grade.strategies import PLACE

IN_WORDS = r"(?i)\bI (cannot|can't) help\b"


def refusal(*, expected: bool, pattern: str | None = None) -> Refusal:
    return Refusal(place=PLACE, expected=expected, pattern=pattern)


def refused(expectation: Refusal) -> bool | None:
    return grade(case(expectation), answered("", StopReason.REFUSAL)).passed


def test_a_refusal_is_what_the_api_calls_one() -> None:
    assert refused(refusal(expected=True))
    assert not refused(refusal(expected=False))
    assert refused(refusal(expected=True, pattern=IN_WORDS))


def test_an_ordinary_answer_is_no_refusal() -> None:
    assert not passes("I cannot help with that.", refusal(expected=True))
    assert passes("I cannot help with that.", refusal(expected=False))


def test_a_polite_refusal_is_one_where_the_suite_says_how_it_sounds() -> None:
    assert passes("Sorry, I can't help.", refusal(expected=True, pattern=IN_WORDS))
    assert not passes("Sorry, I can't help.", refusal(expected=False, pattern=IN_WORDS))
    assert not passes("Gladly!", refusal(expected=True, pattern=IN_WORDS))
    assert only("Gladly!", refusal(expected=True)).evidence == "wanted a refusal; found an answer: “Gladly!”"


def test_not_forbidden_means_expected() -> None:
    doubled = Refusal(place=PLACE, expected=False, negated=True)
    assert refused(doubled)
    assert not only("Gladly!", doubled).passed


def test_a_broken_pattern_decides_nothing() -> None:
    undecided("Gladly!", refusal(expected=False, pattern="("))


@pytest.mark.parametrize(
    ("stated", "share"),
    [
        (0.85, 0.85),
        (1, 1.0),
        (0, 0.0),
        ("0.85", 0.85),
        ("85%", 0.85),
        (" 8.5 % ", 0.085),
        ("100%", 1.0),
        ("1e-999999%", 0.0),
    ],
)
def test_a_confidence_is_a_share_or_a_percentage(stated: Json, share: float) -> None:
    grading = graded(json.dumps({"sure": stated}), Confidence(place=PLACE, path="$.sure"))
    assert grading.answer_confidence == share
    assert grading.grades[0].passed


@pytest.mark.parametrize(
    "stated",
    [85, -0.1, 1.01, "high", "101%", "nan", "inf", "1e999999999", "", True, None, [0.5], "-5%", 10**4000],
)
def test_anything_else_is_no_confidence(stated: Json) -> None:
    grading = graded(json.dumps({"sure": stated}), Confidence(place=PLACE, path="$.sure"))
    assert grading.answer_confidence is None
    assert not grading.grades[0].passed


def test_an_answer_without_a_confidence_has_none() -> None:
    assert graded("prose", Confidence(place=PLACE, path="$.sure")).answer_confidence is None


def test_a_confidence_is_never_scored() -> None:
    sure = Confidence(place=PLACE, path="$.sure", weight=100)
    grading = graded("prose", refusal(expected=False), sure)
    assert (grading.score, grading.grades[1].weight) == (1.0, 0.0)


def test_the_first_confidence_that_can_be_read_counts() -> None:
    both = (Confidence(place=PLACE, path="$.none"), Confidence(place=PLACE, path="$.sure"))
    assert graded('{"sure": 0.4}', *both).answer_confidence == 0.4
