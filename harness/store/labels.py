"""What people say of answers: read from a file, kept like a decision, and read back with the trials of a run."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.errors import UsageError
from harness.store.decisions import decide
from harness.store.duck import reading
from harness.store.given import Given, missing_columns, read_given
from harness.store.imported import mistake
from harness.store.imported_row import case_id_in, repeat_in, score_in
from harness.store.lines import Body
from harness.store.read import find_run
from harness.store.rows import moment

Key = tuple[str, int | None, str]
"""Case, repeat (None: all answers to the case together), and the criterion that is labelled ("": the whole answer)."""

LONGEST_CRITERION = 200
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What an import of labels came to."""

    run_id: str
    labels: int
    replaced: int
    """Those that took the place of an earlier one."""
    trials: int
    """Measured trials of the run that have a label now."""
    measured: int
    """Measured trials of the run."""


def import_labels(store: str | Path, file: Path, *, run: str, where: str | None, at: datetime) -> Labels:
    """Keep the labels of a Parquet, CSV or JSONL file for a run; a later label of a trial takes the earlier one's place.

    Columns: `case_id`, `score` in [0, 1], and where there `repeat`, where a row without one speaks of all answers to
    its case, and `criterion`, where one without is of the whole answer. Raises UsageError with the first offenders of each mistake, StoreBusy, StoreError.
    """
    info = find_run(store, run)
    given = read_given(file, where)
    lacking = missing_columns(given, ("case_id", "score"))
    if lacking is not None:
        raise UsageError(f"{file}: {lacking}")
    trials = _measured(store, info.run_id)
    scores = _read(given, trials, file, info.run_id)
    earlier = _earlier(store, info.run_id)
    body: Body = {"kind": "labels", "run_id": info.run_id, "at": moment(at), "source": file.name}
    decide(store, {**body, "labels": [_kept(key, score) for key, score in scores.items()]})
    named = earlier | scores.keys()
    return Labels(
        run_id=info.run_id,
        labels=len(scores),
        replaced=len(earlier & scores.keys()),
        trials=len(_labelled(trials, named)),
        measured=len(trials),
    )


def _kept(key: Key, score: float) -> list[object]:
    """As the log of decisions has it; labels of the whole answer as they always were."""
    case, repeat, criterion = key
    return [case, repeat, score, criterion] if criterion else [case, repeat, score]


def _labelled(trials: frozenset[tuple[str, int]], named: Set[Key]) -> frozenset[tuple[str, int]]:
    """The trials that have a label of any criterion."""
    known = {(case, repeat) for case, repeat, _ in named}
    return frozenset(key for key in trials if key in known or (key[0], None) in known)


def _measured(store: str | Path, run_id: str) -> frozenset[tuple[str, int]]:
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT case_id, repeat FROM trials WHERE run_id = ? AND score IS NOT NULL", [run_id]
        ).fetchall()
    return frozenset(rows)


def _earlier(store: str | Path, run_id: str) -> frozenset[Key]:
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT case_id, repeat, criterion FROM labels WHERE run_id = ?", [run_id]
        ).fetchall()
    return frozenset(rows)


def _read(given: Given, trials: frozenset[tuple[str, int]], file: Path, run_id: str) -> Mapping[Key, float]:
    """The labels of a file. Raises UsageError that names every kind of mistake with its first offenders."""
    cases = {case for case, _ in trials}
    scores: dict[Key, float] = {}
    mistakes: dict[str, list[str]] = {}
    for number, fields in enumerate(given.dicts(), start=1):
        try:
            key, score = _label(fields)
            _check(key, cases, trials, run_id)
            _check_new(key, scores)
            scores[key] = score
        except ValueError as error:
            what, where = error.args
            mistakes.setdefault(what, []).append(f"{where} (row {number})")
    if mistakes:
        raise UsageError("\n".join(f"{file}: {mistake(what, places)}" for what, places in mistakes.items()))
    return scores


def _label(fields: Mapping[str, object]) -> tuple[Key, float]:
    case_id = case_id_in(fields.get("case_id"))
    score = score_in(fields.get("score"), case_id)
    if score is None:
        raise ValueError("score is empty", _named((case_id, None, "")))
    return (case_id, repeat_in(fields.get("repeat"), case_id), criterion_in(fields.get("criterion"))), score


def criterion_in(value: object) -> str:
    """The criterion that a cell names; "" where it is empty. Raises ValueError."""
    criterion = "" if value is None else str(value).strip()
    if len(criterion) > LONGEST_CRITERION:
        what = f"criterion has {len(criterion):,} characters; the most is {LONGEST_CRITERION}"
        raise ValueError(what, f"{criterion[:60]}...")
    return criterion


def _check(key: Key, cases: set[str], trials: frozenset[tuple[str, int]], run_id: str) -> None:
    case_id, repeat, _ = key
    if case_id not in cases:
        raise ValueError(f"run {run_id} has no measured answer to the case", _named(key))
    if repeat is not None and (case_id, repeat) not in trials:
        raise ValueError(f"run {run_id} has no measured answer of that repeat", _named(key))


def _check_new(key: Key, scores: Mapping[Key, float]) -> None:
    if key in scores:
        raise ValueError("the answer has a label already", _named(key))


def _named(key: Key) -> str:
    case_id = key[0] if len(key[0]) <= 60 else f"{key[0][:60]}..."
    return case_id if key[1] is None else f"{case_id} #{key[1]}"
