"""The gate rehearsed on a change of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from harness.compare.chances import truths_of
from harness.compare.design import PlannedCase
from harness.gate.calibration import Calibration, Terms, calibrate, rate_of
from harness.gate.tapes import Cast, Stage, stage
from harness.suite.policy import Policy

POLICY = Policy()


def cast(n: int) -> Cast:
    cases = tuple(PlannedCase(case_id=f"c{i:03}", cluster=f"c{i:03}", tags=(f"t{i % 5}",)) for i in range(n))
    return Cast(cases=cases, must_pass=frozenset({"c000"}))


def samples(n: int, repeats: int = 5) -> list[list[float]]:
    """Two cases in three always pass, the others most of the time."""
    draw = np.random.default_rng(1)
    return [[float(draw.random() < (0.75 if i % 3 == 0 else 1.0)) for _ in range(repeats)] for i in range(n)]


def on_stage(n: int, seed: int = 1) -> Stage:
    chance = np.random.default_rng(seed)
    return stage(cast(n), truths_of(samples(n))(chance), chance)


def calibrated(
    n: int = 40, rehearsals: int = 12, seed: int = 1, threshold: float | None = None
) -> Calibration:
    terms = Terms(rehearsals=rehearsals, seed=seed, repeats=2, ways=("once",), threshold=threshold)
    return calibrate(cast(n), samples(n), POLICY, terms, lambda _done: None)


def test_an_answer_is_drawn_once_whoever_asks_and_in_whatever_order() -> None:
    one, two = on_stage(10), on_stage(10)
    early = one.candidate.first(2).copy()
    late = two.candidate.first(12)
    assert (one.candidate.first(12) == late).all()
    assert (late[:, :2] == early).all()
    row = one.candidate.rows([("c003", 11)])[0]
    assert (row.score, row.repeat, row.tags) == (late[3, 10], 11, ("t3",))


def test_what_must_pass_is_known_to_the_gate() -> None:
    rows = on_stage(3).baseline.rows([("c000", 1), ("c001", 1)])
    assert [row.must_pass for row in rows] == [True, False]


def test_the_three_sides_are_alike_and_not_the_same() -> None:
    on = on_stage(60)
    drawn = [tape.first(8) for tape in (on.bank, on.baseline, on.candidate)]
    assert np.ptp([each.mean() for each in drawn]) < 0.05
    assert not (drawn[1] == drawn[2]).all()


def test_nothing_asked_for_is_nothing_drawn() -> None:
    assert on_stage(3).bank.rows([]) == []


def test_equal_seeds_give_equal_figures_and_others_do_not() -> None:
    one, again, other = calibrated(), calibrated(), calibrated(seed=2)
    assert (one.ways, one.spread, one.floor) == (again.ways, again.spread, again.floor)
    assert [each.stopped for each in one.old] == [each.stopped for each in again.old]
    assert one.spread != other.spread


def test_a_change_of_nothing_is_seldom_stopped_and_often_by_others() -> None:
    found = calibrated(rehearsals=40)
    ours, stopped = found.ways[0], {each.gate.key: each.stopped.share for each in found.old}
    assert ours.stopped.share <= 0.15
    assert ours.flagged == ours.stopped
    assert stopped["any_broken"] > 0.5
    assert 0.2 < stopped["below_baseline"] < 0.7
    assert ours.calls_per_case == 4
    assert sum(
        share for share in (ours.stopped.share, ours.passed.share, ours.inconclusive.share)
    ) == pytest.approx(1)


def test_few_cases_are_inconclusive_where_nothing_changed() -> None:
    assert calibrated(n=10, rehearsals=10).ways[0].inconclusive.share == 1


def test_the_noise_floor_is_where_nineteen_in_twenty_differences_of_equal_sides_lie() -> None:
    found = calibrated(rehearsals=150)
    chances = np.array([np.mean(each) for each in samples(40)])
    spread = float(np.sqrt(2 * (chances * (1 - chances)).sum() / 2) / 40)
    assert found.spread == pytest.approx(spread, rel=0.35)
    assert found.floor == pytest.approx(1.96 * found.spread, rel=0.25)


def test_a_threshold_of_one_s_own_takes_the_place_of_the_usual_ones() -> None:
    found = calibrated(threshold=0.99)
    fixed = [each for each in found.old if each.gate.threshold is not None]
    assert [each.gate.threshold for each in fixed] == [0.99]
    assert fixed[0].stopped.share > 0.9


def test_the_flakiest_cases_come_first_and_steady_ones_not_at_all() -> None:
    found = calibrated().flakiest
    assert [case.flakiness for case in found] == sorted((case.flakiness for case in found), reverse=True)
    assert all(0 < case.mean < 1 for case in found)
    assert all(int(case.case_id[1:]) % 3 == 0 for case in found)


def test_none_of_many_is_still_a_chance() -> None:
    rate = rate_of(0, 300)
    assert (rate.share, rate.lower) == pytest.approx((0.0, 0.0))
    assert rate.upper == pytest.approx(0.0126, abs=1e-4)


def test_progress_is_told_one_by_one() -> None:
    told: list[int] = []
    terms = Terms(rehearsals=3, seed=1, repeats=1, ways=("once",))
    calibrate(cast(5), samples(5), POLICY, terms, told.append)
    assert told == [1, 2, 3]
