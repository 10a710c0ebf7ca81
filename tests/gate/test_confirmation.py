"""A regression has to show again, and fresh answers of the baseline tell of its bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from harness.compare.design import Design, PlannedCase, design_of
from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.gate.confirmation import check_bank, confirm, fresh_answers
from harness.gate.fresh import fresh, lacking
from harness.gate.parts import Confirmation, Hypothesis
from harness.gate.step import Confirm, Decided, next_step
from harness.gate.verdict import Status
from harness.suite.policy import Confirm as Rules
from harness.suite.policy import Policy
from tests.compare.build import side
from tests.gate.live import Gate, cases

ALONE = replace(Policy(), cost_margin=None, latency_margin=None)
CASES = tuple(f"c{i:02}" for i in range(20))
URDU = CASES[:10]


def design() -> Design:
    several = [
        PlannedCase(case_id=case, cluster=case, tags=("urdu",) if case in URDU else ()) for case in CASES
    ]
    return design_of(several, bank=None, policy=ALONE, seed="s", repeats=1)


def drop(fallen: Sequence[str], to: float = 0.0, repeats: int = 3) -> tuple[Side, Side]:
    before = side(dict.fromkeys(CASES, [1.0] * repeats))
    after = side({case: [to if case in fallen else 1.0] * repeats for case in CASES}, "b")
    return before, after


def said(sides: tuple[Side, Side], *flagged: str, repeats: Mapping[str, int] | None = None) -> Confirmation:
    return confirm(sides, repeats or dict.fromkeys(CASES, 3), flagged, design(), ALONE)


def test_overall_quality_is_asked_of_all_and_a_slice_of_its_own_cases() -> None:
    rules = Rules(repeats=3, slice_repeats=5)
    assert fresh_answers(["quality"], CASES, design(), rules) == dict.fromkeys(CASES, 3)
    assert fresh_answers(["slice: urdu"], CASES, design(), rules) == dict.fromkeys(URDU, 5)
    both = fresh_answers(["quality", "slice: urdu"], CASES[5:], design(), rules)
    assert both == {**dict.fromkeys(CASES[10:], 3), **dict.fromkeys(CASES[5:10], 5)}


def test_a_drop_that_shows_again_is_confirmed() -> None:
    found = said(drop(CASES[5:12]), "quality", "slice: urdu")
    assert found.confirmed
    assert (found.baseline_run, found.candidate_run) == ("a", "b")
    assert (found.baseline_answers, found.candidate_answers, found.alpha) == (60, 60, 0.1)
    quality, urdu = found.hypotheses
    assert (quality.cases, quality.baseline, quality.candidate) == (20, 1.0, 0.65)
    assert quality.difference == pytest.approx(-0.35)
    assert quality.lower < -0.35 < quality.upper < 0
    assert (urdu.cases, urdu.difference, urdu.confirmed) == (10, -0.5, True)


def test_a_drop_that_does_not_show_again_is_not() -> None:
    found = said(drop([]), "quality", "slice: urdu")
    assert not found.confirmed
    assert [each.p for each in found.hypotheses] == [1, 1]


def test_two_cases_are_too_few_to_confirm_a_slice() -> None:
    (found,) = said(drop(CASES[8:10]), "slice: urdu").hypotheses
    assert found.p == 1 / 4
    assert not found.confirmed


def test_a_confirmation_nobody_answered_confirms_nothing() -> None:
    nothing = side({}), side({}, "b")
    assert said(nothing, "quality").hypotheses == (
        Hypothesis(
            rule="quality", cases=0, baseline=0.0, candidate=0.0, difference=0.0, lower=-1.0, upper=1.0, p=1.0,
            confirmed=False,
        ),
    )  # fmt: skip


def test_two_cases_that_an_outage_left_are_too_few_to_confirm_anything() -> None:
    before, after = drop(CASES)
    left = [
        o if o.case_id in CASES[:2] else replace(o, score=None, missing="outage") for o in after.observations
    ]
    (found,) = said((before, replace(after, observations=tuple(left))), "quality").hypotheses
    assert (found.cases, found.difference, found.p, found.confirmed) == (2, -1.0, 1 / 4, False)


def test_what_is_asked_beyond_the_plan_confirms_nothing() -> None:
    few, many = drop([]), drop(CASES, repeats=9)
    late = tuple(
        replace(
            one,
            observations=(*one.observations, *(o for o in two.observations if o.repeat > 3)),
        )
        for one, two in zip(few, many, strict=True)
    )
    assert said((late[0], late[1]), "quality").hypotheses == said(few, "quality").hypotheses


def test_a_lost_answer_is_an_answer_and_one_that_was_not_asked_is_not() -> None:
    before, after = side({"a": [1.0, None], "b": [1.0]}), side({"a": [None, 1.0], "b": [1.0]}, "b")
    wanted = {"a": 2, "b": 2, "c": 1}
    assert lacking(fresh((before, after), wanted), wanted) == {"b": 2, "c": 1}
    assert lacking(fresh(None, wanted), wanted) == wanted


def test_a_confirmation_that_was_cut_short_is_asked_for_again() -> None:
    live = Gate(before=cases((100, 0.95)), after=cases((100, 0.85)), policy=ALONE)
    assert live.run().verdict.status is Status.REGRESSED
    (step,) = [step for step in live.steps if isinstance(step, Confirm)]
    plan, start = live.design(), live.start()
    start = replace(start, candidate=live.more(start.candidate, plan.order, live.after))
    torn = replace(start, confirmation=(live.side((), "a"), live.side((), "b")))
    assert next_step(torn, plan, ALONE) == next_step(start, plan, ALONE) == step


def banked(old: float, now: float) -> Evidence:
    bank = side({case: [old] * 9 + [1 - old] for case in CASES})
    part = dict.fromkeys(CASES[1:], [now] * 3)
    first = {CASES[0]: [1 - now] * 3}
    return Evidence(candidate=side({}), bank=bank, confirmation=(side({**part, **first}), side({})))


def test_a_bank_that_no_longer_describes_its_baseline_is_stale() -> None:
    wanted = dict.fromkeys(CASES, 3)
    for found, stale in (
        (check_bank(banked(1.0, 0.0), wanted), True),
        (check_bank(banked(1.0, 1.0), wanted), False),
    ):
        assert found is not None
        assert (found.cases, found.stale) == (20, stale)
    worse = check_bank(banked(1.0, 0.0), wanted)
    better = check_bank(banked(0.0, 1.0), wanted)
    assert worse is not None
    assert better is not None
    assert worse.difference == pytest.approx(-better.difference)
    assert worse.p == pytest.approx(better.p)


def test_without_old_or_fresh_answers_nothing_is_said_of_a_bank() -> None:
    assert check_bank(Evidence(candidate=side({}), baseline=side({})), {}) is None
    assert check_bank(replace(banked(1.0, 0.0), confirmation=(side({}), side({}))), {"c00": 1}) is None


def test_a_slice_that_does_not_show_again_is_unconfirmed_beside_what_does() -> None:
    rates = cases((200, 0.95))
    tags = {case: (("urdu",) if i % 10 == 0 else ("plain",)) for i, case in enumerate(rates)}
    live = Gate(before=rates, after=rates, policy=ALONE, tags=tags)
    live.old = live.side(
        [
            replace(o, score=1.0) if o.tags == ("urdu",) else o
            for o in (live.old.observations if live.old else ())
        ],
        "bank",
    )
    unlucky = {case: 0.4 if tags[case] == ("urdu",) else 0.99 for case in rates}
    plan, start = live.design(), live.start()
    start = replace(start, candidate=live.more(start.candidate, plan.order, unlucky))
    step = next_step(start, plan, ALONE)
    assert isinstance(step, Confirm)
    assert step.hypotheses == ("slice: urdu",)
    held = live.asked(step, start)
    step = next_step(held, plan, ALONE)
    while not isinstance(step, Decided):
        held = live.asked(step, held)
        step = next_step(held, plan, ALONE)
    assert step.verdict.status is Status.INCONCLUSIVE
    assert dict(step.verdict.slices)["urdu"] is Status.INCONCLUSIVE
    assert step.verdict.findings[0].rule in {"slice: urdu", "confirm"}
