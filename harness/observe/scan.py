"""Looks for secrets in files: fixtures, reports, logs, and whatever else somebody may hand on."""

from __future__ import annotations

import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import StoreError
from harness.observe.redact import Redactor

LARGEST = 256 * 1024 * 1024
"""Bytes of one file, unpacked."""
_DEEPEST = 3
"""Archives in archives."""
_NOT_OURS = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache"})
_ALLOWED = re.compile(r"harness:allow-secret[ \t]+([^\s\"'*<>-][^\n\"*<>]{2,200})")
_DATABASES = {b"PAR1": ".parquet", b"\x28\xb5\x2f\xfd": ".zst"}

Texts = Callable[[Path], Iterator[tuple[str, str]]]
"""The texts of a database, a Parquet file or lines in zstd, each with where it stands. Raises StoreError."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """A secret, where it is. Never the secret itself."""

    file: str
    inside: str
    """The member of an archive, or the column and row of a database; empty: the file itself."""
    line: int
    column: int
    rule: str
    tag: str
    """Equal for equal secrets of one scan."""
    reason: str | None
    """Why somebody allowed it; None: nobody did."""


@dataclass(slots=True, kw_only=True)
class Scan:
    """What was looked at, and what was found."""

    files: int = 0
    bytes: int = 0
    """As they were searched: unpacked."""
    findings: list[Finding] = field(default_factory=list[Finding])
    unread: list[str] = field(default_factory=list[str])
    """What could not be looked into, each with the reason."""


class Unpackable(Exception):
    """A file that cannot be looked into; says why."""


_UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, StoreError, Unpackable)
"""RuntimeError is what `zipfile` raises for a password or an unknown compression."""


def scan(paths: Iterable[Path], redactor: Redactor, texts: Texts, root: Path) -> Scan:
    """Look into every file of `paths` (files and folders). Files below `root` are named from there."""
    found = Scan()
    for path in _files(paths):
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            for inside, text in _texts(path, texts):
                found.bytes += len(text)
                found.findings += _findings(name, inside, text, redactor)
        except _UNREADABLE as error:
            reason = getattr(error, "strerror", None) or str(error)
            found.unread.append(f"{name}: {reason.removeprefix(f'{path}: ')}")
        found.files += 1
    found.findings.sort()
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(set(folders) - _NOT_OURS)
            yield from (Path(folder, name) for name in sorted(names) if Path(folder, name).is_file())


def _texts(path: Path, texts: Texts) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        head = file.read(12)
    if head[8:12] == b"DUCK" or _DATABASES.get(head[:4]) == path.suffix:
        yield from texts(path)
    elif path.stat().st_size > LARGEST:
        raise Unpackable(f"larger than {LARGEST >> 20} MiB; scan its parts")
    else:
        yield from _unpacked(path.read_bytes(), "", 0)


def _unpacked(content: bytes, inside: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise Unpackable(f"archives in archives, more than {_DEEPEST} deep")
    if content.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            yield from _unpacked(_bounded(stream.read(LARGEST + 1)), inside, depth + 1)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                with archive.open(name) as member:
                    yield from _unpacked(
                        _bounded(member.read(LARGEST + 1)), f"{inside}/{name}".lstrip("/"), depth + 1
                    )
    else:
        yield inside, content.decode("utf-8", "surrogateescape")


def _bounded(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise Unpackable(f"unpacks to more than {LARGEST >> 20} MiB; scan its parts")
    return content


def _findings(file: str, inside: str, text: str, redactor: Redactor) -> Iterator[Finding]:
    if not redactor.may_hold_one(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        allowed = _ALLOWED.search(line)
        for spot in redactor.find(line):
            yield Finding(
                file=file,
                inside=inside,
                line=number,
                column=spot.start + 1,
                rule=spot.rule,
                tag=spot.tag,
                reason=None if allowed is None else allowed[1].strip(" \t-/"),
            )
