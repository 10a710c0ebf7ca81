"""Random troubles in random order, over real HTTP: whatever happens, the accounts agree and the run ends in time."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from harness.events import AttemptEnded, AttemptStarted
from harness.units import Usd
from harness.wiring import Terms
from tests.faults.runs import How, Ran, ran
from tests.projects import tiny_model, write_project
from tests.standin import TROUBLES, Answer, Script, Trouble, last_text, named
from tests.standin.outages import begins_late, lasting

pytestmark = pytest.mark.loopback
CASES = 12
LONGEST = 600.0
"""Seconds: the deadline of a call."""
HEAVY = frozenset({"giant", "bomb", "drip", "slow_headers", "endless_headers", "hints_10000", "giant_error"})
"""Troubles that take this machine a second each, whatever the clock says."""
SEEDS = range(24)


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What one seed makes of a run."""

    how: How
    names: tuple[str, ...]
    at_once: int


def weather(seed: int, folder: Path) -> Weather:
    """Some kinds of trouble, how often they strike, and how many calls are made at once."""
    chance = random.Random(seed)  # noqa: S311  the weather is no secret
    stream = chance.random() < 0.4
    way = "streamed" if stream else "whole"
    possible = [name for name, known in TROUBLES.items() if known.way in ("both", way) and name not in HEAVY]
    names = tuple(chance.sample(possible, chance.randint(1, 6)))
    at_once = chance.choice([1, 2, 5, 12])
    how = How(
        folder=folder,
        cases=CASES,
        at_once=at_once,
        stream=stream,
        draw=chance.random,
        answer=slow_answers(seed),
        terms=Terms(mode="live", budget=chance.choice([None, None, Usd(Decimal("0.03"))])),
    )
    return Weather(how=replace(how, script=script_of(chance, names, how)), names=names, at_once=at_once)


def slow_answers(seed: int) -> Any:
    """The tiny model, which takes up to 40 s; for the same question always as long."""

    def answer(body: Mapping[str, Any]) -> Answer:
        length = random.Random(f"{seed} {last_text(body)}").uniform(0, 40)  # noqa: S311  no secret either
        return replace(tiny_model(body), latency=length)

    return answer


def script_of(chance: random.Random, names: tuple[str, ...], how: How) -> Script:
    """Single troubles now and then; in some weathers an outage on top."""
    often = chance.choice([0.05, 0.3, 0.8])
    outage: Script = lambda _number: None  # noqa: E731
    if chance.random() < 0.3:
        storm = lasting(named("overloaded"), chance.uniform(1, 200), how.clock.monotonic)
        outage = begins_late(storm, chance.randint(0, CASES))

    def script(number: int) -> Trouble | None:
        single = named(chance.choice(names)) if chance.random() < often else None
        return outage(number) or single

    return script


def check(found: Ran, seen: Weather) -> None:
    """What `ran` does not check: nobody is asked too often, too many at once, or for too long."""
    assert found.journal.ended is not None
    assert all(len(record.attempts) <= 5 for record in found.journal.records)
    assert most_on_the_wire(found) <= seen.at_once
    rounds = -(-CASES // seen.at_once)
    assert found.seconds <= rounds * LONGEST
    cap = seen.how.terms.budget
    assert cap is None or found.server.bill.total <= cap
    for record in found.journal.records:
        if found.ended(record.case_id) == "answered" and not _odd(seen.names):
            assert record.grading.score == 1.0, record.case_id


def most_on_the_wire(found: Ran) -> int:
    """Attempts that were under way at the same time. The server may still be busy with some that were given up."""
    steps = (isinstance(event, AttemptStarted) - isinstance(event, AttemptEnded) for event in found.events)
    return max(accumulate(steps))


def _odd(names: tuple[str, ...]) -> bool:
    """Whether a trouble is among them that answers something else than it should."""
    odd = {"refusal", "no_blocks", "cut_short", "thinking_only", "tool_unasked", "new_block", "hostile_text"}
    return bool(odd.intersection(names))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("random") / "project", CASES)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_any_weather_the_accounts_agree_and_the_run_ends(folder: Path, seed: int) -> None:
    seen = weather(seed, folder)
    check(ran(seen.how), seen)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("block", range(10))
def test_in_any_weather_of_a_thousand_the_accounts_agree(folder: Path, block: int) -> None:
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        seen = weather(seed, folder)
        try:
            check(ran(seen.how), seen)
        except BaseException as error:
            raise AssertionError(f"seed {seed}, troubles {seen.names}") from error
