"""Expectations of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Expectation):
    """A number within `tolerance` (absolute) or `relative` (share of `value`) of `value`, whichever is wider.

    Without a `path` it is the last number written in the text.
    """

    grader: ClassVar[str] = "number"
    value: float
    tolerance: float = 0.0
    relative: float = 0.0
    path: str | None = None
