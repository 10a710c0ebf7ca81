"""Expectations of structure in words: what evidence says was wanted. Each completes "wanted ..."."""

from __future__ import annotations

from harness.grade.decision import printable
from harness.grade.wanted import at
from harness.suite.canonical import canonical
from harness.suite.expectations.structure import JsonDiff, JsonPath, JsonSchema, JsonSubset


def json_path(wanted: JsonPath) -> str:
    """How many nodes."""
    if wanted.count is not None:
        nodes = f"{wanted.count} {'node' if wanted.count == 1 else 'nodes'}"
    else:
        nodes = "something" if wanted.exists else "nothing"
    return f"{nodes}{at(wanted.path)}"


def json_schema(wanted: JsonSchema) -> str:
    """A valid answer."""
    where = " somewhere in the text" if wanted.anywhere else " (fenced or not)" if wanted.fenced else ""
    valid = "" if wanted.schema is True else " that is valid against the schema"
    return f"JSON{where}{valid}{at(wanted.path)}"


def json_subset(wanted: JsonSubset) -> str:
    """The value."""
    return f"JSON with {printable(canonical(wanted.value))} in it{at(wanted.path)}"


def json_diff(wanted: JsonDiff) -> str:
    """The value, and what does not matter."""
    but = f", but for {', '.join(map(printable, wanted.ignore))}" if wanted.ignore else ""
    return f"{printable(canonical(wanted.to))}{at(wanted.path)}{but}"
