"""Scores of many runs, summed up by the store."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from harness.compare.comparison import score_of_side
from harness.record import Record
from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.read import read_side
from harness.store.scores import read_scores
from tests.store.samples import failed, info, record, write_run

GRADES = (0.0, 0.25, 1 / 3, 0.7, 1.0)


def records(seed: int, cases: list[str]) -> list[Record]:
    """Two repeats of every case, in clusters and with weights; now and then one has no score."""
    chance = random.Random(seed)  # noqa: S311 - test data
    found: list[Record] = []
    for number, case in enumerate(cases):
        weight, cluster = chance.choice((1.0, 0.3, 4.0)), f"talk {number // chance.randint(1, 3)}"
        for repeat in (1, 2):
            lost = chance.random() < 0.1
            made = failed(case, repeat) if lost else record(case, repeat, score=chance.choice(GRADES))
            found.append(replace(made, weight=weight, cluster=cluster))
    return found


def test_the_store_sums_up_what_statistics_say_of_each_run(store: Path, runs: Path, use: Tools) -> None:
    for seed in range(4):
        cases = [f"c{number}" for number in range(1 + 5 * seed)]
        about = info(f"r{seed}", cases=cases, repeats=2)
        ingest(store, read_journal(write_run(runs, about, records(seed, cases), use)))
    ids = [f"r{seed}" for seed in range(4)]
    found = read_scores(store, ids)
    for run_id in ids:
        told = score_of_side(read_side(store, run_id))
        assert told is not None
        assert (found[run_id].mean, found[run_id].lower, found[run_id].upper) == pytest.approx(
            (told.mean, told.lower, told.upper), abs=1e-12
        )


def test_where_every_case_is_the_same_the_interval_is_that_of_the_number_of_cases(
    store: Path, runs: Path, use: Tools
) -> None:
    cases = [f"c{number}" for number in range(40)]
    same = [record(case, score=0.7) for case in cases]
    ingest(store, read_journal(write_run(runs, info("same", cases=cases), same, use)))
    told = score_of_side(read_side(store, "same"))
    assert told is not None
    assert read_scores(store, ["same"])["same"].lower == pytest.approx(told.lower, abs=1e-12)
    assert told.lower > 0.5


def test_a_run_without_any_score_has_none(store: Path, runs: Path, use: Tools) -> None:
    ingest(store, read_journal(write_run(runs, info("lost"), [failed("a"), failed("b")], use)))
    assert read_scores(store, ["lost"]) == {}
