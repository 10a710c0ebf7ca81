"""Graders: who decides one kind of expectation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.grade.decision import Decision
from harness.grade.response import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """Who decides one kind of expectation."""

    version: int
    """Goes up when the same answer may be graded differently."""
    decide: Callable[[Any, Response], Decision]
    """Of an expectation of its kind and an ordinary answer. Raises Undecidable, GraderError."""
    words: Callable[[Any], str]
    """What an expectation of its kind wants, in one line that completes "wanted ...", before `not:` turns it round."""


def of_text(grade: Callable[[Any, str], Decision]) -> Callable[[Any, Response], Decision]:
    """A grader that looks at nothing but the text."""
    return lambda expectation, response: grade(expectation, response.reply.text)
