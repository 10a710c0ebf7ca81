from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.compare.change import Change
from harness.compare.comparison import compare
from harness.compare.observation import Side
from harness.gate.judge import judge
from harness.gate.suspects import doubtful_must_pass
from harness.gate.verdict import Status
from harness.suite.policy import Policy
from tests.compare.build import side

TOLD = "until 2026-12-01 (dana): the shop changed its rules"
POLICY = Policy(min_cases=5)


def held(whole: Side, *cases: str, must_pass: bool = False) -> Side:
    """The side, with these cases in quarantine."""
    rows = tuple(
        replace(each, quarantine=TOLD, must_pass=must_pass) if each.case_id in cases else each
        for each in whole.observations
    )
    return replace(whole, observations=rows)


def good(count: int) -> Side:
    return side({f"c{number}": [1.0, 1.0, 1.0] for number in range(count)})


def broken(count: int, *cases: str) -> Side:
    return side({f"c{n}": [0.0 if f"c{n}" in cases else 1.0] * 3 for n in range(count)}, "b")


def test_a_case_in_quarantine_is_counted_and_listed_and_decides_nothing() -> None:
    comparison = compare(good(100), held(broken(100, "c3", "c4"), "c3", "c4"), POLICY)
    assert comparison.quality is not None
    assert (comparison.quality.n, comparison.quality.difference) == (98, 0.0)
    changes = {each.case_id: each for each in comparison.changes}
    assert len(changes) == 100
    assert (changes["c3"].change, changes["c3"].baseline, changes["c3"].candidate) == (
        Change.QUARANTINED,
        1.0,
        0.0,
    )
    assert comparison.candidate.accounting.planned == 300
    assert comparison.held == {"c3": TOLD, "c4": TOLD}
    verdict = judge(comparison, POLICY)
    assert verdict.status is Status.PASS
    (note,) = [each for each in verdict.findings if each.rule == "quarantine"]
    assert note.because == f"2 cases are in quarantine and decide nothing: c3 ({TOLD}), c4 ({TOLD})"


def test_the_same_without_a_quarantine_regresses() -> None:
    bad = tuple(f"c{number}" for number in range(20))
    assert judge(compare(good(100), broken(100, *bad), POLICY), POLICY).status is Status.REGRESSED
    assert judge(compare(good(100), held(broken(100, *bad), *bad), POLICY), POLICY).status is Status.PASS


def test_what_the_candidate_says_of_a_quarantine_counts() -> None:
    assert compare(held(good(100), "c3"), broken(100), POLICY).held == {}
    assert compare(held(good(101), "c100"), broken(100), POLICY).held == {"c100": TOLD}


def test_a_suite_that_is_in_quarantine_as_a_whole_is_not_measured() -> None:
    everything = tuple(f"c{number}" for number in range(100))
    verdict = judge(compare(good(100), held(broken(100), *everything), POLICY), POLICY)
    assert verdict.status is Status.NOT_MEASURED


def test_missing_answers_of_a_case_in_quarantine_are_not_missed() -> None:
    unanswered = side({f"c{n}": [None if n == 3 else 1.0] * 3 for n in range(100)}, "b")
    assert compare(good(100), unanswered, POLICY).missing_candidate > 0
    assert compare(good(100), held(unanswered, "c3"), POLICY).missing_candidate == 0


def test_a_must_pass_case_in_quarantine_blocks_nothing() -> None:
    comparison = compare(good(100), held(broken(100, "c3"), "c3", must_pass=True), POLICY)
    assert doubtful_must_pass(comparison) == ()
    assert judge(comparison, POLICY).status is Status.PASS


def test_many_cases_in_quarantine_are_told_in_short() -> None:
    many = tuple(f"c{number}" for number in range(25))
    (note,) = [
        each
        for each in judge(compare(good(60), held(broken(60), *many), POLICY), POLICY).findings
        if each.rule == "quarantine"
    ]
    assert note.because.endswith(" and 5 more")


@given(cases=st.sets(st.integers(0, 19)), wrong=st.sets(st.integers(0, 19)))
def test_a_quarantine_gives_the_numbers_of_a_suite_without_its_cases(
    cases: set[int], wrong: set[int]
) -> None:
    names = tuple(f"c{number}" for number in sorted(cases))
    candidate = broken(20, *(f"c{number}" for number in wrong))
    there = compare(good(20), held(candidate, *names), POLICY)

    def left(whole: Side) -> Side:
        rows = tuple(each for each in whole.observations if each.case_id not in names)
        return replace(whole, observations=rows)

    gone = compare(left(good(20)), left(candidate), POLICY)
    assert (there.quality, there.quality_at_worst, there.slices) == (
        gone.quality,
        gone.quality_at_worst,
        gone.slices,
    )
    assert (there.candidate_score, there.baseline_score) == (gone.candidate_score, gone.baseline_score)
