"""Patterns that freeze others, and large texts: graded in time, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from harness.suite.expectation import Expectation
from harness.suite.expectations.text import Contains, Equals, Length, Matches
from tests.doubles import go
from tests.grade.cases import graded
from tests.grade.freezing import FREEZING
from tests.grade.strategies import PLACE

LAG = 0.25
"""Seconds. A machine that does nothing else stays below it by a third."""
SLACK = 4
"""For one that does."""
LARGE = "a" * (1 << 20)


def matching() -> Iterator[tuple[str, Expectation]]:
    for pattern, text in FREEZING:
        yield text, Matches(place=PLACE, pattern=pattern)
        yield text * max(1, 100_000 // len(text)), Matches(place=PLACE, pattern=pattern, ignore_case=True)


def large() -> Iterator[tuple[str, Expectation]]:
    yield LARGE, Matches(place=PLACE, pattern="^(a+)+$")
    yield LARGE, Equals(place=PLACE, value=LARGE + "b")
    yield LARGE, Contains(place=PLACE, all_of=("b", "ab" * 100), ignore_case=True)
    yield LARGE, Length(place=PLACE, max_words=3)


def longest_lag(asked: Sequence[tuple[str, Expectation]]) -> float:
    """How long the loop was kept from a task that wants to run all the time, at most, by the grading of one answer."""

    async def measured() -> float:
        loop, worst = asyncio.get_running_loop(), 0.0

        async def grade_all() -> None:
            for text, expectation in asked:
                graded(text, expectation)
                await asyncio.sleep(0)

        grading = asyncio.ensure_future(grade_all())
        last = loop.time()
        while not grading.done():
            await asyncio.sleep(0)
            worst, last = max(worst, loop.time() - last), loop.time()
        await grading
        return worst

    return go(measured())


@pytest.mark.parametrize("asked", [matching, large], ids=["patterns", "large texts"])
def test_nobody_waits_for_a_pattern_that_freezes_others(asked: object) -> None:
    assert callable(asked)
    cases = list(asked())
    longest_lag(cases)  # compiles the patterns, and pays for what is loaded when it is first used
    assert longest_lag(cases) < LAG * SLACK
