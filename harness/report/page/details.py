"""One case as JSON: what a page shows when it is opened. `assets/data.js` has the types."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.views.case import AnswerView, CaseRow, Message, Pair
from harness.report.views.grades import GradeLine
from harness.report.views.paired import GradePair
from harness.report.views.steps import StepLine


def told(row: CaseRow) -> int:
    """About how many characters a case has."""
    sides = [side for pair in row.pairs for side in (pair.baseline, pair.candidate) if side is not None]
    asked = sum(len(each.text) for each in (*row.asked_before, *row.asked_after))
    return asked + sum(map(_length, sides))


def detail(row: CaseRow, numbers: dict[str, int], *, is_kept: bool) -> dict[str, object]:
    """The case; of one that is not kept only what is short. `numbers` grows by the texts it was asked with."""
    known: dict[str, object] = {"w": row.place, "m": row.missing, "k": row.command}
    if not is_kept:
        return {**known, "left": 1}
    before, after = (_asked(each, numbers) for each in (row.asked_before, row.asked_after))
    if before and before != after:
        known["b"] = before
    return {**known, "c": after, "p": [_pair(each) for each in row.pairs]}


def _length(answer: AnswerView) -> int:
    steps = sum(len(each.what) + len(each.said) for each in answer.steps)
    return len(answer.text) + steps + sum(len(each.evidence) for each in answer.grades)


def _asked(messages: Sequence[Message], numbers: dict[str, int]) -> list[list[object]]:
    return [[each.role, numbers.setdefault(each.text, len(numbers))] for each in messages]


def _pair(pair: Pair) -> dict[str, object]:
    parts: dict[str, object] = {
        "r": pair.repeat,
        "b": _side(pair.baseline),
        "c": _side(pair.candidate),
        "g": [_grades(each) for each in pair.grades],
        "s": [[_step(each.before), _step(each.after)] for each in pair.steps],
    }
    return {name: value for name, value in parts.items() if value not in (None, [])}


def _side(answer: AnswerView | None) -> dict[str, object] | None:
    if answer is None:
        return None
    evidence = [] if answer.grades else list(answer.evidence)  # with its grade it is said there
    parts: dict[str, object] = {
        "o": answer.outcome,
        "p": answer.passed,
        "t": answer.text,
        "n": answer.note,
        "f": answer.facts,
        "e": evidence,
        "a": list(answer.attempts),
    }
    return {name: value for name, value in parts.items() if value not in (None, "", [])}


def _grades(pair: GradePair) -> list[object]:
    line = pair.line
    return [line.name, line.grader, line.place, int(pair.is_changed), _grade(pair.before), _grade(pair.after)]


def _grade(line: GradeLine | None) -> list[object] | None:
    return None if line is None else [line.said, line.passed, line.evidence]


def _step(line: StepLine | None) -> list[object] | None:
    return None if line is None else [line.number, line.what, line.facts, line.said, int(line.is_bad)]
