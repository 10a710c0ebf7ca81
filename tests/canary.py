"""A secret that is in the environment of every test, and must be in nothing that any test writes.

Spellings are made here anew, and not taken from the product: what looks for a leak must not share its mistakes.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

NAME = "CANARY_TOKEN"
CANARY = 'canary/of+every="test"&ü%sings-' + "x7" * 8
MARKER = "writes_the_canary"
"""For a test that writes it on purpose."""


def spelled(secret: str) -> frozenset[bytes]:
    """The secret as it is, URL-encoded, JSON-escaped, in hex, and in Base64 at all three alignments."""
    raw = secret.encode()
    whole = quote(raw, safe="")
    texts = {secret, quote(raw), quote_plus(raw), whole, whole.lower()}
    for ascii_only in (True, False):
        text = secret
        for _ in range(5):  # one more than can come in: what is written may put it into another document
            text = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
            texts.add(text)
    found = {text.encode() for text in texts} | {raw.hex().encode(), raw.hex().upper().encode()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            # Four letters at either end may depend on what surrounds the secret.
            found.add(encode(b"x" * offset + raw)[4:-4])
    return frozenset(found)


def leaks(folder: Path, *secrets: str, since: float = 0.0) -> list[str]:
    """Files below `folder` with one of the secrets in them, packed ones unpacked; the canary if none is named.

    Only files written at `since` (seconds of the Unix clock) or later are looked into.
    """
    pattern = _pattern(secrets or (CANARY,))
    written = (path for path in _files(folder) if path.stat().st_mtime >= since)
    return [str(path) for path in written if any(pattern.search(each) for each in _contents(path))]


def is_in(text: str, *secrets: str) -> bool:
    """Whether one of the secrets is in what was printed; the canary if none is named."""
    return _pattern(secrets or (CANARY,)).search(text.encode("utf-8", "replace")) is not None


@cache
def _pattern(secrets: tuple[str, ...]) -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    forms = sorted(form for secret in secrets for form in spelled(secret))
    return re2.compile(b"|".join(b"".join(b"\\x%02x" % letter for letter in form) for form in forms), options)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path


def _contents(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except OSError:  # a test may take its own rights away
        return
    yield content
    yield from _unpacked(content)


def _unpacked(content: bytes) -> Iterator[bytes]:
    try:
        if content.startswith(b"\x1f\x8b"):
            yield gzip.decompress(content)
        elif content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return
