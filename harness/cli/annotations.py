"""Annotations of GitHub's runner: `::error file=...::`, with everything escaped that it would read.

The runner reads stdout and stderr alike, so they go to stderr, where no document of ours is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from harness.errors import Place, Problem
from harness.gate.verdict import Status
from harness.report.safe import term
from harness.report.words import count
from harness.settings import Settings

if TYPE_CHECKING:
    from harness.report.views.pull import CaseBrief, Pull, SuiteBrief

MOST = 10
"""GitHub shows no more than ten errors and ten warnings of a step."""
_LONG = 600
"""Characters of a message; GitHub shows some lines of it."""
_TITLE = 160
_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}))?", re.DOTALL)
_LEVELS: dict[Status, Literal["error", "warning"]] = {
    Status.REGRESSED: "error",
    Status.NOT_MEASURED: "error",
    Status.INCONCLUSIVE: "warning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    level: Literal["error", "warning"]
    place: Place | None
    """None: of the whole."""
    title: str
    message: str


def workflow_commands(problems: Sequence[Problem], folder: str = "") -> tuple[str, ...]:
    """A workflow command for each of the first `MOST` problems; `folder` is where the project lies (`folder_of`)."""
    notes = [
        _Note(
            level="error",
            place=each.place,
            title="harness check",
            message=f"{each.what}; {each.remedy}" if each.remedy else each.what,
        )
        for each in problems
    ]
    return tuple(_command(each, folder) for each in notes[:MOST])


def verdict_commands(pull: Pull, folder: str = "") -> tuple[str, ...]:
    """A command at the line of each of the worst cases: an error where its suite blocks, a warning where it may.

    A suite that did not pass, though no case of it became worse, has one of its own. The last of `MOST` counts the rest.
    """
    notes = [*_of_cases(pull), *_of_suites(pull)]
    return tuple(
        _command(each, folder) for level in ("error", "warning") for each in _first(notes, level, pull)
    )


def folder_of(settings: Settings) -> str:
    """Where the project lies in what GitHub shows: empty, or a path that ends in a slash."""
    if not settings.root.resolve().is_relative_to(settings.workspace.resolve()):
        return ""
    path = settings.root.resolve().relative_to(settings.workspace.resolve()).as_posix()
    return "" if path == "." else f"{path}/"


def _first(notes: Sequence[_Note], level: str, pull: Pull) -> Iterator[_Note]:
    """Those of one level that GitHub shows."""
    of_level = [each for each in notes if each.level == level]
    suites = [each for each in pull.suites if _LEVELS.get(each.status) == level]
    left = sum(each.worse or 1 for each in suites) - MOST
    yield from of_level[: MOST - 1]
    for last in of_level[MOST - 1 : MOST]:
        more = f"; and {count(left, 'more case')} became worse" if left > 0 else ""
        yield replace(last, message=f"{last.message[:_LONG]}{more}")


def _of_cases(pull: Pull) -> Iterator[_Note]:
    for suite, case in pull.worst():
        level = _LEVELS.get(suite.status)
        if level is not None:
            yield _Note(
                level=level,
                place=_place(case.place),
                title=f"{suite.suite[:_TITLE]}: {case.case_id[:_TITLE]} {case.change}",
                message=_told(case),
            )


def _told(case: CaseBrief) -> str:
    why = [each for each in (case.because, *case.evidence) if each]
    return "; ".join([f"{case.before} → {case.after}", *why])[:_LONG]


def _of_suites(pull: Pull) -> Iterator[_Note]:
    for suite in pull.suites:
        level = _LEVELS.get(suite.status)
        if level is not None and not suite.cases:
            status = suite.status.replace("_", " ")
            title = f"{suite.suite[:_TITLE]} is {status}"
            yield _Note(level=level, place=None, title=title, message=_sentence(suite))


def _sentence(suite: SuiteBrief) -> str:
    return suite.told.replace("`", "")[:_LONG]


def _place(place: str) -> Place | None:
    found = _PLACE.fullmatch(place)
    return None if found is None else Place(found["file"], int(found["line"] or 0), int(found["column"] or 0))


def _command(note: _Note, folder: str) -> str:
    keys = {**_spot(note.place, folder), "title": note.title}
    properties = ",".join(f"{name}={_property(value)}" for name, value in keys.items())
    return f"::{note.level} {properties}::{_data(note.message)}"


def _spot(place: Place | None, folder: str) -> dict[str, str]:
    if place is None:
        return {}
    file = {"file": f"{folder}{place.file}"}
    return {**file, "line": str(place.line), "col": str(place.column)} if place.line else file


def _data(text: str) -> str:
    """What ActionCommand.cs of actions/runner unescapes, escaped; controls are spelled out before."""
    return term(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
