"""`docs/json.md`: the JSON that other programs read, as a new project prints it, and the events it may listen to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import cast, get_args

from harness.events import Event
from harness.observe.told import keys_of, name_of
from harness.progress.snapshot import snapshot
from harness.progress.state import Progress
from harness.units import Seconds
from tests.docs.rooms import ROOT, room

PAGE = ROOT / "docs" / "json.md"
_LINES = re.compile(r"(<!-- lines: (?P<command>[^\n]+) -->\n```jsonl\n)(?P<body>.*?)(\n?```)", re.DOTALL)
_EVENTS = re.compile(r"(<!-- events -->\n).*?(<!-- end -->)", re.DOTALL)
_BLOCK = re.compile(r"(<!-- json: (?P<command>[^\n]+) -->\n```json\n)(?P<body>.*?)(\n```)", re.DOTALL)


def page() -> str:
    """The page as it is, with every example that no longer has the right keys and types made anew."""
    text = with_events(PAGE.read_text("utf-8"))
    said = documents([found["command"] for found in _BLOCK.finditer(text)])
    told = {found["command"]: lines(found["command"]) for found in _LINES.finditer(text)}

    def again(found: re.Match[str]) -> str:
        new = said[found["command"]]
        if shape(new) == shape(json.loads(found["body"])):
            return found[0]
        return f"{found[1]}{json.dumps(_short(new), indent=2, ensure_ascii=False)}{found[4]}"

    def told_again(found: re.Match[str]) -> str:
        new = told[found["command"]]
        old = [json.loads(line) for line in found["body"].splitlines()]
        if [shape(each) for each in new] == [shape(each) for each in old]:
            return found[0]
        body = "\n".join(json.dumps(each, ensure_ascii=False) for each in new)
        return f"{found[1]}{body}\n```"

    return _LINES.sub(told_again, _BLOCK.sub(again, text))


def with_events(text: str) -> str:
    """The page with its table of events made anew."""
    return _EVENTS.sub(lambda found: f"{found[1]}{_table()}{found[2]}", text)


def _table() -> str:
    """Every kind of event, with what its own documentation says first."""
    rows = [f"| `{name}` | {words} | {keys} |" for name, words, keys in sorted(_kinds())]
    return "\n".join(["", "| event | when | keys |", "|---|---|---|", *rows, "", ""])


def _kinds() -> Iterator[tuple[str, str, str]]:
    snapped = list(snapshot(Progress(), Seconds(0.0)))[1:]
    yield "progress", "How far the runs are that are made together.", _named(snapped)
    for kind in get_args(Event):
        words = " ".join(str(kind.__doc__).partition("\n\n")[0].split()).replace("None", "null")
        yield name_of(kind), words, _named(keys_of(kind))


def _named(keys: Iterable[str]) -> str:
    return " ".join(f"`{key}`" for key in keys)


def lines(command: str) -> list[object]:
    """The first line of each kind of event that a command writes in a new project, in their order.

    Without waits: whether there are any depends on the machine.
    """
    with room("empty") as place:
        place.type("harness init . 2>&1 >/dev/null")
        said = [json.loads(line) for line in place.type(f"{{ {command}; }} 2>/dev/null").splitlines()]
    first = {
        line["event"]: line for line in reversed(said) if not line["event"].startswith(("wait", "progress"))
    }
    # Whether an earlier snapshot falls between two events depends on the machine; the last one stands at the end.
    return sorted([*first.values(), said[-1]], key=lambda line: float(line["t"]))


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
