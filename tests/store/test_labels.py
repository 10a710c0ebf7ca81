"""What people say of answers is kept for good, and corrected by saying it again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.store.ingest import ingest, rebuild
from harness.store.journal import Tools
from harness.store.labels import Labels, import_labels
from harness.store.past import read_journal
from harness.store.read import read_side
from harness.store.shrink import shrink
from tests.store.samples import failed, info, record, write_run

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def full(runs: Path, store: Path, use: Tools) -> Path:
    """A run with two answers to `a`, one to `b`, and none to the second asking of `b`."""
    records = [record("a"), record("a", 2), record("b"), failed("b", 2)]
    ingest(store, read_journal(write_run(runs, info(repeats=2), records, use)))
    return store


def labelled(store: Path, *rows: Mapping[str, object]) -> Labels:
    path = store.with_name("people.jsonl")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return import_labels(store, path, run="r1", where=None, at=NOW)


def labels(store: Path) -> dict[tuple[str, int], float | None]:
    return {(each.case_id, each.repeat): each.label for each in read_side(store, "r1").observations}


def test_a_label_is_of_one_answer_or_of_all_to_a_case(full: Path) -> None:
    found = labelled(
        full, {"case_id": "a", "score": 0.25}, {"case_id": "a", "repeat": 2, "score": 1}, {"case_id": "b", "repeat": 1, "score": 0}
    )  # fmt: skip
    assert labels(full) == {("a", 1): 0.25, ("a", 2): 1.0, ("b", 1): 0.0, ("b", 2): None}
    assert (found.labels, found.replaced, found.trials, found.measured) == (3, 0, 3, 3)


def test_a_later_label_takes_the_place_of_an_earlier_one(full: Path) -> None:
    labelled(full, {"case_id": "a", "score": 0.25}, {"case_id": "b", "score": 1.0})
    assert labelled(full, {"case_id": "a", "score": 0.75}).replaced == 1
    assert labels(full) == {("a", 1): 0.75, ("a", 2): 0.75, ("b", 1): 1.0, ("b", 2): 1.0}


def test_labels_outlive_the_store_and_its_shrinking(full: Path, runs: Path) -> None:
    labelled(full, {"case_id": "a", "repeat": 1, "score": 0.25})
    shrink(full)
    before = labels(full)
    full.unlink()
    assert rebuild(full, runs) == ()
    assert labels(full) == before == {("a", 1): 0.25, ("a", 2): None, ("b", 1): None, ("b", 2): None}


def test_every_mistake_of_a_file_is_told_at_once_and_nothing_is_kept(full: Path) -> None:
    with pytest.raises(UsageError) as rejected:
        labelled(
            full,
            {"case_id": "c" * 80, "score": 1},
            {"case_id": "b", "repeat": 2, "score": 1},
            {"case_id": "a", "repeat": 1, "score": 7},
            {"case_id": "a", "repeat": 2, "score": None},
            {"case_id": "a", "score": 1},
            {"case_id": "a", "score": 0},
        )
    said = str(rejected.value)
    assert said.count("\n") == 4
    for part in (
        "run r1 has no measured answer to the case",
        "no measured answer of that repeat: b #2 (row 2)",
        "score is outside [0, 1]: 7.0 of a (row 3)",
        "score is empty: a (row 4)",
        "the answer has a label already: a (row 6)",
    ):
        assert part in said
    assert set(labels(full).values()) == {None}


def test_a_file_without_scores_is_refused(full: Path) -> None:
    with pytest.raises(UsageError, match="score"):
        labelled(full, {"case_id": "a", "verdict": 1})


def test_labels_of_a_run_that_is_not_there_are_refused(full: Path) -> None:
    with pytest.raises(UsageError, match="there is no such run"):
        import_labels(full, full, run="nobody", where=None, at=NOW)


def test_a_label_of_a_criterion_stands_beside_that_of_the_whole_answer(full: Path) -> None:
    found = labelled(
        full, {"case_id": "a", "score": 1}, {"case_id": "a", "score": 0, "criterion": "tone"}, {"case_id": "b", "score": 0, "criterion": "tone"}
    )  # fmt: skip
    assert labels(full) == {("a", 1): 1.0, ("a", 2): 1.0, ("b", 1): None, ("b", 2): None}
    assert (found.labels, found.trials) == (3, 3)
    assert labelled(full, {"case_id": "a", "score": 1, "criterion": "tone"}).replaced == 1


def test_a_criterion_is_a_name_and_no_novel(full: Path) -> None:
    with pytest.raises(UsageError, match="criterion has 201 characters; the most is 200"):
        labelled(full, {"case_id": "a", "score": 1, "criterion": "x" * 201})
