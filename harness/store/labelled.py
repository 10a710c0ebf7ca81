"""Answers that people labelled, with what a judge said of them: from a file, or from a run and its labels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.errors import UsageError
from harness.measure.judged import Judged, Position
from harness.store.calibrations import item_of
from harness.store.duck import reading
from harness.store.given import missing_columns, read_given
from harness.store.imported import mistake
from harness.store.imported_row import score_in
from harness.store.labels import criterion_in

Redact = Callable[[str], str]

_WORDS = {"pass": 1.0, "good": 1.0, "yes": 1.0, "true": 1.0, "fail": 0.0, "bad": 0.0, "no": 0.0, "false": 0.0}
"""What a label or a verdict may be called."""
_LONGEST_ERROR = 200

_GRADED = """
SELECT t.case_id, t."cluster", coalesce(t.question, ''), t.answer, g.place, g.criterion, g.score, g.mistake, g.evidence,
  coalesce(
    any_value(l.score) FILTER (l.criterion = g.criterion AND l.repeat IS NOT NULL),
    any_value(l.score) FILTER (l.criterion = g.criterion),
    any_value(l.score) FILTER (l.criterion = '' AND l.repeat IS NOT NULL), any_value(l.score) FILTER (l.criterion = '')
  ) AS label
FROM grades AS g
JOIN trials AS t ON t.run_id = g.run_id AND t.case_id = g.case_id AND t.repeat = g.repeat
LEFT JOIN labels AS l ON l.run_id = g.run_id AND l.case_id = g.case_id AND (l.repeat IS NULL OR l.repeat = g.repeat)
WHERE g.run_id = $run AND t.answer IS NOT NULL AND list_contains($places::VARCHAR[], g.place)
GROUP BY ALL
ORDER BY t.case_id, g.place, t.answer
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One answer of a file, as it is to be judged. All texts are hostile."""

    item: str
    cluster: str
    criterion: str
    label: float
    question: str
    answer: str
    criteria: str
    """What a good answer is; empty: as the judge's prompt says."""
    reference: str
    other: str
    """The answer it is held against; empty: it is judged alone."""
    length: int | None
    """Characters of the answer; None where the file has no text of it."""
    judged: Judged | None
    """What the judge said, where the file says so."""


def read_labelled(file: Path, where: str | None, redact: Redact) -> tuple[Labelled, ...]:
    """The answers of a Parquet, CSV or JSONL file.

    Columns: `label` in [0, 1] (or pass and fail), and `answer` or `item`; where there `question`, `criterion`,
    `criteria`, `reference`, `other`, `cluster`, `length`; and `judged` in [0, 1] (or pass and fail; empty: it could not be
    read, `error` says why) with `position` (first or second), where the judge's verdicts are there already.
    Raises UsageError with the first offenders of each mistake.
    """
    given = read_given(file, where)
    lacking = missing_columns(given, ("label",))
    if lacking is None and not {"answer", "item"} & set(given.columns):
        lacking = missing_columns(given, ("answer",))
    if lacking is not None:
        raise UsageError(f"{file}: {lacking}")
    found: list[Labelled] = []
    mistakes: dict[str, list[str]] = {}
    for number, fields in enumerate(given.dicts(), start=1):
        try:
            found.append(_labelled(fields, has_verdicts="judged" in given.columns, redact=redact))
        except ValueError as error:
            what, place = error.args
            mistakes.setdefault(what, []).append(f"{place} (row {number})")
    if mistakes:
        raise UsageError("\n".join(f"{file}: {mistake(what, places)}" for what, places in mistakes.items()))
    _check_labels(file, found)
    return tuple(found)


def read_graded(
    store: str | Path, run_id: str, places: Collection[str], redact: Redact
) -> tuple[Judged, ...]:
    """What a judge said of the answers of a run, with the labels that were imported for it.

    `places` are those of the expectations that the judge decides. A label of the whole answer is one of every criterion
    that has none of its own. Raises UsageError where there is no store, StoreBusy.
    """
    with reading(store) as connection:
        rows = connection.execute(_GRADED, {"run": run_id, "places": sorted(places)}).fetchall()
    return tuple(
        Judged(
            item=item_of(question, answer, place),
            cluster=cluster,
            criterion=criterion,
            score=None if mistaken else score,
            label=label,
            length=len(answer),
            error=redact(evidence)[:_LONGEST_ERROR] if mistaken else "",
        )
        for _, cluster, question, answer, place, criterion, score, mistaken, evidence, label in rows
    )


def _labelled(fields: Mapping[str, object], *, has_verdicts: bool, redact: Redact) -> Labelled:
    question, answer, reference, other = (
        _text(fields, name) for name in ("question", "answer", "reference", "other")
    )
    named = _text(fields, "item")
    if not named and not answer.strip():
        raise ValueError("answer is empty", repr(answer)[:60])
    item, shown = named or item_of(question, answer, reference, other), (named or answer)[:60]
    label = _share(fields.get("label"), "label", shown)
    if label is None:
        raise ValueError("label is empty", shown)
    cluster = _text(fields, "cluster") or _text(fields, "case_id") or question or item
    criterion, length = criterion_in(fields.get("criterion")), _length(fields, answer, shown)
    verdict = None
    if has_verdicts:
        score = _share(fields.get("judged"), "judged", shown)
        verdict = Judged(
            item=item,
            cluster=cluster,
            criterion=criterion,
            score=score,
            label=label,
            length=length,
            other_length=len(other) if other else None,
            position=_position(fields.get("position"), shown),
            error="" if score is not None else redact(_text(fields, "error"))[:_LONGEST_ERROR],
        )
    return Labelled(
        item=item,
        cluster=cluster,
        criterion=criterion,
        label=label,
        question=question,
        answer=answer,
        criteria=_text(fields, "criteria"),
        reference=reference,
        other=other,
        length=length,
        judged=verdict,
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else str(value)


def _share(value: object, name: str, item: str) -> float | None:
    """A number in [0, 1], or a word for one of its ends."""
    if isinstance(value, str) and value.strip().lower() in _WORDS:
        return _WORDS[value.strip().lower()]
    return score_in(value, item, name)


def _length(fields: Mapping[str, object], answer: str, item: str) -> int | None:
    value = fields.get("length")
    if value in (None, ""):
        return len(answer) or None
    try:
        length = float(cast("float", value))
    except (TypeError, ValueError, OverflowError):
        length = -1.0
    if not 0 <= length < 1e12 or length != int(length):
        raise ValueError("length is no whole number of characters", f"{str(value)[:60]!r} of {item[:60]}")
    return int(length)


def _position(value: object, item: str) -> Position:
    match "" if value is None else str(value).strip().lower():
        case "":
            return ""
        case "first" | "1" | "1.0":
            return "first"
        case "second" | "2" | "2.0":
            return "second"
        case other:
            raise ValueError("position is neither first nor second", f"{other[:60]!r} of {item[:60]}")


def _check_labels(file: Path, found: Collection[Labelled]) -> None:
    """Raises UsageError where one answer has two labels by one criterion."""
    labels: dict[tuple[str, str], float] = {}
    twice = [
        (each.answer or each.item)[:60]
        for each in found
        if labels.setdefault((each.item, each.criterion), each.label) != each.label
    ]
    if twice:
        raise UsageError(f"{file}: {mistake('an answer has two labels', twice)}")
