"""Problems as annotations of GitHub's runner: `::error file=...::`, with everything escaped that it would read."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import Problem
from harness.report.safe import term

MOST = 10
"""GitHub shows no more than ten errors of a step."""


def workflow_commands(problems: Sequence[Problem]) -> tuple[str, ...]:
    """A workflow command for each of the first `MOST` problems."""
    return tuple(_annotation(problem) for problem in problems[:MOST])


def _annotation(problem: Problem) -> str:
    place = problem.place
    spot = {"line": str(place.line), "col": str(place.column)} if place.line else {}
    keys = {"file": place.file, **spot, "title": "harness check"}
    properties = ",".join(f"{name}={_property(value)}" for name, value in keys.items())
    message = f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what
    return f"::error {properties}::{_data(message)}"


def _data(text: str) -> str:
    """What ActionCommand.cs of actions/runner unescapes, escaped; controls are spelled out before."""
    return term(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
