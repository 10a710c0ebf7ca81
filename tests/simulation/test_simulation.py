"""The runner in thousands of worlds: a few hundred by default, all of them with `make simulate`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.__main__ import PATIENCE, campaign, first_look, hunt, regression_seeds, replay_command
from tests.simulation.invariants import CHECKS, violations
from tests.simulation.mutants import MUTANTS, mutated
from tests.simulation.schedule import folder_in_memory, play, run_schedule
from tests.simulation.trace import told
from tests.simulation.world import draw_world

ROOT = Path(__file__).parents[2]


def test_nothing_is_violated_in_a_few_hundred_worlds() -> None:
    totals = campaign([*regression_seeds(), *range(150)])
    assert {replay_command(each.seed): each.violations for each in totals.failed} == {}
    assert totals.sums["crashes"] > 50
    assert totals.sums["disk_failures"] > 20
    assert totals.sums["interrupts"] > 20


@pytest.mark.parametrize("mutant", MUTANTS)
def test_every_mutant_is_caught(mutant: str) -> None:
    assert hunt(mutant, [*first_look(mutant), *range(PATIENCE)]).schedules is not None


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
        story, _ = play(draw_world(26), home)
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
