"""Many cases: what they cost in memory and in time, as ratios. `python -m tests.benchmarks.cases` prints the times."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from time import process_time

import pytest

from harness.suite.read import examine
from tests.suite.files import Files, with_files
from tests.suite.sources import HEAD

TEXT = "Where is my parcel? It was sent long ago, and I am waiting for it. " * 5


class Streamed(Files):
    """The good project with so many cases, whose lines are made one by one and never held."""

    def __init__(self, cases: int) -> None:
        super().__init__(with_files({"evals/triage.yaml": f"{HEAD}cases:\n  - file: many.jsonl\n"}).texts)
        self.cases = cases

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        for number in range(self.cases):
            yield f'{{"id": "n{number}", "tags": ["a"], "inputs": {{"ticket": "{number}: {TEXT}"}}}}\n'.encode()


def peak(cases: int) -> int:
    tracemalloc.start()
    try:
        found = examine(Streamed(cases))
        assert (found.problems, found.cases) == ((), cases)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def spent(cases: int) -> float:
    began = process_time()
    examine(Streamed(cases))
    return process_time() - began


def test_a_check_holds_next_to_nothing_of_a_case_it_has_looked_at() -> None:
    examine(Streamed(50))
    small, large = peak(200), peak(1200)
    assert (large - small) / 1000 < 700, "bytes kept for a case whose line has 370"


@pytest.mark.slow
def test_a_check_of_four_times_the_cases_takes_about_four_times_as_long() -> None:
    examine(Streamed(50))
    assert min(spent(1600) for _ in range(2)) < 8 * min(spent(400) for _ in range(2))
