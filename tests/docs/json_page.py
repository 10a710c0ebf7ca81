"""`docs/json.md`: the JSON that other programs read, as a new project prints it."""

from __future__ import annotations

import json
import re
from typing import cast

from tests.docs.rooms import ROOT, room

PAGE = ROOT / "docs" / "json.md"
_BLOCK = re.compile(r"(<!-- json: (?P<command>[^\n]+) -->\n```json\n)(?P<body>.*?)(\n```)", re.DOTALL)


def page() -> str:
    """The page as it is, with every example that no longer has the right keys and types made anew."""
    text = PAGE.read_text("utf-8")
    said = documents([found["command"] for found in _BLOCK.finditer(text)])

    def again(found: re.Match[str]) -> str:
        new = said[found["command"]]
        if shape(new) == shape(json.loads(found["body"])):
            return found[0]
        return f"{found[1]}{json.dumps(_short(new), indent=2, ensure_ascii=False)}{found[4]}"

    return _BLOCK.sub(again, text)


def documents(commands: list[str]) -> dict[str, object]:
    """What each command prints in a new project, in this order; a `;` stands before the one that prints."""
    with room("empty") as place:
        place.type("harness init . 2>&1 >/dev/null")
        return {command: json.loads(place.type(f"{{ {command}; }} 2>/dev/null")) for command in commands}


def shape(value: object) -> object:
    """Keys and types, with every number alike: what a reader of the document relies on."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        shapes = [shape(each) for each in cast("list[object]", value)]
        return shapes[:1]
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


def _short(value: object) -> object:
    """At most two entries of every list: an example, not a listing."""
    if isinstance(value, dict):
        return {name: _short(each) for name, each in cast("dict[str, object]", value).items()}
    return [_short(each) for each in cast("list[object]", value)[:2]] if isinstance(value, list) else value
