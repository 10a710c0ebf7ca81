"""The gate rehearsed on a change of nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.compare.chances import truths_of
from harness.compare.design import PlannedCase
from harness.gate.calibration import Calibration, Terms, calibrate, rate_of
from harness.gate.rehearsal import Way, rehearse
from harness.gate.tapes import Stage, stage
from harness.gate.verdict import Status
from harness.suite.policy import Policy

POLICY = Policy(flips=199)


def cast(n: int) -> tuple[PlannedCase, ...]:
    return tuple(
        PlannedCase(case_id=f"c{i:03}", cluster=f"c{i:03}", tags=(f"t{i % 5}",), must_pass=i == 0)
        for i in range(n)
    )


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


@pytest.mark.parametrize("way", ["bank", "both", "once"])
def test_equal_answers_are_judged_equally(way: Way) -> None:
    one, two = (rehearse(on_stage(40), way, POLICY, repeats=3, seed="s") for _ in range(2))
    assert one == two
    assert one.difference is not None


def test_a_bank_saves_the_answers_of_the_baseline() -> None:
    steady = stage(cast(60), truths_of([[1.0] * 30] * 60)(np.random.default_rng(1)), np.random.default_rng(2))
    bank, both = (rehearse(steady, way, POLICY, repeats=3, seed="s") for way in ("bank", "both"))
    assert bank.status is both.status is Status.PASS
    assert bank.calls < both.calls <= 60 * 6
    assert not both.flagged


def differing(n: int, before: float, after: float, broken: int = 0) -> Stage:
    """Sides that are not alike, so that all of the gate is played: a change is what a rehearsal never has."""
    chance = np.random.default_rng(5)
    old, new = (
        truths_of([[before] * 9] * n)(chance),
        truths_of([[after] * 9] * broken + [[before] * 9] * (n - broken))(chance),
    )
    on, other = stage(cast(n), old, chance), stage(cast(n), new, chance)
    return replace(on, candidate=other.candidate)


@pytest.mark.parametrize("way", ["bank", "both"])
def test_what_looks_worse_is_asked_afresh_and_what_stays_worse_is_stopped(way: Way) -> None:
    worse = rehearse(differing(60, 0.9, 0.8, broken=60), way, POLICY, repeats=3, seed="s")
    assert worse.status is Status.REGRESSED
    assert worse.flagged
    broken = rehearse(differing(60, 1.0, 0.0, broken=1), way, POLICY, repeats=3, seed="s")
    assert broken.suspected
    assert broken.status is Status.REGRESSED


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
