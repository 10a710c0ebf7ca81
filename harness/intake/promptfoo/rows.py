"""Rows of a table to tests: columns that begin with `__` are about the test, the others are its variables."""

from __future__ import annotations

import re
from types import MappingProxyType

from harness.errors import Place
from harness.intake.promptfoo.kinds import COUNTED, TYPES
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.units import Json

_CODE = ("javascript:", "fn:", "eval:")
_LISTS = frozenset({"contains-all", "contains-any", "icontains-all", "icontains-any"})
_DEFAULT_SIMILAR = 0.8
_DEFAULT_THRESHOLD = 0.75
_TYPES = "|".join(re.escape(each) for each in sorted(TYPES, key=len, reverse=True))
_NAMED = re.compile(rf"^(not-)?({_TYPES})(?:\((\d+(?:\.\d+)?)\))?(?::([\s\S]*))?$")
_CONFIG = re.compile(r"__config:(__expected\d*):(\w+)")


def row_test(row: Table, number: int) -> Table:
    """A test in the shape that YAML files have."""
    parts: dict[str, dict[str, Entry]] = {"": {"description": _entry(row.place, f"Row #{number}")}}
    asserts: list[Table] = []
    for name, entry in row.entries.items():
        text = str(entry.node.value) if isinstance(entry.node, Scalar) else ""
        part, key = _spot(name)
        if part == "assert" and text.strip():
            asserts.append(_assertion(row, name, entry.place, text))
        elif part == "vars" or (text.strip() and part not in {"assert", "beside"}):
            parts.setdefault(part, {})[key] = _entry(entry.place, text)
    test = parts.pop("")
    for part, found in parts.items():
        test[part] = Entry(place=row.place, node=Table(place=row.place, entries=MappingProxyType(found)))
    if asserts:
        test["assert"] = Entry(place=row.place, node=Items(place=row.place, items=tuple(asserts)))
    return Table(place=row.place, entries=MappingProxyType(test))


def _spot(column: str) -> tuple[str, str]:
    """The part of a test that a column says, and the key in it."""
    if not column.startswith("__"):
        return "vars", column
    if column.startswith("__expected"):
        return "assert", column
    name, _colon, key = column[2:].partition(":")
    if name in {"prefix", "suffix"}:
        return "options", name
    if name == "metadata":
        return "metadata", key.removesuffix("[]") or "metadata"
    if name in {"metric", "config"}:
        return "beside", name
    return ("", name) if name in {"description", "threshold", "providerOutput"} else ("vars", column)


def _assertion(row: Table, column: str, place: Place, text: str) -> Table:
    found = expected(text)
    metric = row.entries.get("__metric")
    if metric is not None and isinstance(metric.node, Scalar) and metric.node.text.strip():
        found["metric"] = metric.node.text.strip()
    for name, entry in row.entries.items():
        config = _CONFIG.fullmatch(name)
        if (
            config is not None
            and config[1] in {column, f"{column}1"}
            and isinstance(entry.node, Scalar)
            and entry.node.text
        ):
            found[config[2]] = _number(entry.node.text) if config[2] == "threshold" else entry.node.text
    entries = {name: Entry(place=place, node=_node(place, value)) for name, value in found.items()}
    return Table(place=place, entries=MappingProxyType(entries))


def expected(text: str) -> dict[str, Json]:
    """The assertion that a cell of a table says, as promptfoo reads it: `type(threshold): value`, or the text itself."""
    for prefix in _CODE:
        if text.startswith(prefix):
            return {"type": "javascript", "value": text.removeprefix(prefix).strip()}
    if text.startswith(("grade:", "llm-rubric:")):
        return {"type": "llm-rubric", "value": text.partition(":")[2]}
    if text.startswith("python:"):
        return {"type": "python", "value": text.removeprefix("python:").strip()}
    if text.startswith("file://"):
        path = text.removeprefix("file://").partition(":")[0]
        if path.endswith(".py"):
            return {"type": "python", "value": text.strip()}
        if path.endswith((".js", ".ts", ".mjs", ".cjs")):
            return {"type": "javascript", "value": text.strip()}
    return _typed(text)


def _typed(text: str) -> dict[str, Json]:
    found = _NAMED.match(text)
    if found is None:
        return {"type": "equals", "value": text}
    kind, value = found[2], found[4]
    said: dict[str, Json] = {"type": f"{found[1] or ''}{kind}"}
    if value is not None:
        said["value"] = [part.strip() for part in value.split(",")] if kind in _LISTS else value
    threshold = None if found[3] is None else float(found[3])
    if kind in COUNTED:
        usual = _DEFAULT_SIMILAR if kind == "similar" else _DEFAULT_THRESHOLD
        said["threshold"] = threshold or usual
    elif threshold is not None:
        said["threshold"] = threshold
    return said


def _number(text: str) -> Json:
    try:
        return float(text)
    except ValueError:
        return text


def _entry(place: Place, text: str) -> Entry:
    return Entry(place=place, node=_node(place, text))


def _node(place: Place, value: Json) -> Node:
    if isinstance(value, list):
        return Items(place=place, items=tuple(_node(place, one) for one in value))
    style = '"' if isinstance(value, str) else ""
    return Scalar(
        place=place,
        value=value if isinstance(value, str | int | float | bool) else None,
        text=str(value),
        style=style,
    )
