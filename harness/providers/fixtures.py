"""Recordings as lines of a file: what one keeps, its key, and reading and writing a whole file.

A file is `fixtures/<suite>/<prompt>-<version>@<model id>.jsonl`. Its first line holds the texts that many requests
share (system text, output schema) under the start of their digest; every other line is one recording, in the order
of case, repeat and turn. So a re-recording shows as the lines that changed, and a system text is stored once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast
from urllib.parse import quote

from harness.call.exchange import Origin
from harness.errors import FilesRejected, Place, Problem, UsageError
from harness.providers.recording import FORMAT, Recording, mapping, recording_from, recording_json
from harness.units import Json

_RERECORD = "mend the line, or delete it and record the case again"


def file_of(folder: Path, origin: Origin, model: str) -> Path:
    """The file for recordings of this prompt version on this model. Raises UsageError for a name that escapes."""
    suite = quote(origin.suite, safe="")
    if suite in {"", ".", ".."}:
        raise UsageError(f"a suite cannot be called {origin.suite!r}")
    name = quote(f"{origin.prompt}-{origin.version}@{model}", safe="@")
    return folder / suite / f"{name}.jsonl"


def read_recordings(path: Path, *, is_part: bool = False) -> tuple[Recording, ...]:
    """Every recording of a file, in its order. Raises FilesRejected with all the mistakes in it.

    A part is still being written: a last line without its newline is left out, and a later line replaces an
    earlier one with the same key.
    """
    lines = path.read_bytes().split(b"\n")
    if is_part:
        lines = lines[:-1]
    reader = _Reader(str(path), may_repeat=is_part)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            reader.take(number, line)
    if reader.problems:
        raise FilesRejected(reader.problems)
    return tuple(reader.recordings)


def write_recordings(path: Path, recordings: Iterable[Recording]) -> None:
    """Replace the whole file in one step: a reader sees the old one or the new one, also after a crash."""
    ordered = sorted(recordings, key=lambda recording: recording.order)
    shared: dict[str, Json] = {}
    lines = [_line(recording_json(recording, shared)) for recording in ordered]
    header: dict[str, Json] = {"harness_fixtures": FORMAT, "shared": dict(sorted(shared.items()))}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with draft.open("wb") as file:
        file.write(b"".join([_line(header), *lines]))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def append_recording(path: Path, recording: Recording) -> None:
    """Add one line and make it durable before returning. Raises OSError, and then nothing of it is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rest = memoryview(_line(recording_json(recording, None)))
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(size)
            raise


class _Reader:
    """Takes the lines of one file and keeps what is wrong with each."""

    def __init__(self, file: str, *, may_repeat: bool) -> None:
        self.problems: list[Problem] = []
        self.recordings: list[Recording] = []
        self._file = file
        self._may_repeat = may_repeat
        self._shared: Mapping[str, Json] = {}
        self._seen: dict[tuple[str, str], int] = {}

    def take(self, number: int, line: bytes) -> None:
        try:
            value = cast("Json", json.loads(line))
            if isinstance(value, Mapping) and "harness_fixtures" in value:
                self._header(value)
                return
            recording = recording_from(value, self._shared)
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            self._reject(number, f"not a recording ({_why(error)})", _RERECORD)
            return
        first = self._seen.setdefault(recording.identity, number)
        if first != number and not self._may_repeat:
            case = recording.origin.case
            self._reject(
                number, f"case {case!r} has this recording twice (line {first} too)", "keep one of them"
            )
            return
        self.recordings.append(recording)

    def _header(self, header: Mapping[str, Json]) -> None:
        if header["harness_fixtures"] != FORMAT:
            raise ValueError(f"format {header['harness_fixtures']}, this version reads {FORMAT}")
        self._shared = mapping(header["shared"], "shared")

    def _reject(self, number: int, what: str, remedy: str) -> None:
        self.problems.append(Problem(Place(self._file, number, 1), what, remedy))


def _line(value: Json) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=dict)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8: such a line is written in escapes
        return json.dumps(json.loads(text), separators=(",", ":")).encode() + b"\n"


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        return "not JSON"
    return str(error)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
