"""Simulate the runner: thousands of worlds, bugs put in on purpose, or one world told in full."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.invariants import violations
from tests.simulation.mutants import MUTANTS, mutated
from tests.simulation.schedule import Result, folder_in_memory, play, run_schedule
from tests.simulation.trace import told
from tests.simulation.world import draw_world

SEEDS = Path(__file__).with_name("seeds.txt")
CAUGHT = Path(__file__).with_name("mutants.txt")
"""The seed that caught each mutant when all of them were hunted last: the place to look first."""
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
TABLE = re.compile(r"(<!-- mutants -->\n).*?(<!-- end of mutants -->)", re.DOTALL)
PATIENCE = 2_000
"""Schedules a mutant may survive before it counts as not caught."""


@dataclass(slots=True)
class Totals:
    """What a campaign saw."""

    schedules: int = 0
    sums: Counter[str] = field(default_factory=Counter[str])
    passed: float = 0.0
    failed: list[Result] = field(default_factory=list[Result])

    def add(self, result: Result) -> None:
        self.schedules += 1
        self.passed += result.passed
        for name in ("calls", "lives", "crashes", "disk_failures", "interrupts"):
            self.sums[name] += getattr(result, name)
        if result.violations:
            self.failed.append(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """How a mutant fared."""

    mutant: str
    schedules: int | None
    """Until the first violation, that one included; None: it survived."""
    seed: int | None
    by: str


def regression_seeds() -> list[int]:
    """Seeds that once failed, and are played for ever."""
    lines = (line.partition("#")[0].strip() for line in SEEDS.read_text("utf-8").splitlines())
    return [int(line) for line in lines if line]


def caught_last() -> list[Caught]:
    """How each mutant fared when all of them were hunted last, from seed 0."""
    rows = (line.split("\t") for line in CAUGHT.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [Caught(mutant=name, schedules=int(seed) + 1, seed=int(seed), by=by) for seed, name, by in rows]


def first_look(mutant: str) -> list[int]:
    """The seed that caught `mutant` the last time."""
    return [each.seed for each in caught_last() if each.mutant == mutant and each.seed is not None]


def mutants_table() -> str:
    """The table of the page on reliability."""
    rows = (f"| {each.mutant} | {each.schedules} | {each.by.replace('_', ' ')} |" for each in caught_last())
    return "\n".join(["", "| the bug | schedules | caught by |", "|---|---|---|", *rows, ""])


def campaign(seeds: Iterable[int]) -> Totals:
    """Play and check every seed."""
    totals = Totals()
    with folder_in_memory() as home:
        for seed in seeds:
            totals.add(run_schedule(seed, home))
    return totals


def hunt(mutant: str, seeds: Iterable[int]) -> Caught:
    """Play seeds until one shows that `mutant` is wrong."""
    with folder_in_memory() as home, mutated(mutant):
        for count, seed in enumerate(seeds, start=1):
            found = run_schedule(seed, home).violations
            if found:
                return Caught(mutant=mutant, schedules=count, seed=seed, by=found[0].partition(":")[0])
    return Caught(mutant=mutant, schedules=None, seed=None, by="")


def replay_command(seed: int) -> str:
    """What shows a schedule in full."""
    return f"python -m tests.simulation --seed {seed} --trace"


def main() -> int:
    asked = _arguments()
    if asked.seed is not None:
        return _one(asked.seed, trace=asked.trace)
    began = time.process_time()
    totals = campaign([*regression_seeds(), *range(asked.first, asked.first + asked.count)])
    _say(_campaign_lines(totals, time.process_time() - began))
    caught = _hunt_all(asked.first) if asked.mutants else []
    if asked.accept:
        _accept(caught)
    return 1 if totals.failed or any(each.seed is None for each in caught) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=10_000, help="number of seeds")
    parser.add_argument("--seed", type=int, help="this schedule alone")
    parser.add_argument("--trace", action="store_true", help="tell it in full")
    parser.add_argument("--mutants", action="store_true", help="hunt the mutants as well")
    parser.add_argument("--accept", action="store_true", help="note where each mutant was caught")
    return parser.parse_args()


def _one(seed: int, *, trace: bool) -> int:
    with folder_in_memory() as home:
        story, broken = play(draw_world(seed), home)
        found = broken or violations(story)
        _say(told(story) if trace else ())
    _say([f"seed {seed}: {each}" for each in found] or [f"seed {seed}: nothing is violated"])
    return 1 if found else 0


def _campaign_lines(totals: Totals, took: float) -> Iterator[str]:
    for result in totals.failed:
        yield from (f"seed {result.seed}: {each}" for each in result.violations)
        yield f"  replay it: {replay_command(result.seed)}"
    sums = totals.sums
    yield (
        f"{totals.schedules:,} schedules in {took:.1f} s: {sums['calls']:,} calls, {sums['lives']:,} processes, "
        f"{sums['crashes']:,} crashes, {sums['disk_failures']:,} failed disks, {sums['interrupts']:,} signals, "
        f"{totals.passed / 3600:,.1f} virtual hours; {len(totals.failed)} with violations"
    )


def _hunt_all(first: int) -> list[Caught]:
    caught: list[Caught] = []
    for mutant in MUTANTS:
        each = hunt(mutant, range(first, first + PATIENCE))
        caught.append(each)
        end = f"{each.schedules:>5} schedules, {each.by}" if each.schedules else "SURVIVED"
        _say([f"{mutant:<55} {end}"])
    _say([f"{sum(each.seed is not None for each in caught)} of {len(caught)} mutants caught"])
    return caught


def _accept(caught: Iterable[Caught]) -> None:
    """Remember where to look first, and say so on the page."""
    lines = [f"{each.seed}\t{each.mutant}\t{each.by}" for each in caught if each.seed is not None]
    head = (
        "# The seed that caught each mutant first. Written by: python -m tests.simulation --mutants --accept"
    )
    CAUGHT.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    page = PAGE.read_text("utf-8")
    PAGE.write_text(TABLE.sub(lambda found: f"{found[1]}{mutants_table()}{found[2]}", page), "utf-8")


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
