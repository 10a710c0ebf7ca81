"""What a pull request is told first, and of whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.gate.verdict import Finding, Status
from harness.report.views.briefs import briefs_of, worst_ids
from harness.report.views.case import AnswerView, Pair
from harness.report.views.comparison import make_view
from harness.report.views.pull import SuiteBrief, make_pull
from harness.report.views.rows import SuspectRow
from tests.report import examples
from tests.report.pulls import pull_of

BROKEN = Finding(rule="case: thank-you", status=Status.REGRESSED, because="a must-pass case failed")
DOUBTFUL = Finding(rule="case: angry-caps", status=Status.INCONCLUSIVE, because="it may have broken")


def test_a_case_that_a_rule_speaks_of_comes_first_whatever_became_of_it() -> None:
    judged = replace(examples.REGRESSED, findings=(*examples.REGRESSED.findings, DOUBTFUL, BROKEN))
    (brief,) = pull_of([make_view(examples.comparison(), judged, examples.ANSWERS)]).suites
    assert [case.case_id for case in brief.cases][:3] == ["thank-you", "angry-caps", "refund-late-parcel-ur"]
    assert brief.cases[0].because == "a must-pass case failed"
    assert brief.worse == 7
    assert worst_ids([DOUBTFUL, BROKEN], ["x", "thank-you"]) == ("thank-you", "angry-caps", "x")


def test_the_pair_that_shows_what_happened_is_the_one_that_passed_before_and_not_now() -> None:
    view = examples.views()["regressed"]
    row = next(each for each in view.worst if each.case_id == "cancel-order-polite")
    (brief,) = pull_of([view]).suites
    (case,) = [each for each in brief.cases if each.case_id == row.case_id]
    assert [pair.candidate.passed for pair in row.pairs if pair.candidate] == [True, False, False]
    assert case.diff[1] == '+{"queue": "billing", "sure": 0.9}'
    assert case.evidence


def answer(text: str, note: str = "") -> AnswerView:
    return AnswerView(outcome="answered", passed=None, text=text, note=note, facts="", evidence=())


@pytest.mark.parametrize(
    ("pairs", "diff"),
    [
        ((), ()),
        ((Pair(repeat=1, baseline=answer("a"), candidate=answer("a")),), ()),
        ((Pair(repeat=1, baseline=answer("a"), candidate=None),), ("-a",)),
        ((Pair(repeat=1, baseline=None, candidate=answer("", "timeout")),), ("+(timeout)",)),
        (
            (
                Pair(repeat=1, baseline=answer("a"), candidate=answer("a")),
                Pair(repeat=2, baseline=answer("a"), candidate=answer("b")),
            ),
            ("-a", "+b"),
        ),
    ],
)
def test_where_nobody_says_what_passed_the_first_pair_that_differs_is_shown(
    pairs: tuple[Pair, ...], diff: tuple[str, ...]
) -> None:
    view = examples.views()["regressed"]
    row = replace(view.worst[0], pairs=pairs)
    (brief,) = pull_of([replace(view, cases=(row,), worst=(row,))]).suites
    assert brief.cases[0].diff == diff


def named(name: str, status: Status, cases: int) -> SuiteBrief:
    (brief,) = pull_of([examples.views()["regressed"]]).suites
    made = tuple(replace(brief.cases[0], case_id=f"{name}{n}") for n in range(cases))
    return replace(brief, suite=name, status=status, cases=made)


def test_cases_of_suites_that_block_come_first_and_equals_take_turns() -> None:
    suites = [
        named("p", Status.PASS, 1),
        named("i", Status.INCONCLUSIVE, 1),
        named("n", Status.NOT_MEASURED, 1),
        named("a", Status.REGRESSED, 3),
        named("b", Status.REGRESSED, 1),
    ]
    pull = make_pull(suites, command="harness gate", synthetic=False)
    assert [case.case_id for _, case in pull.worst()] == ["a0", "b0", "a1", "a2", "n0", "i0", "p0"]
    assert [suite.suite for suite in pull.suites] == ["n", "a", "b", "i", "p"]


def test_no_verdict_at_all_is_none_to_tell() -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_pull([], command="harness gate", synthetic=False)


def test_no_more_cases_are_prepared_than_any_surface_shows() -> None:
    view = examples.views()["regressed"]
    rows = tuple(replace(view.worst[0], case_id=f"case-{n}") for n in range(300))
    wide = replace(view, cases=rows, worst=rows)
    for suites, most in ((1, 100), (10, 40), (100, 4), (200, 3)):
        briefs = briefs_of([wide] * suites)
        assert {len(brief.cases) for brief in briefs} == {most}
        assert {brief.worse for brief in briefs} == {300}


def test_many_suspects_are_counted() -> None:
    view = examples.views()["regressed"]
    suspects = tuple(
        SuspectRow(case_id=f"c{n}", must_pass=False, first="1 → 0", p="p 0.01", fresh="", broke=n == 0)
        for n in range(13)
    )
    (brief,) = pull_of([replace(view, suspects=suspects)]).suites
    assert brief.notes[0] == "suspect  c0  1 → 0, broke again"
    assert brief.notes[10] == "suspect  3 more"
