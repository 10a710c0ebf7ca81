"""Blocks of a page that show commands and what they say. A comment above the block says where they run.

<!-- run: project -->
```console
$ harness check
...
```
"""

from __future__ import annotations

import re
from contextlib import ExitStack

from tests.docs.rooms import Room, room, scrub

_BLOCK = re.compile(r"(<!-- run: (?P<room>\w+) -->\n```console\n)(?P<body>.*?)(\n```)", re.DOTALL)
_CUT = "..."


def rooms_of(page: str) -> set[str]:
    """The rooms a page asks for."""
    return {found["room"] for found in _BLOCK.finditer(page)}


def rerun(page: str) -> str:
    """The page with every marked block as its commands speak today; what differs only in times stays."""
    with ExitStack() as open_rooms:
        rooms = {name: open_rooms.enter_context(room(name)) for name in sorted(rooms_of(page))}
        return _BLOCK.sub(lambda found: _again(found, rooms[found["room"]]), page)


def _again(found: re.Match[str], where: Room) -> str:
    old = found["body"]
    new = "\n".join(_spoken(command, shown, where) for command, shown in _entries(old)).rstrip("\n")
    return found[0] if scrub(new) == scrub(old) and old == old.rstrip("\n") else f"{found[1]}{new}{found[4]}"


def _entries(body: str) -> list[tuple[str, str]]:
    """Each command with what is shown of it."""
    pieces = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    return [(command, shown.strip("\n")) for command, _, shown in (piece.partition("\n") for piece in pieces)]


def _spoken(command: str, shown: str, where: Room) -> str:
    said = where.type(command.strip())
    if shown.endswith(f"\n{_CUT}"):
        most = len(shown.splitlines()) - 1
        said = "\n".join([*said.splitlines()[:most], _CUT])
    return f"$ {command.strip()}\n{said}".rstrip("\n") + ("\n" if said and "\n" in said else "")
