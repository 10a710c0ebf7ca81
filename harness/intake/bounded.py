"""Files of somebody else's, read within bounds: no named pipe, no line without an end, no archive that unfolds."""

from __future__ import annotations

import bisect
import itertools
import json
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harness.errors import UsageError
from harness.intake.harvest.documents import parsed
from harness.intake.harvest.lines import opened
from harness.units import Json

MOST_FILE = 64 * 1024 * 1024
"""Bytes of a file that is read as a whole."""
MOST_MEMBER = 64 * 1024 * 1024
"""Bytes of a member of an archive, unpacked."""
MOST_ARCHIVE = 1024 * 1024 * 1024
"""Bytes of all members that are read, unpacked."""
MOST_MEMBERS = 200_000
MOST_RATIO = 200
"""How much larger than in the archive a member may be, once it has more than a mebibyte."""
_SMALL = 1024 * 1024
_ZSTANDARD = 93
"""Inspect's logs are packed so since 2026."""


def read_whole(path: Path, most: int = MOST_FILE) -> bytes:
    """All of an ordinary file. Raises UsageError where it is none, or has more than `most` bytes."""
    with opened(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise UsageError(f"{path}: has more than {most:,} bytes; split it, or import its parts")
    return content


class Unfit(UsageError):
    """An archive that is not unpacked: what it says of itself would harm whoever believes it."""


@dataclass(slots=True)
class Archive:
    """A zip file that is read member by member, and never unpacked onto the disk."""

    name: str
    """What messages call it."""
    _zip: zipfile.ZipFile
    _file: BinaryIO
    _read: int = 0

    def names(self) -> tuple[str, ...]:
        """The members, sorted. Raises Unfit where there are too many, one twice, or one that leads elsewhere."""
        infos = self._zip.infolist()
        if len(infos) > MOST_MEMBERS:
            raise Unfit(f"{self.name}: has {len(infos):,} members; the most is {MOST_MEMBERS:,}")
        names = sorted(info.filename for info in infos)
        twice = next((one for one, other in itertools.pairwise(names) if one == other), None)
        if twice is not None:
            raise Unfit(
                f"{self.name}: has the member {twice[:80]!r} twice, and says two things; write it anew"
            )
        for info in infos:
            if why := _leads_elsewhere(info):
                raise Unfit(f"{self.name}: its member {info.filename[:80]!r} {why}; do not trust it")
        return tuple(names)

    def json(self, member: str) -> Json:
        """A member, as JSON. Raises Unfit where it is too large, unfolds too far, or is no JSON."""
        info = self._zip.getinfo(member)
        content = self._content(info)
        self._read += len(content)
        if self._read > MOST_ARCHIVE:
            raise Unfit(f"{self.name}: its members have more than {MOST_ARCHIVE:,} bytes together")
        try:
            return parsed(content)
        except ValueError as error:
            raise Unfit(f"{self.name}: {member[:80]!r} is not JSON: {error}") from None

    def _content(self, info: zipfile.ZipInfo) -> bytes:
        """What a member holds. Its header is not believed: what comes out is counted, and no more than that is held."""
        most = min(MOST_MEMBER, max(_SMALL, MOST_RATIO * info.compress_size))
        try:
            content = self._unpacked(info, most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            why = str(error)[:120] or type(error).__name__
            raise Unfit(f"{self.name}: {info.filename[:80]!r} cannot be unpacked: {why}") from None
        if len(content) > most:
            what = (
                f"more than {MOST_RATIO} times its size"
                if most < MOST_MEMBER
                else f"more than {most:,} bytes"
            )
            raise Unfit(f"{self.name}: {info.filename[:80]!r} unpacks to {what}; it may be a bomb")
        return content

    def _unpacked(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """At most `most` bytes of a member. Raises ValueError and what the libraries raise."""
        if info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            with self._zip.open(info) as member:
                return member.read(most)
        if info.compress_type != _ZSTANDARD:
            raise ValueError(f"it is packed by method {info.compress_type}, which Inspect does not use")
        content = unpacked_zstandard(self._packed(info), most)
        if len(content) < most and zlib.crc32(content) != info.CRC:
            raise ValueError("its checksum is wrong")
        return content

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        """A member as it stands in the archive, behind a header of its own (APPNOTE.TXT 4.3.7)."""
        self._file.seek(info.header_offset)
        head = self._file.read(30)
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise ValueError("there is no member where it should begin")
        self._file.seek(
            int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), os.SEEK_CUR
        )
        if info.compress_size > MOST_MEMBER:
            raise ValueError(f"it has {info.compress_size:,} bytes; the most is {MOST_MEMBER:,}")
        return self._file.read(info.compress_size)


def unpacked_zstandard(packed: bytes, most: int) -> bytes:
    """At most `most` bytes of what is packed as one or several frames. Raises ValueError.

    The `zipfile` of Python knows this since 3.14, and unpacks a whole piece at once, however large it becomes.
    """
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdDecompressor, ZstdError
    else:
        from backports.zstd import ZstdDecompressor, ZstdError

    found = bytearray()
    try:
        while packed and len(found) < most:
            frame = ZstdDecompressor()
            found += frame.decompress(packed, most - len(found))
            if not frame.eof:
                break
            packed = frame.unused_data
    except ZstdError as error:
        raise ValueError(str(error)) from None
    return bytes(found)


def _leads_elsewhere(info: zipfile.ZipInfo) -> str:
    """Why a member could be written, or read, outside the archive; empty where it could not."""
    name = info.filename
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in name.split("/", 1)[0]:
        return "has an absolute path"
    if ".." in name.split("/"):
        return "leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a symbolic link"
    return "is encrypted" if info.flag_bits & 1 else ""


@contextmanager
def archive(path: Path, name: str) -> Generator[Archive]:
    """A zip file. Raises UsageError where it is none."""
    with opened(path) as file, _zip(file, name) as found:
        yield Archive(name=name, _zip=found, _file=file)


def _zip(file: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    # RuntimeError: of a version that it cannot read
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{name}: is not an archive: {str(error)[:120]}; is it whole?") from None


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in a text each line begins."""

    _starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        return cls(tuple(starts))

    def number(self, offset: int) -> int:
        """The line of a character, from 1."""
        return bisect.bisect_right(self._starts, offset)


_DECODER = json.JSONDecoder(parse_constant=lambda _name: None)
_SPACE = " \t\r\n"


def located_items(text: str, start: int = 0) -> Iterator[tuple[int, Json]]:
    """The items of the JSON array at `start`, each with its offset. Raises ValueError."""
    at = _expect(text, _skip(text, start), "[")
    at = _skip(text, at)
    if text.startswith("]", at):
        return
    while True:
        offset = _skip(text, at)
        value, at = _decoded(text, offset)
        yield offset, value
        at = _skip(text, at)
        if not text.startswith(",", at):
            _expect(text, at, "]")
            return
        at += 1


def located_members(text: str, start: int = 0) -> Iterator[tuple[str, int, Json]]:
    """The members of the JSON object at `start`, each with the offset of its value. Raises ValueError."""
    at = _skip(text, _expect(text, _skip(text, start), "{"))
    if text.startswith("}", at):
        return
    while True:
        name, at = _decoded(text, _skip(text, at))
        at = _skip(text, _expect(text, _skip(text, at), ":"))
        offset = at
        value, at = _decoded(text, at)
        yield str(name), offset, value
        at = _skip(text, at)
        if not text.startswith(",", at):
            _expect(text, at, "}")
            return
        at += 1


def _decoded(text: str, at: int) -> tuple[Json, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _expect(text: str, at: int, char: str) -> int:
    if not text.startswith(char, at):
        raise ValueError(f"not JSON: {char!r} is missing at character {at + 1}")
    return at + 1
