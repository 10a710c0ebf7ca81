"""What the documentation says of the gate's errors is what the gate does: the committed figures, and a few runs of today."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from scipy.stats import fisher_exact

from harness.gate.verdict import Status
from harness.store.questions import Again, Stands, Try, alpha_left
from tests.characteristics.cells import Cell, cells
from tests.characteristics.mixtures import MIXTURES, available
from tests.characteristics.played import POLICY, Gate, draw_suite
from tests.characteristics.results import Result, load
from tests.characteristics.simulate import MOST, simulate
from tests.characteristics.worlds import NULLS, WORLDS, World

FIGURES = load()
LUCK = 1e-4
"""How unlikely a difference from the committed figures has to be before it is one."""
AGAIN = (
    ("nothing changed | nominal | 30", 24),
    ("every case -10 | nominal | 100", 12),
    ("margin, all or nothing | certain | 50", 12),
    ("one case broken | steady | 50", 12),
)


NO_SLICES = " | no slices"
DROPS = (
    ("every case -5 | nominal | 100", 54),
    ("every case -5 | real | 100", 77),
    ("every case -10 | nominal | 100", 95),
    ("every case -10 | real | 100", 97),
    ("slice broken | nominal | 100", 70),
    ("slice broken | real | 100", 94),
    ("every case -30 | nominal | 100", 97),
    ("every case -30 | real | 100", 97),
)
"""A drop, and the share of suites in percent in which it has to be found."""


def figure(name: str) -> Result:
    return FIGURES[name]


def luck(percent: float, runs: int) -> float:
    """Two standard errors of a share that so many runs show, in points."""
    return 200 * math.sqrt(percent / 100 * (1 - percent / 100) / runs)


def at_most(result: Result, what: str, percent: float) -> bool:
    return result.percent(what) <= percent + luck(percent, result.runs)


def at_least(result: Result, what: str, percent: float) -> bool:
    return result.percent(what) >= percent - luck(percent, result.runs)


def test_every_cell_has_figures() -> None:
    assert set(FIGURES) == {cell.name for cell in cells()}


@pytest.mark.parametrize(("name", "runs"), AGAIN)
def test_a_few_runs_of_today_agree_with_the_committed_figures(name: str, runs: int) -> None:
    kept = figure(name)
    today = simulate(kept.cell, range(1_000_000, 1_000_000 + runs))
    for what in ("live: PASS", "live: REGRESSED", "live: flagged or a case"):
        was, now = kept.counts.get(what, 0), today.get(what, 0)
        assert fisher_exact(np.array([[was, kept.runs - was], [now, runs - now]])).pvalue > LUCK, what


@pytest.mark.parametrize("mixture", ["nominal", "real"])
@pytest.mark.parametrize("n", [30, 100, 300])
def test_an_unchanged_suite_is_hardly_ever_blocked_and_costs_less_than_half(mixture: str, n: int) -> None:
    tagged, plain = (figure(f"nothing changed | {mixture} | {n}{more}") for more in ("", NO_SLICES))
    assert tagged.percent("live: REGRESSED") <= 1
    assert plain.percent("live: REGRESSED") <= 1
    assert plain.calls <= 2.6
    assert tagged.calls <= (
        2.7 if n == 30 else 2.6
    )  # thirty cases are hardly ever enough to pass: all is asked


@pytest.mark.parametrize(
    "result", [each for each in FIGURES.values() if each.cell.world.startswith("margin")]
)
def test_a_drop_of_the_margin_seldom_passes(result: Result) -> None:
    assert at_most(result, "live: PASS", 8)


@pytest.mark.parametrize("result", [each for each in FIGURES.values() if each.cell.world in NULLS])
def test_slices_are_seldom_flagged_and_hardly_ever_blocked_where_nothing_fell(result: Result) -> None:
    assert at_most(result, "live: slice flagged", 5)
    assert at_most(result, "live: slice blocked", 1)


@pytest.mark.parametrize(("name", "least"), DROPS)
def test_a_real_drop_is_found(name: str, least: float) -> None:
    assert figure(name + NO_SLICES).percent("live: REGRESSED") >= least
    assert at_least(figure(name), "live: REGRESSED", least)


def test_a_single_broken_case_is_found_and_an_unbroken_one_is_left_alone() -> None:
    assert at_least(figure("one case broken | steady | 50"), "live: broken case blocked", 75)
    unchanged = figure("nothing changed | steady | 50")
    assert at_most(unchanged, "live: flagged or a case", 6)
    assert at_most(unchanged, "live: REGRESSED", 2)


@pytest.mark.parametrize("world", ["nothing changed", "every case -5", "slice broken", "one case broken"])
def test_what_is_there_at_once_decides_as_it_does_wave_by_wave(world: str) -> None:
    for seed in range(2):
        both = []
        for at_once in (False, True):
            draw = np.random.default_rng(seed)
            suite = draw_suite(draw, WORLDS[world](draw, MIXTURES["nominal"], 40), MOST)
            both.append(Gate(draw, suite).play(f"{seed}", at_once=at_once))
        assert both[0] == both[1]


def test_without_a_bank_both_sides_are_asked_and_the_verdict_is_as_sound() -> None:
    seen: Counter[Status] = Counter()
    for seed in range(6):
        draw = np.random.default_rng(seed)
        suite = draw_suite(draw, WORLDS["every case -30"](draw, MIXTURES["nominal"], 40), MOST)
        seen[Gate(draw, suite, banked=False).play(f"{seed}", at_once=True).verdict.status] += 1
    assert seen[Status.REGRESSED] == 6


def retried(world: World, n: int, seed: int, tries: int = 20) -> str:
    """What asking again and again comes to, where every try is answered as the store of questions lets it be."""
    draw = np.random.default_rng([77, seed])
    chance = world(draw, MIXTURES["nominal"], n)
    known: list[Try] = []
    for number in range(tries):
        allowed = alpha_left(known, POLICY.alpha)
        if isinstance(allowed, Stands):
            return "REGRESSED"
        assert isinstance(allowed, Again)
        policy = replace(POLICY, alpha=allowed.alpha)
        played = Gate(draw, draw_suite(draw, chance, MOST), policy).play(f"{seed} {number}", at_once=True)
        status = played.verdict.status.value
        if status == "PASS":
            return status
        known.append(
            Try(
                verdict_id=f"{number}",
                decided_at=datetime(2026, 11, 21, tzinfo=UTC),
                status=status,
                candidate_run=f"{number}",
                alpha=allowed.alpha,
            )
        )
    return known[-1].status


def test_asking_until_it_passes_does_not_pass_a_drop_of_ten_points() -> None:
    assert "PASS" not in {retried(WORLDS["drop of 10 points"], 30, seed, tries=6) for seed in range(4)}


@pytest.mark.sim
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("world", "most"), [("drop of 10 points", 0.01), ("margin, every case", 2 * POLICY.alpha)]
)
def test_twenty_tries_pass_no_more_often_than_is_said(world: str, most: float) -> None:
    ends = Counter(retried(WORLDS[world], 50, seed) for seed in range(200))
    print(world, dict(ends))  # noqa: T201 - the figures are the point
    assert ends["PASS"] / 200 <= most


def test_the_real_suites_are_simulated_where_their_data_are() -> None:
    assert {"nominal", "steady", "certain"} <= set(available()) <= set(MIXTURES)


def test_a_cell_is_named_by_what_it_simulates() -> None:
    assert Cell(world="w", mixture="m", n=3).name == "w | m | 3"
