"""The audit trail: one line for every action that matters, in a chain that shows what was changed or taken out.

A line reads `{"chain":"<64 hex digits>","entry":{...}}`. `chain` is the SHA-256 of the `chain` of the line before (64
zeros for the first) followed by exactly the text of the entry. Whoever edits, removes or inserts a line breaks the
chain there. Cutting off the end leaves no trace in the file itself, so keep a copy of it where that matters.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.errors import StoreError, UsageError
from harness.units import Json

_START = "0" * 64
_HEAD, _MIDDLE = b'{"chain":"', b'","entry":'
_BODY = len(_HEAD) + 64 + len(_MIDDLE)
_TAIL = 1 << 20
"""Bytes at the end of the file in which its last line begins."""

Entry = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where the chain does not hold, and what that means."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What an audit trail says, and whether it can be believed."""

    entries: tuple[Entry, ...]
    """Every entry that can be read, in order."""
    breaks: tuple[Break, ...]


def append(path: Path, entry: Entry) -> None:
    """Add one entry and wait until it is on disk. Several processes may; they queue on the file itself.

    `seq` is added to the entry. Raises StoreError where the file does not take it; then nothing of it is left.
    """
    try:
        with _locked(path) as file:
            size, last = _last_line(file)
            os.ftruncate(
                file, size
            )  # of a line that a power cut left unfinished, nobody was told that it was kept
            seq, chain = _standing(last)
            try:
                _write(file, _line(chain, {"seq": seq + 1, **entry}))
                os.fsync(file)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(file, size)
                raise
    except OSError as error:
        raise StoreError(
            f"{path}: the audit trail cannot be written ({error.strerror or error}); make room or mend its "
            "permissions, then try again"
        ) from error


def read_trail(path: Path) -> Trail:
    """Every entry, and every place where the chain breaks. Raises UsageError where there is no trail yet."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no audit trail yet; the first run begins it") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    entries: list[Entry] = []
    breaks: list[Break] = []
    chain, seq = _START, 0
    for number, line in enumerate(raw.split(b"\n")[:-1], start=1):
        parts = _parts(line)
        if parts is None:
            breaks.append(Break(line=number, what="this line is no entry: it was damaged or edited"))
            continue
        said, _, entry = parts
        what = _what_is_wrong(chain, seq, parts)
        if what is not None:
            breaks.append(Break(line=number, what=what))
        entries.append(entry)
        chain, seq = said, _seq(entry)
    if not raw.endswith(b"\n") and raw:
        breaks.append(
            Break(line=raw.count(b"\n") + 1, what="the last line was not finished: it was never confirmed")
        )
    return Trail(entries=tuple(entries), breaks=tuple(breaks))


def fingerprint(key: str) -> str:
    """Which key it was, for whoever has it; nothing of the key itself. Only for keys that nobody can guess."""
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()[:12]}"


@contextmanager
def _locked(path: Path) -> Generator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _last_line(file: int) -> tuple[int, bytes]:
    """The size of the file without an unfinished line, and its last whole line without the newline."""
    size = os.fstat(file).st_size
    start = max(0, size - _TAIL)
    tail = os.pread(file, size - start, start)
    whole = tail[: tail.rfind(b"\n") + 1]
    return start + len(whole), whole[:-1].rpartition(b"\n")[2]


def _standing(last: bytes) -> tuple[int, str]:
    """The number and the chain of the last line. After a line that is none, the chain begins anew, and is broken."""
    parts = _parts(last)
    return (0, _START) if parts is None else (_seq(parts[2]), parts[0])


def _line(chain: str, entry: Entry) -> bytes:
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    inner = text.encode("utf-8", "replace")
    return b"%s%s%s%s}\n" % (_HEAD, _digest(chain, inner), _MIDDLE, inner)


def _digest(chain: str, inner: bytes) -> bytes:
    return hashlib.sha256(chain.encode() + inner).hexdigest().encode()


def _write(file: int, line: bytes) -> None:
    while line:
        line = line[os.write(file, line) :]


def _parts(line: bytes) -> tuple[str, bytes, Entry] | None:
    """The chain, the text of the entry and the entry of a line; None where it is none."""
    whole = line.startswith(_HEAD) and line[_BODY - len(_MIDDLE) : _BODY] == _MIDDLE and line.endswith(b"}")
    if not whole:
        return None
    inner = line[_BODY:-1]
    try:
        entry: object = json.loads(inner)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    return line[len(_HEAD) : len(_HEAD) + 64].decode("latin-1"), inner, cast("Entry", entry)


def _seq(entry: Entry) -> int:
    seq = entry.get("seq")
    return seq if isinstance(seq, int) else 0


def _what_is_wrong(chain: str, seq: int, parts: tuple[str, bytes, Entry]) -> str | None:
    said, inner, entry = parts
    if said.encode("latin-1") == _digest(chain, inner):
        return None
    missing = _seq(entry) - seq - 1
    if missing > 0:
        return f"{missing} entries before this line were taken out"
    if missing < 0:
        return "this entry does not follow the one before: entries were put in or moved"
    return "this entry or the one before was edited"
