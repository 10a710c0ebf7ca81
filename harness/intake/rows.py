"""Tables and lists of somebody else's as rows with a place: CSV, JSON lines and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Place, Problem, UsageError
from harness.intake.bounded import Lines, located_items, located_members, read_whole
from harness.intake.harvest.documents import Note, documents_of
from harness.intake.harvest.peek import items
from harness.units import Json

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")
_LISTS = ("data", "samples", "examples", "test_cases", "testCases", "goldens", "rows", "records")
"""Keys under which exports keep their list."""
_MOST_CELL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table, or one object of a list."""

    place: Place
    value: Mapping[str, Json]


def rows_of(path: Path, name: str, note: Note) -> Iterator[Row]:
    """Every row. What cannot be read is noted. Raises UsageError where it is no file of rows."""
    match path.suffix.lower():
        case ".csv":
            yield from _csv(read_whole(path), name, note, ",")
        case ".tsv":
            yield from _csv(read_whole(path), name, note, "\t")
        case ".jsonl" | ".ndjson":
            for document in documents_of(path, name, note):
                yield Row(place=document.place, value=document.value)
        case ".json":
            yield from _json(read_whole(path).decode("utf-8-sig", "replace"), name, note)
        case _:
            raise UsageError(f"{name}: is no table; use {', '.join(SUFFIXES)}")


def _csv(content: bytes, name: str, note: Note, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(_MOST_CELL)
    text = content.decode("utf-8-sig", "replace").replace("\0", "\N{SYMBOL FOR NULL}")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            first, line = line, reader.line_num + 1
            place = Place(name, first, 1)
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells, place, note)
            elif len(cells) > len(header):
                note(
                    Problem(
                        place,
                        f"{len(cells)} cells where the header has {len(header)}",
                        "quote cells that hold a comma",
                    )
                )
            else:
                yield Row(place=place, value=dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        note(Problem(Place(name, line, 1), f"not CSV: {error}", "mend the row"))
    if not header:
        note(Problem(Place(name, 1, 1), "the table has no header", "name the columns in its first row"))


def _header(cells: list[str], place: Place, note: Note) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name in sorted({each for each in names if names.count(each) > 1}):
        note(Problem(place, f"column {name[:80]!r} appears twice; the last one counts", "rename one"))
    return names


def _json(text: str, name: str, note: Note) -> Iterator[Row]:
    lines = Lines.of(text)
    try:
        start = _list_in(text, name)
        for offset, value in located_items(text, start):
            place = Place(name, lines.number(offset), 1)
            if isinstance(value, Mapping):
                yield Row(place=place, value=value)
            else:
                note(Problem(place, "an entry that is no object", 'write `{"input": ...}`'))
    except ValueError as error:
        raise UsageError(f"{name}: {error}; is it whole?") from None


def _list_in(text: str, name: str) -> int:
    """Where the list of rows begins: the whole document, or what stands under a usual key of it."""
    if not text.lstrip().startswith("{"):
        return 0
    members = {key: (offset, value) for key, offset, value in located_members(text)}
    for key in (*_LISTS, *members):
        offset, value = members.get(key, (0, None))
        if items(value) and all(isinstance(each, Mapping) for each in items(value)[:3]):
            return offset
    raise UsageError(f"{name}: holds no list of rows; write a list of objects")


def files_in(path: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """The file itself, or the files below a folder that end so, sorted. Links in a folder are not followed."""
    if not path.is_dir():
        yield path
        return
    wanted = frozenset(suffixes)
    found = (each for each in path.rglob("*") if each.suffix.lower() in wanted and not each.is_symlink())
    yield from sorted(each for each in found if each.is_file() and not _is_hidden(each.relative_to(path)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.parts)
