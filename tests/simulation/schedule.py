"""One schedule: the whole life of one or two runs in one world, and what is wrong with it afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.invariants import violations
from tests.simulation.loop import NobodyWillWakeThemError, SimClock, SimLoop
from tests.simulation.plans import Program
from tests.simulation.process import Story, live, rival
from tests.simulation.provider import Provider
from tests.simulation.watch import watched
from tests.simulation.world import Hardship, World, draw_world

_MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one, a folder in memory

_OWN_TO_A_PROCESS = re.compile(rb'"pid":[0-9]+|"crc":"[0-9a-f]{8}"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one schedule."""

    seed: int
    violations: tuple[str, ...]
    digest: str
    """Of everything the provider saw and everything the journals say."""
    calls: int
    lives: int
    crashes: int
    """Processes that died."""
    disk_failures: int
    interrupts: int
    passed: float
    """Virtual seconds."""


@contextmanager
def folder_in_memory() -> Generator[Path]:
    """A folder for the files of many schedules, one after the other."""
    home = Path(tempfile.mkdtemp(prefix="simulation-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run_schedule(seed: int, home: Path) -> Result:
    """Simulate the world of `seed` in the empty folder `home`, and check it. Leaves the folder empty."""
    story, broken = play(draw_world(seed), home)
    found = (*broken, *violations(story)) if not broken else tuple(broken)
    result = Result(
        seed=seed,
        violations=found,
        digest=digest_of(story),
        calls=len(story.provider.log),
        lives=len(story.lives),
        crashes=sum(life.end == "died" for life in story.lives),
        disk_failures=sum(life.disk.has_failed for life in story.lives),
        interrupts=sum(bool(life.signals) for life in story.lives),
        passed=story.loop.time(),
    )
    for path in [*home.glob("*/*"), *home.glob("*/.*")]:
        path.unlink()
    return result


def play(world: World, home: Path) -> tuple[Story, Sequence[str]]:
    """Run all processes of `world`. Gives the story, and why it could not be played to its end."""
    chance = random.Random(world.seed + 1_000_003)
    loop = SimLoop(chance, shuffled=world.shuffled)
    clock = SimClock(loop, world.jumps)
    story = Story(world, home, loop, clock, Provider(world, clock, chance), chance)
    try:
        with watched():
            loop.run_until_complete(_all_lives(story))
    except NobodyWillWakeThemError:
        return story, ("nobody will wake them: every task waits for another one, or they turn for ever",)
    finally:
        loop.close()
    return story, ()


async def _all_lives(story: Story) -> None:
    world = story.world
    await asyncio.gather(
        _program(story, Program(number=1), world.lives),
        _program(story, Program(number=2), world.other_lives),
        *(rival(story, at) for at in world.rivals),
    )


async def _program(story: Story, program: Program, lives: Sequence[Hardship]) -> None:
    for hardship in lives:
        await live(story, program, hardship)


def digest_of(story: Story) -> str:
    """A fingerprint of everything that could be seen from outside."""
    seen = hashlib.sha256()
    for sent in story.provider.log:
        seen.update(
            f"{sent.life} {sent.origin} {sent.attempt} {sent.at:.9f} {sent.became} {sent.bill}\n".encode()
        )
    for life in story.lives:
        seen.update(f"{life.number} {life.end} {life.ended:.9f} {life.disk.writes}\n".encode())
    for path in sorted((story.folder / "runs").glob("*.jsonl")):
        seen.update(_OWN_TO_A_PROCESS.sub(b"", path.read_bytes()))
    return seen.hexdigest()
