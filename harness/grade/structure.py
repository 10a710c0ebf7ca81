"""Graders of JSON: `json_path` and `json` (JSON Schema).

Schemas are closed in themselves: a `$ref` to anywhere else is refused, and nothing is ever fetched. `pattern`
runs on a linear engine (without look-around), `format` is checked, since who writes `format: date` means it;
formats the library does not know say nothing.
"""

from __future__ import annotations

import functools
from itertools import islice
from typing import TYPE_CHECKING, Final

from harness.grade.decision import Decision, Undecidable, printable, quoted
from harness.grade.fences import unfenced
from harness.grade.path import one_at, select, value_at
from harness.grade.reading import read_json, shown
from harness.grade.scanning import json_values
from harness.grade.subset import holds
from harness.suite.canonical import canonical
from harness.suite.expectations.structure import JsonPath, JsonSchema, JsonSubset
from harness.units import Json

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

MOST_ERRORS: Final = 3
"""Errors of a schema that evidence shows."""


def json_path(wanted: JsonPath, text: str) -> Decision:
    """Whether the path selects `count` nodes; without a count, whether it selects any."""
    nodes = len(select(wanted.path, read_json(text)))
    met = (nodes > 0) is wanted.exists if wanted.count is None else nodes == wanted.count
    return Decision(met=met, found=f"{nodes} {'node' if nodes == 1 else 'nodes'}")


def json_schema(wanted: JsonSchema, text: str) -> Decision:
    """Whether the answer is JSON and valid. What is not JSON is decided too: `not: {json: ...}` passes.

    Raises Undecidable where the path leads nowhere, or the schema cannot be used.
    """
    validator = _validator(canonical(wanted.schema))
    try:
        values: tuple[Json, ...] = (
            () if wanted.anywhere else (read_json(unfenced(text) if wanted.fenced else text),)
        )
    except Undecidable as unreadable:
        return Decision(met=False, found=unreadable.found)
    values = json_values(text) if wanted.anywhere else values
    if not values:
        return Decision(met=False, found=f"no JSON in {quoted(text)}")
    if wanted.path is not None:
        values = tuple(one_at(wanted.path, each, text) for each in values)
    errors: tuple[ValidationError, ...] = ()
    for value in values:
        errors = tuple(islice(validator.iter_errors(value), MOST_ERRORS + 1))
        if not errors:
            return Decision(met=True, found="valid JSON")
    more = " (and more)" if len(errors) > MOST_ERRORS else ""
    return Decision(met=False, found="; ".join(_line(each) for each in errors[:MOST_ERRORS]) + more)


def json_subset(wanted: JsonSubset, text: str) -> Decision:
    """Whether the answer, or the value at the path, holds the wanted value."""
    found = read_json(text) if wanted.path is None else value_at(wanted.path, text)
    return Decision(met=holds(found, wanted.value), found=shown(found))


def is_valid(schema: Json, value: Json) -> bool:
    """Whether `value` is valid. Raises Undecidable for a schema that cannot be used."""
    return _validator(canonical(schema)).is_valid(value)


def _line(error: ValidationError) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in error.instance_path)
    pointer = "".join(f"/{step}" for step in steps)
    return f"{printable(pointer, 80) or 'the whole answer'}: {printable(error.message, 120)}"


@functools.lru_cache(maxsize=64)
def _validator(schema: str) -> Validator:
    from jsonschema_rs import RegexOptions, ValidationError, validator_for

    try:
        return validator_for(schema, offline=True, validate_formats=True, pattern_options=RegexOptions())
    except ValidationError as error:
        raise Undecidable(f"a schema that cannot be used: {printable(error.message)}") from None
