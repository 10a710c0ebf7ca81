"""Expectations of structure: JSON and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.suite.expectation import Expectation
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
