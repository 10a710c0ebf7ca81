"""Expectations of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation, later
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals(Expectation):
    """The text, or the value at `path`, is exactly `value` (numbers by value, text after `strip` if asked)."""

    grader: ClassVar[str] = "equals"
    value: Json
    path: str | None = None
    ignore_case: bool = False
    strip: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains(Expectation):
    """The text (or the text at `path`) contains every one of `all_of` and, if there are any, one of `any_of`."""

    grader: ClassVar[str] = "contains"
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    path: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsWith(Expectation):
    """The text (or the text at `path`), without white space around it, starts with one of `any_of`."""

    grader: ClassVar[str] = "starts_with"
    any_of: tuple[str, ...]
    path: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndsWith(Expectation):
    """The text (or the text at `path`), without white space around it, ends with one of `any_of`."""

    grader: ClassVar[str] = "ends_with"
    any_of: tuple[str, ...]
    path: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(Expectation):
    """The RE2 pattern is found somewhere in the text (or the text at `path`)."""

    grader: ClassVar[str] = "matches"
    pattern: str
    path: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(Expectation):
    """Bounds on the size of the text (or the text at `path`), each inclusive."""

    grader: ClassVar[str] = "length"
    min_chars: int | None = None
    max_chars: int | None = None
    min_words: int | None = None
    max_words: int | None = None
    min_sentences: int | None = later(default=None)
    max_sentences: int | None = later(default=None)
    min_lines: int | None = later(default=None)
    max_lines: int | None = later(default=None)
    path: str | None = later(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Expectation):
    """The text (or the text at `path`) is written in one of these languages (ISO 639-1: `de`).

    An expert tells the language: what it knows of languages is read from disk, which takes its time.
    """

    grader: ClassVar[str] = "language"
    expert: ClassVar[str | None] = "language"
    any_of: tuple[str, ...]
    path: str | None = None
