"""Single cases: who is suspected, who is asked again, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.arrays import lay_out
from harness.compare.asked import average
from harness.compare.comparison import compare
from harness.compare.design import PlannedCase, design_of
from harness.compare.evidence import Evidence
from harness.compare.observation import Observation, Side
from harness.gate.guard import Watched, findings_of, judged_again, same_model, still_to_ask
from harness.gate.judge import judge
from harness.gate.parts import RerunCase, Suspect
from harness.gate.step import Decided, Rerun, next_step
from harness.gate.suspects import (
    Fallen,
    fails,
    for_people,
    suspects_among,
    suspects_between,
    suspects_of,
    worth_asking,
)
from harness.gate.verdict import Status, Verdict
from harness.suite.policy import Policy
from harness.suite.policy import Rerun as Rules
from tests.compare.build import Scores, observation, side, singles, with_each
from tests.gate.live import Gate, cases

RULES = Rules()
ALONE = replace(Policy(), cost_margin=None, latency_margin=None)
BROKEN: tuple[list[float], list[float]] = ([1.0] * 8, [0.0] * 8)


def suspects(bank: Sequence[float], candidate: Sequence[float]) -> tuple[Suspect, ...]:
    scores = {"a": list(bank)}
    design = design_of(
        [PlannedCase(case_id="a", cluster="a")],
        bank=scores,
        policy=replace(ALONE, looks=None),
        seed="",
        repeats=1,
    )
    design = replace(design, order=tuple(("a", k) for k in range(1, len(candidate) + 1)))
    evidence = Evidence(candidate=side({"a": list(candidate)}), bank=side(scores))
    return suspects_of(lay_out(evidence, design), len(candidate), frozenset({"a"}))


@pytest.mark.parametrize(("failed", "p"), [(1, 0.0909), (2, 0.0152), (3, 0.0035), (5, 0.00033)])
def test_a_case_that_always_passed_is_the_less_likely_by_chance_the_more_it_fails(
    failed: int, p: float
) -> None:
    (found,) = suspects([1.0] * 10, [0.0] * failed)
    assert found.p == pytest.approx(p, abs=5e-5)
    assert found == Suspect(
        case_id="a", baseline=1.0, baseline_answers=10, candidate=0.0, candidate_answers=failed, p=found.p,
        p_adjusted=found.p, must_pass=True,
    )  # fmt: skip


def test_a_case_that_did_not_fall_is_no_suspect() -> None:
    assert suspects([0.0, 1.0], [1.0]) == suspects([0.5], [0.5]) == ()


@pytest.mark.parametrize(
    ("bank", "candidate", "asked"),
    [
        ([1.0] * 10, [0.0], True),
        ([1.0] * 9 + [0.0], [0.0], True),
        ([1.0] * 8 + [0.0] * 2, [0.0], False),  # p = 3/11: not unlikely
        ([1.0] * 10, [0.0, 1.0], True),
        ([1.0] * 10, [0.0, 1.0, 1.0], False),  # a third less is no collapse
        ([1.0] * 3, [0.0, 0.0, 1.0], True),
        ([1.0, 1.0, 0.0], [0.0] * 3, True),
        ([1.0], [0.0], True),  # nothing could be less likely
        ([1.0] * 10, [0.4, 0.4], True),
    ],
)
def test_a_collapse_is_worth_asking_about(bank: list[float], candidate: list[float], asked: object) -> None:
    assert worth_asking(suspects(bank, candidate)) == (("a",) if asked else ())


def test_people_see_suspects_of_which_one_in_ten_is_false() -> None:
    several = [replace(suspects([1.0] * 10, [0.0])[0], p_adjusted=q) for q in (0.01, 0.1, 0.11)]
    assert for_people(several) == tuple(several[:2])


def at_once(before: Scores, after: Scores, policy: Policy = ALONE) -> Verdict:
    return judge(compare(side(before), side(after, "b"), policy), policy)


def test_where_everything_is_there_the_list_is_that_of_a_live_gate() -> None:
    before, after = with_one_broken(10, [0.0] * 5)
    (found,) = at_once(before, after).triage
    (live,) = suspects([1.0] * 10, [0.0] * 5)
    assert found == replace(live, case_id="broken", p_adjusted=live.p * 201, must_pass=False)


def test_a_list_for_people_never_blocks() -> None:
    before, after = with_one_broken(10, [0.0] * 5)
    found = at_once(before, after, ALONE)
    assert found.triage
    assert found.status is Status.PASS


def test_one_answer_of_each_side_makes_no_suspect() -> None:
    before, after = with_one_broken(1, [0.0])
    assert at_once(before, after).triage == ()


def test_cases_that_were_edited_or_left_out_are_no_suspects() -> None:
    before, after = with_one_broken(10, [0.0] * 5)
    edited = with_each(side(before), case_digest="1"), with_each(side(after, "b"), case_digest="2")
    assert suspects_between(compare(*edited, ALONE)) == ()
    assert suspects_between(compare(side(before), side({"broken": [None] * 5}, "b"), ALONE)) == ()


def test_nothing_is_listed_where_nothing_may_be_claimed() -> None:
    before, after = with_one_broken(10, [0.0] * 5)
    refused = compare(side(before), replace(side(after, "b"), graders='{"equals": 2}'), ALONE)
    assert judge(refused, ALONE).triage == ()


ANSWERS = st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=1, max_size=4).map(tuple)


@given(answers=st.lists(st.tuples(ANSWERS, ANSWERS), max_size=12))
def test_leaving_out_what_cannot_be_listed_changes_no_list(
    answers: list[tuple[tuple[float, ...], tuple[float, ...]]],
) -> None:
    before = {f"c{i:02}": pair[0] for i, pair in enumerate(answers)}
    after = {f"c{i:02}": pair[1] for i, pair in enumerate(answers)}
    fallen = [
        Fallen(case_id=case, baseline=old, candidate=after[case], must_pass=False)
        for case, old in before.items()
        if average(after[case]) < average(old) - 1e-9
    ]
    found = suspects_between(compare(side(before), side(after, "b"), ALONE))
    assert for_people(found) == for_people(suspects_among(fallen, of=len(answers)))


def with_one_broken(old: int, new: list[float | None]) -> tuple[Scores, Scores]:
    """One case that always passed, and does not now, among two hundred that did not change."""
    same = {f"same-{i:03}": [1.0] * len(new) for i in range(200)}
    return {**same, "broken": [1.0] * old}, {**same, "broken": new}


@pytest.mark.parametrize(
    ("score", "passed", "failed"),
    [(1.0, None, False), (0.9, None, True), (0.9, True, False), (1.0, False, True), (None, None, False)],
)
def test_an_answer_fails_below_the_threshold_of_its_case(
    score: float | None, passed: object, failed: object
) -> None:
    row = replace(observation("a", score), passed=passed)  # type: ignore[arg-type]  # a boolean
    assert fails(row) is failed


def evidence(before: Scores | None = None, after: Scores | None = None) -> Evidence:
    sides = None if before is None or after is None else (side(before), side(after, "b"))
    return Evidence(candidate=side({}), bank=side({}), rerun=sides)


def suspected(*ids: str) -> Watched:
    return Watched(suspects=ids, must_pass=())


def demanded(*ids: str) -> Watched:
    return Watched(suspects=(), must_pass=ids)


def test_a_suspect_is_asked_a_little_first_and_more_where_that_does_not_clear_it() -> None:
    watched = suspected("a", "b")
    assert still_to_ask(watched, evidence(), RULES) == {"a": 2, "b": 2}
    few = evidence({"a": [1.0] * 2, "b": [1.0] * 2}, {"a": [0.0] * 2, "b": [1.0] * 2})
    assert still_to_ask(watched, few, RULES) == {"a": 4}
    torn = evidence({"a": [1.0] * 2}, {"a": [1.0] * 2, "b": [1.0] * 2})
    assert still_to_ask(watched, torn, RULES) == {"b": 2}
    more = evidence({"a": [1.0] * 4, "b": [1.0] * 2}, {"a": [0.0, 1.0, 0.0, 0.0], "b": [1.0] * 2})
    assert still_to_ask(watched, more, RULES) == {"a": 8}
    whole = evidence({"a": [1.0] * 8, "b": [1.0] * 2}, {"a": [0.0] * 8, "b": [1.0] * 2})
    assert still_to_ask(watched, whole, RULES) == {}


def test_a_policy_of_few_reruns_asks_no_more_than_those() -> None:
    rules = Rules(repeats=3)
    assert still_to_ask(suspected("a"), evidence({"a": [1.0] * 2}, {"a": [0.0] * 2}), rules) == {"a": 3}
    assert still_to_ask(suspected("a"), evidence(), Rules(repeats=1)) == {"a": 1}


def test_a_must_pass_case_that_is_a_suspect_too_is_asked_for_both() -> None:
    both = Watched(suspects=("a",), must_pass=("a",))
    assert still_to_ask(both, evidence(), RULES) == {"a": 3}
    few = evidence({"a": [1.0] * 3}, {"a": [0.0] * 3})
    assert still_to_ask(both, few, RULES) == {"a": 4}
    assert still_to_ask(demanded("a"), few, RULES) == {}


def again(watched: Watched, before: Scores, after: Scores) -> RerunCase:
    return next(each for each in judged_again(watched, evidence(before, after), RULES) if each.case_id == "a")


def test_a_broken_case_is_found_by_its_fresh_answers() -> None:
    found = again(suspected("a"), {"a": BROKEN[0]}, {"a": BROKEN[1]})
    assert found.regressed
    assert found.p == pytest.approx(1 / 12870)
    assert found.needed == 0.01
    (finding,) = findings_of([found])
    assert (finding.rule, finding.status) == ("case: a", Status.REGRESSED)
    assert finding.because == (
        "this case broke: 0.0 % of 8 fresh answers, 100.0 % of the baseline's 8 (p 7.8e-05; below 0.01 blocks)"
    )


def test_a_suspect_that_was_cleared_stays_so_whatever_else_is_asked() -> None:
    cleared = [1.0, 1.0]
    found = again(suspected("a"), {"a": [1.0] * 8}, {"a": [*cleared, *[0.0] * 6]})
    assert (found.regressed, found.unresolved, found.candidate_answers) == (False, False, 2)
    assert findings_of([found]) == ()


def test_the_more_suspects_the_less_likely_the_answers_have_to_be() -> None:
    before, after = {"a": [1.0] * 8}, {"a": [0.0] * 6 + [1.0] * 2}
    assert again(suspected("a"), before, after).regressed
    crowd = again(suspected("a", *map(str, range(9))), before, after)
    assert not crowd.regressed
    assert crowd.unresolved
    (finding,) = findings_of([crowd])
    assert finding.status is Status.INCONCLUSIVE
    assert finding.because.startswith("this case may have broken: 25.0 % of 8 fresh answers")


def test_a_suspect_that_could_not_be_asked_again_is_left_open() -> None:
    lost = again(suspected("a"), {"a": [1.0] * 2}, {"a": [None, 0.0]})
    assert (lost.regressed, lost.unresolved) == (False, True)
    gone = again(suspected("a"), {"b": [1.0]}, {"b": [1.0]})
    assert (gone.regressed, gone.unresolved, gone.baseline, gone.candidate) == (False, True, None, None)
    (finding,) = findings_of([gone])
    assert "nothing fresh could be asked of it" in finding.because


@pytest.mark.parametrize(
    ("answers", "regressed", "unresolved"),
    [
        ([0.0, 0.0, 1.0], True, False),
        ([0.0, 1.0, 1.0], False, False),
        ([0.0, 1.0, None], False, True),
        ([0.0, 0.0, None], True, False),
        ([1.0, 1.0, None], False, False),
        ([None, None, None], False, True),
        ([1.0, 1.0, 0.0, 0.0, 0.0], False, False),
    ],
)
def test_a_must_pass_case_regresses_with_two_of_three_fresh_answers(
    answers: list[float | None], regressed: object, unresolved: object
) -> None:
    found = again(demanded("a"), {"a": [1.0] * 3}, {"a": answers})
    assert (found.regressed, found.unresolved) == (regressed, unresolved)
    assert again(demanded("a"), {}, {}).unresolved


def test_a_must_pass_case_says_what_became_of_it() -> None:
    (finding,) = findings_of([again(demanded("a"), {"a": [1.0] * 3}, {"a": [0.0] * 3})])
    assert finding.because == (
        "a must-pass case failed, and failed again: 0.0 % of 3 fresh answers, 100.0 % of the baseline's 3"
    )


@pytest.mark.parametrize(
    ("before", "after", "same"), [("x", "x", True), ("x", "y", False), ("", "", False), ("x", "", False)]
)
def test_models_are_the_same_where_both_are_known(before: str, after: str, same: object) -> None:
    one, two = (replace(side({}), model_id=model) for model in (before, after))
    assert same_model(Evidence(candidate=two, baseline=one)) is same


def test_a_verdict_is_inconclusive_while_a_case_may_have_broken() -> None:
    rates = cases((100, 1.0))
    live = Gate(before=rates, after={**rates, "c042": 0.0}, policy=ALONE)
    design, held = live.design(), live.start()
    held = replace(held, candidate=live.more(held.candidate, design.order[:100], live.after))
    step = next_step(held, design, ALONE)
    assert step == Rerun(repeats={"c042": 2})
    lost = [replace(observation("c042", None, repeat=k), missing="timeout") for k in (7, 8, 9)]
    step = next_step(replace(held, rerun=(live.side(lost, "a"), live.side(lost, "b"))), design, ALONE)
    assert isinstance(step, Decided)
    assert step.verdict.status is Status.INCONCLUSIVE
    assert step.verdict.label is None


def test_few_cases_are_not_asked_again_unless_they_must_pass() -> None:
    rates = cases((10, 1.0))
    live = Gate(before=rates, after={**rates, "c004": 0.0}, policy=ALONE)
    assert live.run().verdict.reruns == ()
    must = Gate(before=rates, after={**rates, "c004": 0.0}, policy=ALONE, must_pass=frozenset({"c004"}))
    verdict = must.run().verdict
    assert verdict.status is Status.REGRESSED
    assert [each.must_pass for each in verdict.reruns] == [True]


def test_a_regression_that_was_confirmed_asks_no_more() -> None:
    live = Gate(before=cases((100, 0.95)), after=cases((100, 0.8)), policy=ALONE)
    assert live.run().verdict.status is Status.REGRESSED
    assert not any(isinstance(step, Rerun) for step in live.steps)


def must_pass(answers: Sequence[float | None]) -> tuple[Side, Side]:
    before = side({**singles((60, 1.0)), "m": [1.0] * len(answers)})
    after = side({**singles((60, 1.0)), "m": list(answers)}, "b")
    rows: list[Observation] = [replace(o, must_pass=o.case_id == "m") for o in after.observations]
    return before, replace(after, observations=tuple(rows))


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([1.0], Status.PASS),
        ([0.0], Status.INCONCLUSIVE),
        ([0.0, 0.0], Status.INCONCLUSIVE),
        ([0.0, 1.0, 1.0], Status.PASS),
        ([0.0, 0.0, 1.0], Status.REGRESSED),
        ([0.0] * 3 + [1.0] * 2, Status.PASS),
        ([0.0] * 4 + [1.0] * 2, Status.REGRESSED),
        ([None], Status.INCONCLUSIVE),
    ],
)
def test_where_nothing_can_be_asked_again_a_must_pass_case_is_judged_by_what_is_there(
    answers: list[float | None], status: Status
) -> None:
    policy = replace(ALONE, quality_margin=0.2)
    verdict = judge(compare(*must_pass(answers), policy), policy)
    told = [finding for finding in verdict.findings if finding.rule == "case: m"]
    assert verdict.status is status
    assert [finding.status for finding in told] == [status] * (status is not Status.PASS)
    assert judge(compare(*must_pass(answers), policy), replace(policy, rerun=None)).status is Status.PASS


def test_other_cases_may_fail() -> None:
    before, after = must_pass([0.0] * 3)
    policy = replace(ALONE, quality_margin=0.2)
    assert judge(compare(before, with_each(after, must_pass=False), policy), policy).status is Status.PASS
