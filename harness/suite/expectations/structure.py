"""Expectations of structure: JSON and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation, later
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPath(Expectation):
    """What a JSONPath selects: whether it selects anything (`exists`) and how many nodes (`count`)."""

    grader: ClassVar[str] = "json_path"
    path: str
    exists: bool = True
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema(Expectation):
    """The answer is JSON and valid against a JSON Schema (draft 2020-12 unless `$schema` says otherwise)."""

    grader: ClassVar[str] = "json"
    schema: Json
    """`True`: any JSON."""
    fenced: bool = later(default=False)
    """Whether one code fence around the whole answer is forgiven."""
    anywhere: bool = later(default=False)
    """Whether it is enough that an object or a list somewhere in the text is valid."""
    path: str | None = later(default=None)
    """What of the JSON has to be valid; it must be one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSubset(Expectation):
    """The answer, or the value at `path`, holds `value` (see `harness.grade.subset`)."""

    grader: ClassVar[str] = "json_subset"
    value: Json
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonDiff(Expectation):
    """How much of the answer, or of the value at `path`, is as in `to`: a share of leaves."""

    grader: ClassVar[str] = "json_diff"
    to: Json
    path: str | None = None
    ignore: tuple[str, ...] = ()
    """JSONPaths: what they select on either side is not compared."""
