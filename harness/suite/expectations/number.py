"""Expectations of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation, later


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Expectation):
    """A number within `tolerance` (absolute) or `relative` (share of `value`) of `value`, whichever is wider.

    Or a number from `least` to `most`, where there is no `value`; either may be left out. Without a `path` it is the last number written in the text.
    """

    grader: ClassVar[str] = "number"
    value: float | None = None
    tolerance: float = 0.0
    relative: float = 0.0
    path: str | None = None
    least: float | None = later(default=None)
    most: float | None = later(default=None)
