"""The runner in thousands of worlds: a few hundred by default, all of them with `make simulate`."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.compare.comparison import compare
from harness.store.ingest import ingest
from harness.store.past import read_journal
from harness.store.read import read_side
from harness.suite.policy import Policy
from harness.units import Seconds
from tests.simulation.__main__ import (
    PAGE,
    PATIENCE,
    TABLE,
    campaign,
    caught_last,
    first_look,
    hunt,
    mutants_table,
    regression_seeds,
    replay_command,
)
from tests.simulation.invariants import CHECKS, violations
from tests.simulation.mutants import MUTANTS, mutated
from tests.simulation.schedule import folder_in_memory, play, run_schedule
from tests.simulation.trace import told
from tests.simulation.world import World, draw_world

ROOT = Path(__file__).parents[2]


def test_nothing_is_violated_in_a_few_hundred_worlds() -> None:
    totals = campaign([*regression_seeds(), *range(80)])
    assert {replay_command(each.seed): each.violations for each in totals.failed} == {}
    assert totals.sums["crashes"] > 30
    assert totals.sums["disk_failures"] > 8
    assert totals.sums["interrupts"] > 10


@pytest.mark.parametrize("mutant", MUTANTS)
def test_every_mutant_is_caught(mutant: str) -> None:
    assert hunt(mutant, [*first_look(mutant), *range(PATIENCE)]).schedules is not None


def test_the_page_says_how_the_mutants_fared() -> None:
    found = TABLE.search(PAGE.read_text("utf-8"))
    assert found is not None
    assert found[0] == f"{found[1]}{mutants_table()}{found[2]}"
    assert {each.mutant for each in caught_last()} == set(MUTANTS)


def test_the_same_seed_tells_the_same_story() -> None:
    with folder_in_memory() as home:
        once = [run_schedule(seed, home).digest for seed in range(20)]
        assert once == [run_schedule(seed, home).digest for seed in range(20)]
    assert len(set(once)) == 20


def test_another_process_tells_the_same_story() -> None:
    code = (
        "from tests.simulation.schedule import folder_in_memory, run_schedule\n"
        "with folder_in_memory() as home: print(*(run_schedule(seed, home).digest for seed in range(5)))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
            env={"PYTHONHASHSEED": salt},
        ).stdout
        for salt in ("1", "2")
    ]
    assert said[0] == said[1] != ""


def test_a_trace_tells_of_every_process_and_every_request() -> None:
    with folder_in_memory() as home:
        story, _ = play(draw_world(11), home)
        lines = list(told(story))
    assert sum(" begins, and has to bear " in line for line in lines) == len(story.lives)
    assert sum("  -> triage/" in line for line in lines) == len(story.provider.log)


def test_a_violation_names_the_invariant_it_breaks() -> None:
    with folder_in_memory() as home, mutated("a reservation is settled twice"):
        story, _ = play(draw_world(0), home)
        names = {found.partition(":")[0] for found in violations(story)}
    assert names
    assert names <= {check.__name__ for check in CHECKS}


def test_every_invariant_is_a_sentence() -> None:
    assert all((check.__doc__ or "").endswith(".") for check in CHECKS)


def undisturbed(world: World) -> World:
    """The same trials in good times, made by one process."""
    return replace(world, lives=world.lives[-1:], outages=(), jumps=())


def two_sided(seed: int) -> World:
    """A world of two runs that are compared, in which a history may delay an answer but not change it."""
    world = draw_world(seed)
    fates = [(fate, weight) for fate, weight in zip(world.fates, world.weights, strict=True)]
    kept = [(fate, weight) for fate, weight in fates if fate not in ("refusal", "cut_off")]
    return replace(
        world,
        sides=2,
        has_ladder=False,
        day_budget=None,
        budget_per_attempt=None,
        case_deadline=Seconds(1e6),
        early=None,
        lives=(*world.lives[:-1], replace(world.lives[-1], budget=None)),
        fates=tuple(fate for fate, _ in kept),
        weights=tuple(weight for _, weight in kept),
    )


def quality(home: Path, store: Path, *, backwards: bool = False) -> object:
    """What two runs come to, read from a store their journals were put into."""
    for path in sorted((home / "runs").glob("*.jsonl"), reverse=backwards):
        journal = read_journal(path)
        ingest(store, replace(journal, records=journal.records[::-1]) if backwards else journal)
    compared = compare(read_side(store, "run-v1"), read_side(store, "run-v2"), Policy())
    return (compared.quality, compared.changes)


@pytest.mark.parametrize("seed", [1, 5, 11])
def test_a_verdict_after_any_history_is_that_of_an_undisturbed_run(seed: int, tmp_path: Path) -> None:
    world = two_sided(seed)
    with folder_in_memory() as home:
        story, _ = play(world, home)
        assert violations(story) == ()
        disturbed = quality(home, tmp_path / "disturbed.duckdb")
        assert disturbed == quality(home, tmp_path / "backwards.duckdb", backwards=True)
    with folder_in_memory() as home:
        play(undisturbed(world), home)
        assert disturbed == quality(home, tmp_path / "undisturbed.duckdb")
