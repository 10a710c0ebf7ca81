"""Which graders a column of a table of cases may name, and what its cells hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from harness.suite.forms.graders.table import GRADERS
from harness.suite.forms.kinds import Schema
from harness.suite.notation.rows import Cell


def _cell(short: Schema) -> Cell:
    kinds = _kinds(short)
    if "string" in kinds or not kinds:
        return "text"
    return "json" if "array" in kinds else "value"


def _kinds(schema: Schema) -> frozenset[str]:
    """The types a schema takes; that of words is text."""
    if "enum" in schema:
        return frozenset({"string"})
    if "anyOf" in schema:
        return frozenset[str]().union(*map(_kinds, cast("list[Schema]", schema["anyOf"])))
    said = cast("str | list[str]", schema.get("type", []))
    return frozenset([said] if isinstance(said, str) else said)


COLUMNS: Final[Mapping[str, Cell]] = MappingProxyType(
    {name: _cell(form.short) for name, form in GRADERS.items() if form.short is not None}
)
"""By grader: those with a short form."""
