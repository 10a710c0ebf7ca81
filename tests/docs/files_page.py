"""`docs/files.md`: the file formats. Its tables of keys are made from the JSON Schemas the editor uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

from tests.docs.rooms import ROOT

PAGE = ROOT / "docs" / "files.md"
_SCHEMAS = ROOT / "harness" / "suite" / "schema"
_TABLE = re.compile(r"(<!-- keys: (?P<file>\S+)(?P<path>[^\n]*) -->\n).*?(<!-- end -->)", re.DOTALL)
_EXAMPLE = re.compile(r"<!-- file: (?P<name>\S+) -->\n```\w+\n(?P<body>.*?\n)```", re.DOTALL)
_Schema = Mapping[str, object]


def page() -> str:
    """The page with its tables made anew."""
    return _TABLE.sub(
        lambda found: f"{found[1]}{_table(found['file'], found['path'].split())}{found[4]}", _text()
    )


def examples() -> dict[str, str]:
    """The files the page shows, by name: together they are a project."""
    return {found["name"]: found["body"] for found in _EXAMPLE.finditer(_text())}


def _text() -> str:
    return PAGE.read_text("utf-8")


def _table(file: str, path: list[str]) -> str:
    whole = cast("_Schema", json.loads((_SCHEMAS / f"{file}.schema.json").read_text("utf-8")))
    schema = whole
    for step in path:
        schema = cast("_Schema", cast("list[object]", schema)[int(step)] if step.isdigit() else schema[step])
    required = cast("list[str]", schema.get("required", []))
    rows = (
        f"| `{name}` | {' or '.join(dict.fromkeys(_kinds(each)))} | {'yes' if name in required else ''} | "
        f"{each.get('description', '')} |"
        for name, each in cast("Mapping[str, _Schema]", schema["properties"]).items()
    )
    return "\n".join(["", "| key | value | required | |", "|---|---|---|---|", *rows, "", ""])


def _kinds(schema: _Schema) -> Iterator[str]:
    """What a value may be, in a few words."""
    if "enum" in schema:
        yield from (f"`{each}`" for each in cast("list[str]", schema["enum"]))
    elif "const" in schema:
        yield f"`{schema['const']}`"
    elif "anyOf" in schema:
        for each in cast("list[_Schema]", schema["anyOf"]):
            yield from _kinds(each)
    elif "$ref" in schema:
        yield str(schema["$ref"]).rpartition("/")[2]
    else:
        yield from _typed(schema)


def _typed(schema: _Schema) -> Iterator[str]:
    kind = schema.get("type", "any JSON")
    names = cast("list[str]", kind) if isinstance(kind, list) else [str(kind)]
    plain = {"string": "text", "object": "mapping", "array": "list"}
    for name in names:
        items = cast("_Schema", schema.get("items", {})) if name == "array" else {}
        inner = " or ".join(_kinds(items)) if items else ""
        yield f"list of {inner}" if inner else plain.get(name, name)
