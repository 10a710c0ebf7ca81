"""The examples of the graders' page: YAML, with answers that pass and fail in its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from harness.grade.table import GRADERS
from harness.suite.expectation import Expectation
from tests.grade.strategies import PLACE

PAGE = Path(__file__).parents[2] / "docs" / "graders.md"
_KINDS: dict[str, Any] = {kind.grader: kind for kind in GRADERS}
_SHORT = {"equals": "value", "contains": "all", "matches": "pattern", "refusal": "expected"}
_FIELDS = {"all": "all_of", "any": "any_of"}


class Example(NamedTuple):
    """Expectations, one answer, and whether it passes."""

    yaml: str
    answer: str
    passes: bool


def examples() -> Iterator[Example]:
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for verdict, answer in re.findall(r"^# (passes|fails): (.*)$", block, re.MULTILINE):
            yield Example(block, answer, verdict == "passes")


def expectations(text: str) -> tuple[Expectation, ...]:
    return tuple(_expectation(entry) for entry in yaml.safe_load(text))


def _expectation(entry: dict[str, Any]) -> Expectation:
    rest = dict(entry)
    weight, negated = float(rest.pop("weight", 1)), "not" in rest
    ((grader, said),) = rest.get("not", rest).items()
    options = said if isinstance(said, dict) else {_SHORT[grader]: said}
    fields = {_FIELDS.get(name, name): _value(name, value) for name, value in options.items()}
    expectation: Expectation = _KINDS[grader](place=PLACE, weight=weight, negated=negated, **fields)
    return expectation


def _value(name: str, value: Any) -> Any:
    match name:
        case "all" | "any":
            return (value,) if isinstance(value, str) else tuple(value)
        case "relative":
            return float(value.removesuffix("%")) / 100
        case "expected":
            return value in {True, "expected"}
        case _:
            return value
