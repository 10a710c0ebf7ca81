"""What a case may expect of an answer: a closed union of frozen values, one per grader.

Every expectation says where it stands in its file. `weight` is its share in the score of the case
(any finite number above 0, relative to the others). `negated` turns it round (`not:` in YAML).
A `path` is a JSONPath (RFC 9535) into the answer read as JSON; None means the whole text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.errors import Place
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expectation:
    place: Place
    weight: float = 1.0
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals(_Expectation):
    """The text, or the value at `path`, is exactly `value` (numbers by value, text after `strip` if asked)."""

    grader: ClassVar[str] = "equals"
    value: Json
    path: str | None = None
    ignore_case: bool = False
    strip: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains(_Expectation):
    """The text (or the text at `path`) contains every one of `all_of` and, if there are any, one of `any_of`."""

    grader: ClassVar[str] = "contains"
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    path: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(_Expectation):
    """The RE2 pattern is found somewhere in the text (or the text at `path`)."""

    grader: ClassVar[str] = "matches"
    pattern: str
    path: str | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(_Expectation):
    """A number within `tolerance` (absolute) or `relative` (share of `value`) of `value`, whichever is wider.

    Without a `path` it is the last number written in the text.
    """

    grader: ClassVar[str] = "number"
    value: float
    tolerance: float = 0.0
    relative: float = 0.0
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPath(_Expectation):
    """What a JSONPath selects: whether it selects anything (`exists`) and how many nodes (`count`)."""

    grader: ClassVar[str] = "json_path"
    path: str
    exists: bool = True
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema(_Expectation):
    """The answer is JSON and valid against a JSON Schema (draft 2020-12 unless `$schema` says otherwise)."""

    grader: ClassVar[str] = "json"
    schema: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(_Expectation):
    """Bounds on the size of the text: characters and words, each bound inclusive."""

    grader: ClassVar[str] = "length"
    min_chars: int | None = None
    max_chars: int | None = None
    min_words: int | None = None
    max_words: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(_Expectation):
    """The model refuses (`expected`) or does not.

    A refusal is the API's `stop_reason: refusal`, or, where `pattern` is given, a text in which that RE2
    pattern is found: a polite "I cannot help with that" is an ordinary answer as far as the API knows.
    """

    grader: ClassVar[str] = "refusal"
    expected: bool
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence(_Expectation):
    """Where the answer states how sure it is of itself, a number in [0, 1]. Recorded, never scored."""

    grader: ClassVar[str] = "confidence"
    path: str


Expectation = Equals | Contains | Matches | Number | JsonPath | JsonSchema | Length | Refusal | Confidence
