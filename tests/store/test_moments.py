"""What the store knows of how scores vary."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.record import Mode, Purpose, RunInfo
from harness.store.decisions import StoredVerdict, write_verdict
from harness.store.ingest import ingest
from harness.store.journal import Tools, start_journal
from harness.store.moments import NOTHING_YET, read_moments
from harness.store.past import read_journal
from tests.store.samples import MOMENT, info, record

Scores = dict[str, list[float]]


class Shelf:
    """A store to be filled run by run."""

    def __init__(self, store: Path, runs: Path, use: Tools) -> None:
        self.store, self._runs, self._use = store, runs, use
        self._age = 0

    def put(
        self, name: str, scores: Scores, *, mode: Mode = "live", version: str = "v1", purpose: Purpose = ""
    ) -> RunInfo:
        self._age += 1
        told = replace(
            info(name, cases=tuple(scores), repeats=max(map(len, scores.values()))),
            mode=mode,
            purpose=purpose,
            prompt_version=version,
            prompt_digest=version * 32,
            started_at=MOMENT + timedelta(minutes=self._age),
        )
        journal = start_journal(self._runs, told, self._use)
        for case, repeats in scores.items():
            for repeat, score in enumerate(repeats, start=1):
                asyncio.run(journal.append(record(case, repeat, score=score)))
        journal.end("finished", {})
        journal.close()
        ingest(self.store, read_journal(journal.path))
        return told

    def judged(self, baseline: RunInfo, candidate: RunInfo, status: str = "PASS") -> None:
        self._age += 1
        write_verdict(
            self.store,
            StoredVerdict(
                suite="triage",
                baseline_run=baseline.run_id,
                candidate_run=candidate.run_id,
                decided_at=MOMENT + timedelta(minutes=self._age),
                status=status,
                label=None,
                document="{}",
            ),
        )


@pytest.fixture
def shelf(store: Path, runs: Path, use: Tools) -> Shelf:
    return Shelf(store, runs, use)


def test_without_a_store_nothing_is_known(store: Path) -> None:
    assert read_moments(store, "triage") == NOTHING_YET
    assert not store.exists()


def test_several_runs_of_a_variant_are_more_samples_of_its_cases(shelf: Shelf) -> None:
    shelf.put("one", {"a": [1.0], "b": [1.0]})
    shelf.put("two", {"a": [0.0], "b": [1.0]})
    (variant,) = read_moments(shelf.store, "triage").variants
    assert variant.runs == ("one", "two")
    assert [(case.case_id, case.samples, case.mean, case.variance) for case in variant.cases] == [
        ("a", 2, 0.5, 0.5),
        ("b", 2, 1.0, 0.0),
    ]


def test_another_version_is_another_variant(shelf: Shelf) -> None:
    shelf.put("one", {"a": [1.0]})
    shelf.put("two", {"a": [0.0]}, version="v2")
    assert [v.runs for v in read_moments(shelf.store, "triage").variants] == [("one",), ("two",)]


def test_replays_are_no_further_samples(shelf: Shelf) -> None:
    shelf.put("recorded", {"a": [1.0, 0.0]}, mode="record")
    shelf.put("again", {"a": [1.0, 0.0]}, mode="replay")
    (variant,) = read_moments(shelf.store, "triage").variants
    assert variant.runs == ("recorded",)
    assert variant.cases[0].samples == 2


def test_of_replays_alone_the_largest_counts_once(shelf: Shelf) -> None:
    shelf.put("first", {"a": [1.0, 0.0]}, mode="replay")
    shelf.put("second", {"a": [1.0]}, mode="replay")
    assert read_moments(shelf.store, "triage").variants[0].runs == ("first",)


def test_what_was_asked_again_for_its_score_is_no_fair_sample(shelf: Shelf) -> None:
    shelf.put("screen", {"a": [1.0], "b": [0.0]}, purpose="screen")
    shelf.put("again", {"b": [0.0, 0.0]}, purpose="rerun")
    assert read_moments(shelf.store, "triage").variants[0].runs == ("screen",)


def test_imported_runs_stand_for_themselves(shelf: Shelf) -> None:
    shelf.put("before", {"a": [1.0]}, mode="imported")
    shelf.put("after", {"a": [0.0]}, mode="imported")
    assert len(read_moments(shelf.store, "triage").variants) == 2


def test_comparisons_of_two_variants_are_read_once_each(shelf: Shelf) -> None:
    old = shelf.put("old", {"a": [1.0, 1.0], "b": [1.0, 0.0], "c": [1.0, 1.0]})
    new = shelf.put("new", {"a": [1.0], "b": [0.0]}, version="v2")
    again = shelf.put("again", {"a": [0.0], "b": [0.0]}, version="v2")
    for candidate in (new, again):
        shelf.judged(old, candidate)
    (pairs,) = read_moments(shelf.store, "triage").comparisons
    assert [(before.case_id, before.mean, after.mean) for before, after in pairs] == [
        ("a", 1.0, 0.0),
        ("b", 0.5, 0.0),
    ]


def test_comparisons_of_a_variant_with_itself_or_of_nothing_tell_of_no_change(shelf: Shelf) -> None:
    one, two = shelf.put("one", {"a": [1.0]}), shelf.put("two", {"a": [0.0]})
    other = shelf.put("other", {"a": [0.0]}, version="v2")
    shelf.judged(one, two)
    shelf.judged(one, other, status="NOT_MEASURED")
    assert read_moments(shelf.store, "triage").comparisons == ()
