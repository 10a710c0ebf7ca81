"""One case as a view: what became of it, in which comparison, and the two answers that say so best."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.compare.change import CaseChange, Change
from harness.record import Answer, RunInfo
from harness.report.views.case import AnswerView, CaseAnswers, CaseRow, Message
from harness.report.views.cases import case_rows, run_rows
from harness.report.views.parts import SYNTHETIC
from harness.report.views.repeating import run_again
from harness.report.views.rows import Step
from harness.units import Json

_SETTINGS = "settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The verdict that a comparison was made for."""

    verdict_id: str
    status: str
    at: datetime
    """UTC."""
    origins: str | None = None
    """The runs it was decided from, as it is kept; None: nobody kept it."""

    def __str__(self) -> str:
        return f"{self.status}, decided {self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Which runs are looked at. Without a baseline one run is looked at on its own."""

    suite: str
    baseline: RunInfo | None
    candidate: RunInfo
    decided: Decided | None = None

    @property
    def title(self) -> str:
        """`v2 on claude-opus-5-5 → v3 on claude-opus-5-5`, as short as it can be told."""
        before, after = self.baseline, self.candidate
        if before is None:
            return _called(after)
        if _called(before) == _called(after):
            return f"{_called(after)}, asked twice"
        alike = before.asked == after.asked and "imported" not in (before.mode, after.mode)
        if alike and before.prompt_version != after.prompt_version:
            return f"{before.prompt_version} → {_called(after)}"
        return f"{_called(before)} → {_called(after)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One repeat of each side; None: that side has none."""

    baseline: int | None
    candidate: int | None

    def __str__(self) -> str:
        """`repeat 2`, `repeats 1 and 3`."""
        both = [each for each in (self.baseline, self.candidate) if each is not None]
        return f"repeats {both[0]} and {both[1]}" if len(set(both)) > 1 else f"repeat {both[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCase:
    """One case, ready to be shown. Texts are hostile."""

    matter: Matter
    row: CaseRow
    shown: Shown | None
    """None: no repeat was planned on either side."""
    before: AnswerView | None
    after: AnswerView | None
    became: str
    """`passed → not passed`."""
    others: tuple[tuple[int, str], ...]
    """The repeats that are not shown, each with what became of it."""
    notes: tuple[str, ...]
    next: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Cases that were looked for, worst first."""

    rows: tuple[CaseRow, ...]
    """The first of them."""
    found: int
    cases: int
    """All cases of the matter."""


def one_case(
    matter: Matter,
    change: CaseChange | None,
    answers: CaseAnswers,
    *,
    repeat: int | None = None,
    notes: Sequence[str] = (),
) -> OneCase:
    """The view of one case. `change`: None where one run is looked at alone. `repeat`: this one, on both sides.

    Raises ValueError for a repeat that neither side has.
    """
    row = _row(change, answers)
    wanted = telling(answers, change) if repeat is None else _named(answers, repeat)
    before = after = None
    if wanted is not None:
        before = _view(row, wanted.baseline, lambda pair: pair[0])
        after = _view(row, wanted.candidate, lambda pair: pair[1])
    synthetic = any(each.synthetic for each in (matter.baseline, matter.candidate) if each is not None)
    return OneCase(
        matter=matter,
        row=row,
        shown=wanted,
        before=before,
        after=after,
        became=_became(before, after, alone=matter.baseline is None),
        others=_others(row, wanted, alone=matter.baseline is None),
        notes=(*notes, *([SYNTHETIC] if synthetic else [])),
        next=_next(matter, row.case_id),
    )


def telling(answers: CaseAnswers, change: CaseChange | None) -> Shown | None:
    """The repeats that show best what changed.

    One that both sides have comes first; else the first that each side did what changed. None without any answer.
    """
    good_before = change is None or change.change is not Change.IMPROVED
    before = _first(answers.baseline, passed=good_before)
    after = _first(answers.candidate, passed=not good_before)
    old, new = ({each.repeat: each for each in side} for side in (answers.baseline, answers.candidate))
    for repeat in sorted(old.keys() & new.keys()):
        if old[repeat].passed is good_before and new[repeat].passed is (not good_before):
            return Shown(baseline=repeat, candidate=repeat)
    if before is None and after is None:
        return None
    if before is not None and after is not None and before.passed is after.passed:
        return Shown(baseline=after.repeat if after.repeat in old else before.repeat, candidate=after.repeat)
    return Shown(
        baseline=None if before is None else before.repeat, candidate=None if after is None else after.repeat
    )


def show_command(suite: str, case_id: str, runs: Sequence[str] = ()) -> str:
    """What shows a case, to be typed: by its id alone where that is plain."""
    is_plain = shlex.quote(case_id) == case_id and not case_id.startswith("-") and "/" not in case_id
    name = case_id if is_plain else f"{suite}/{case_id}"
    chosen = f" --runs {' '.join(map(shlex.quote, runs))}" if runs else ""
    return f"harness show {shlex.quote(name)}{chosen}"


def list_command(suite: str, runs: Sequence[str] = (), *, worse: bool = False) -> str:
    """What lists the cases of a suite, to be typed."""
    chosen = f" --runs {' '.join(map(shlex.quote, runs))}" if runs else ""
    return f"harness show {shlex.quote(suite)}{' --regressed' if worse else ''}{chosen}"


def decided_document(decided: Decided | None) -> Json:
    """What other programs read of it."""
    if decided is None:
        return None
    return {"verdict_id": decided.verdict_id, "status": decided.status, "decided_at": decided.at.isoformat()}


def said_of(answer: AnswerView | None) -> str:
    """What became of one answer, in two words."""
    if answer is None:
        return "not asked"
    if answer.passed is not None:
        return "passed" if answer.passed else "not passed"
    return "no score" if answer.outcome == "answered" else answer.outcome


def _called(info: RunInfo) -> str:
    return info.run_id if info.mode == "imported" else info.variant


def _row(change: CaseChange | None, answers: CaseAnswers) -> CaseRow:
    if change is None:
        return run_rows(answers.candidate)[0][0]
    return case_rows([change], {change.case_id: answers})[0][0]


def _first(answers: Sequence[Answer], *, passed: bool) -> Answer | None:
    chosen = (each for each in answers if each.passed is passed)
    return next(chosen, answers[0] if answers else None)


def _named(answers: CaseAnswers, repeat: int) -> Shown:
    there = [
        repeat if any(each.repeat == repeat for each in side) else None
        for side in (answers.baseline, answers.candidate)
    ]
    if there == [None, None]:
        known = sorted({each.repeat for side in (answers.baseline, answers.candidate) for each in side})
        raise ValueError(f"there is no repeat {repeat}; there are: {', '.join(map(str, known)) or 'none'}")
    return Shown(baseline=there[0], candidate=there[1])


_Pair = tuple[AnswerView | None, AnswerView | None]


def _view(row: CaseRow, repeat: int | None, side: Callable[[_Pair], AnswerView | None]) -> AnswerView | None:
    pairs = {each.repeat: (each.baseline, each.candidate) for each in row.pairs}
    return None if repeat is None else side(pairs[repeat])


def _became(before: AnswerView | None, after: AnswerView | None, *, alone: bool) -> str:
    return said_of(after) if alone else f"{said_of(before)} → {said_of(after)}"


def _others(row: CaseRow, shown: Shown | None, *, alone: bool) -> tuple[tuple[int, str], ...]:
    return tuple(
        (each.repeat, _became(each.baseline, each.candidate, alone=alone))
        for each in row.pairs
        if shown is None or {each.repeat} != {shown.baseline or each.repeat, shown.candidate or each.repeat}
    )


def runs_of(matter: Matter) -> tuple[str, ...]:
    """What has to be said so that it is looked at again: nothing of what a verdict names."""
    if matter.decided is not None:
        return ()
    return tuple(each.run_id for each in (matter.baseline, matter.candidate) if each is not None)


def _next(matter: Matter, case_id: str) -> tuple[Step, ...]:
    """Ask it again, and look at all the others."""
    runs = runs_of(matter)
    others = Step(
        command=list_command(matter.suite, runs, worse=matter.baseline is not None),
        why="every case that became worse" if matter.baseline is not None else "every case of the run",
    )
    again = run_again(matter.candidate).command(case_id, None)
    asked = (Step(command=again, why="ask the candidate this case again"),) if again else ()
    return (*asked, others)


def asked_text(messages: Sequence[Message]) -> str:
    """Everything that was asked as one text: the settings first, so that it ends with what this case is about."""
    ordered = sorted(messages, key=lambda each: each.role != _SETTINGS)
    return "\n\n".join(f"[{each.role}]\n{each.text}" if each.role else each.text for each in ordered)
