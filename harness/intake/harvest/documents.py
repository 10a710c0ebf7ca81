"""A log as JSON documents: one a line, or one for the whole file where somebody wrote it that way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from harness.errors import Place, Problem
from harness.intake.harvest.lines import MOST_LINE, Line, lines_of, opened
from harness.units import Json

MOST_WHOLE = 64 * 1024 * 1024
"""Bytes of a file that is one document."""

Note = Callable[[Problem], None]
"""Takes what could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One JSON object of a log, and where it stands."""

    place: Place
    value: Mapping[str, Json]


def documents_of(path: Path, name: str, note: Note) -> Iterator[Document]:
    """Every object of the log at `path`, which messages call `name`. Raises UsageError where it is no file."""
    with opened(path) as file:
        whole = _whole(file)
        if whole is None:
            file.seek(0)
            for line in lines_of(file):
                yield from _of_line(line, name, note)
        else:
            yield from _objects(whole, Place(name, 1, 1), note)


def _whole(file: BinaryIO) -> Json:
    """The one document a file is, where its first line is not one already; None otherwise."""
    first = next(lines_of(file), None)
    if first is None or not first.content.startswith((b"{", b"[")) or _is_json(first.content):
        return None
    file.seek(0)
    content = file.read(MOST_WHOLE + 1)
    if len(content) > MOST_WHOLE:
        return None
    try:
        return parsed(content)
    except ValueError:
        return None


def _is_json(content: bytes) -> bool:
    try:
        parsed(content)
    except ValueError:
        return False
    return True


def _of_line(line: Line, name: str, note: Note) -> Iterator[Document]:
    place = Place(name, line.number, 1)
    if line.is_too_long:
        what = f"a line of {line.size:,} bytes; the most is {MOST_LINE:,}"
        note(Problem(place, what, "shorten what the log writes, or split it"))
        return
    try:
        value = parsed(line.content)
    except ValueError as error:
        note(Problem(place, f"not JSON: {error}", "write one object on the line"))
        return
    yield from _objects(value, place, note)


def _objects(value: Json, place: Place, note: Note) -> Iterator[Document]:
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, Mapping):
            yield Document(place=place, value=item)
        else:
            note(Problem(place, "an entry that is no object", 'write `{"reply": ...}`'))


def parsed(content: bytes) -> Json:
    """JSON as logs write it: NaN and infinity are nothing. Raises ValueError, whatever is wrong."""
    try:
        return cast("Json", json.loads(content.decode("utf-8", "replace"), parse_constant=_nothing))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos + 1}") from None


def _nothing(_name: str) -> None:
    return None
