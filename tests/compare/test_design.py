"""What a live gate plans: repeats, order and looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.boundaries import boundaries
from harness.compare.design import Design, PlannedCase, design_of
from harness.suite.policy import Looks, Policy, Repeats

POLICY = Policy()
TWICE = replace(POLICY, repeats=Repeats(mean=2.0))
Bank = dict[str, list[float]]


def cases(n: int, *tags: str, weight: float = 1.0) -> list[PlannedCase]:
    return [PlannedCase(case_id=f"c{i:04}", cluster=f"c{i:04}", tags=tags, weight=weight) for i in range(n)]


def bank_of(n: int, *, flaky: int = 0) -> Bank:
    return {f"c{i:04}": [1.0] * 5 + [float(i >= flaky)] * 5 for i in range(n)}


def planned(n: int, bank: Bank | None = None, policy: Policy = POLICY, *, repeats: int = 3) -> Design:
    return design_of(cases(n), bank=bank, policy=policy, seed="run-1", repeats=repeats)


def test_without_a_bank_every_case_is_asked_as_often_as_the_suite_says() -> None:
    design = planned(30)
    assert not design.banked
    assert set(design.repeats.values()) == {3}
    assert [(look.after, look.wave) for look in design.looks] == [(30, 1), (60, 2), (90, 3)]
    assert [look.fraction for look in design.looks] == [0.33, 0.67, 1.0]


def test_the_most_repeats_end_the_waves() -> None:
    design = planned(30, repeats=4)
    assert [look.wave for look in design.looks] == [1, 2, 3, 4]
    assert [look.wave for look in planned(30, repeats=1).looks] == [1]
    assert [look.wave for look in planned(30, repeats=8).looks] == [1, 2, 3, 5, 8]


def test_boundaries_are_those_of_the_spending_functions() -> None:
    design = planned(30)
    fractions = [look.fraction for look in design.looks]
    assert [look.z_regress for look in design.looks] == list(boundaries(fractions, 0.05, "squared"))
    assert [look.z_pass for look in design.looks] == list(boundaries(fractions, 0.05, "pocock"))
    assert sum(look.slice_alpha for look in design.looks) == pytest.approx(0.05)


def test_a_single_look_has_all_of_alpha() -> None:
    for design in (planned(30, repeats=1), planned(30, policy=replace(POLICY, looks=None))):
        (look,) = design.looks
        assert (look.fraction, look.slice_alpha) == (1.0, 0.05)
        assert look.z_regress == look.z_pass == pytest.approx(1.6448536)


def test_with_a_bank_flaky_cases_are_asked_more_often() -> None:
    design = planned(100, bank_of(100, flaky=20))
    assert design.banked
    assert {design.repeats[f"c{i:04}"] for i in range(20)} <= {4, 5}
    assert sum(design.repeats.values()) == 220
    assert [look.wave for look in design.looks] == [1, 2, 3, 4]


def test_what_the_bank_does_not_know_is_not_counted_as_information() -> None:
    design = planned(40, bank_of(40), TWICE)
    # All alike, 10 old answers each, 2 asked: t = (1/10 + 1/2) / (1/10 + 1).
    assert [look.fraction for look in design.looks] == [0.55, 1.0]


def test_a_case_that_the_bank_does_not_hold_is_asked_and_tells_nothing() -> None:
    design = planned(41, bank_of(40), TWICE)
    assert design.repeats["c0040"] == 1
    assert [look.fraction for look in design.looks] == [0.55, 1.0]


def test_a_bank_of_other_cases_still_gives_a_design() -> None:
    design = planned(3, {"gone": [1.0]})
    assert [look.fraction for look in design.looks] == [1.0]


def test_cases_of_tested_slices_are_asked_at_least_twice() -> None:
    several = [*cases(30)[:20], *(replace(case, tags=("urdu",)) for case in cases(30)[20:])]
    policy = replace(POLICY, repeats=Repeats(mean=1.0))
    design = design_of(several, bank=bank_of(30), policy=policy, seed="s", repeats=1)
    assert {design.repeats[case.case_id] for case in several[:20]} == {1}
    assert {design.repeats[case.case_id] for case in several[20:]} == {2}
    off = design_of(several, bank=bank_of(30), policy=replace(policy, slices=False), seed="s", repeats=1)
    assert set(off.repeats.values()) == {1}


def test_a_large_suite_is_looked_at_within_its_first_wave() -> None:
    design = planned(200)
    assert [(look.after, look.wave) for look in design.looks[:3]] == [(50, 1), (100, 1), (200, 1)]
    assert [look.fraction for look in design.looks] == [0.08, 0.17, 0.33, 0.67, 1.0]
    odd = replace(POLICY, looks=Looks(within_first=(1.5, 0.5, 0.0)))
    assert [look.after for look in planned(200, policy=odd).looks] == [100, 200, 400, 600]


def test_heavier_cases_weigh_more_in_the_information() -> None:
    both = [*cases(10), *(replace(case, case_id=f"h{case.case_id}", weight=10.0) for case in cases(10))]
    bank = {case.case_id: [1.0] * 9 + [float(case.weight == 1)] for case in both}
    light = {case.case_id: [1.0] * 9 + [float(case.weight != 1)] for case in both}
    policy = replace(POLICY, repeats=Repeats(mean=1.5))
    heavy_asked, light_asked = (
        design_of(both, bank=scores, policy=policy, seed="s", repeats=1).looks[0].fraction
        for scores in (bank, light)
    )
    assert heavy_asked < light_asked


def test_nothing_to_ask_is_no_design() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        planned(0)
    with pytest.raises(ValueError, match="one repeat"):
        planned(3, repeats=0)


def test_the_order_is_one_of_waves_and_depends_on_the_seed_alone() -> None:
    design = planned(30, bank_of(30, flaky=6))
    backwards = design_of(cases(30)[::-1], bank=bank_of(30, flaky=6), policy=POLICY, seed="run-1", repeats=1)
    assert design == backwards
    other = design_of(cases(30), bank=bank_of(30, flaky=6), policy=POLICY, seed="run-2", repeats=3)
    assert other.order != design.order
    assert len(other.order) == len(design.order)
    assert [case for case, _ in design.order[:30]] != sorted(case for case, _ in design.order[:30])


@given(st.integers(1, 60), st.integers(1, 6), st.sampled_from(["bank", ""]), st.text(max_size=4))
def test_every_planned_answer_is_asked_once_and_in_waves(
    n: int, repeats: int, banked: str, seed: str
) -> None:
    bank = bank_of(n, flaky=n // 3) if banked else None
    design = design_of(cases(n), bank=bank, policy=POLICY, seed=seed, repeats=repeats)
    assert Counter(case for case, _ in design.order) == design.repeats
    assert len(set(design.order)) == len(design.order) == design.looks[-1].after
    for look in design.looks:
        early = Counter(case for case, _ in design.order[: look.after])
        assert all(early[case] == min(k, look.wave) for case, k in design.repeats.items())
    assert [look.fraction for look in design.looks] == sorted(look.fraction for look in design.looks)
