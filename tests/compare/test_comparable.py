"""Which sides may be compared."""

from dataclasses import replace

import pytest

from harness.compare.comparable import identities, reasons_against
from harness.compare.observation import Accounting, Side
from tests.compare.build import observation, side, side_of, singles

ONE = side(singles((9, 1.0)))


def test_two_runs_of_one_suite_with_the_same_graders_are_comparable() -> None:
    assert reasons_against(ONE, side(singles((9, 0.0)), "b")) == ()


def test_our_own_runs_of_two_suites_are_not() -> None:
    (reason,) = reasons_against(ONE, replace(ONE, suite="policy"))
    assert reason == "the baseline ran suite 'triage', the candidate 'policy'"


def test_an_imported_run_may_be_called_anything() -> None:
    imported = replace(ONE, suite="bfcl", mode="imported")
    assert reasons_against(ONE, imported) == ()
    assert reasons_against(imported, ONE) == ()


def test_a_grader_of_another_version_is_named() -> None:
    (reason,) = reasons_against(ONE, replace(ONE, graders='{"equals": 2}'))
    assert reason == (
        "grader 'equals' is version 1 in the baseline and version 2 in the candidate, and the old answers "
        "could not be graded anew; run the baseline again"
    )


def test_a_grader_that_only_new_cases_use_harms_nobody() -> None:
    assert reasons_against(ONE, replace(ONE, graders='{"equals": 1, "length": 3}')) == ()


@pytest.mark.parametrize("swap", [False, True])
def test_scores_from_elsewhere_are_not_compared_with_ours(swap: bool) -> None:  # noqa: FBT001
    elsewhere = replace(ONE, graders="", mode="imported")
    sides = (elsewhere, ONE) if swap else (ONE, elsewhere)
    (reason,) = reasons_against(*sides)
    assert f"the {'baseline' if swap else 'candidate'} was graded elsewhere" in reason


def test_two_runs_graded_elsewhere_are_comparable() -> None:
    imported = replace(ONE, graders="", mode="imported")
    assert reasons_against(imported, imported) == ()


@pytest.mark.parametrize("graders", ["not json", "[1, 2]"])
def test_graders_that_cannot_be_read_must_be_equal(graders: str) -> None:
    unread = replace(ONE, graders=graders)
    assert reasons_against(unread, unread) == ()
    assert len(reasons_against(unread, replace(ONE, graders="something else"))) == 1


@pytest.mark.parametrize(
    "accounting",
    [
        Accounting(planned=10, answered=9, degraded=0, failed=0, skipped=0),
        Accounting(planned=10, answered=10, degraded=0, failed=0, skipped=0),
        Accounting(planned=9, answered=8, degraded=0, failed=0, skipped=0),
    ],
)
def test_a_side_that_does_not_add_up_is_not_compared(accounting: Accounting) -> None:
    (reason,) = reasons_against(ONE, replace(ONE, accounting=accounting))
    assert reason.startswith(f"the candidate does not add up: {accounting.planned} trials planned")


def test_a_trial_that_is_there_twice_is_not_compared() -> None:
    twice: Side = side_of([observation("a", 1.0), observation("a", 1.0)])
    (reason,) = reasons_against(twice, ONE)
    assert reason.startswith("the baseline does not add up: 2 trials planned, 2 ended, 2 kept, 1 of them")


@pytest.mark.parametrize(
    ("graders", "told"),
    [
        ('{"equals":1,"judge:kind":"kind v1"}', {("judge:kind", "kind v1")}),
        ("", set()),
        ("[1]", set()),
        ("not JSON", set()),
    ],
)
def test_only_judges_and_a_user_s_code_tell_of_themselves_in_words(
    graders: str, told: set[tuple[str, str]]
) -> None:
    assert identities(graders) == told
