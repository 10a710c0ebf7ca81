"""A long history in a few rows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from harness.record import Record
from harness.store.decisions import StoredVerdict, write_verdict
from harness.store.journal import Tools
from harness.store.lookback import read_days, read_suites, read_verdict_heads
from tests.store.samples import CENT, MOMENT, info, record, stored


def verdict(candidate: str, document: object, minutes: int) -> StoredVerdict:
    return StoredVerdict(
        suite="triage",
        baseline_run="r0",
        candidate_run=candidate,
        decided_at=MOMENT + timedelta(minutes=minutes),
        status="PASS",
        label=None,
        document=json.dumps(document),
    )


def whole() -> list[Record]:
    return [record("a"), record("b")]


def test_the_suite_that_ran_last_comes_first_with_all_its_runs_counted(
    store: Path, runs: Path, use: Tools
) -> None:
    for name, suite, days in (("r1", "triage", 0), ("r2", "triage", 3), ("r3", "extract", 1)):
        about = replace(info(name), suite=suite, started_at=MOMENT + timedelta(days=days))
        stored(store, about, whole(), use)
    assert [(each.suite, each.runs, each.since) for each in read_suites(store, None)] == [
        ("triage", 2, MOMENT),
        ("extract", 1, MOMENT + timedelta(days=1)),
    ]
    assert [each.suite for each in read_suites(store, "extract")] == ["extract"]


def test_what_a_verdict_found_of_the_bank_is_read_without_the_rest_of_it(store: Path, use: Tools) -> None:
    stored(store, info("r1"), whole(), use)
    bank = {"cases": 40, "difference": -0.02, "p": 0.004, "stale": True, "runs": []}
    write_verdict(store, verdict("r1", {"bank": bank}, 1))
    write_verdict(store, verdict("r1", {"bank": {**bank, "cases": None, "stale": None}}, 2))
    write_verdict(store, verdict("r1", {"bank": None}, 3))
    write_verdict(store, verdict("r1", {}, 4))
    write_verdict(store, verdict("another", {"bank": bank}, 5))
    found = read_verdict_heads(store, ["r1"])
    assert [(each.bank_cases, each.bank_stale) for each in found] == [
        (None, False),
        (None, False),
        (None, False),
        (40, True),
    ]
    assert (found[-1].bank_difference, found[-1].bank_p) == (-0.02, 0.004)
    assert read_verdict_heads(store, []) == ()


def test_a_day_costs_what_its_runs_cost_that_asked_a_model(store: Path, use: Tools) -> None:
    stored(store, replace(info("r1"), mode="live"), whole(), use)
    stored(store, replace(info("r2"), mode="replay"), whole(), use)
    free = [replace(each, cost=None) for each in whole()]
    stored(store, replace(info("r3"), mode="live", started_at=MOMENT + timedelta(days=1)), free, use)
    first, second = read_days(store, "triage")
    assert (first.day, first.runs, first.cost, first.unpriced) == (MOMENT.date(), 1, 2 * CENT, 0)
    assert (second.runs, second.cost, second.unpriced) == (1, None, 1)
