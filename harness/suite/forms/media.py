"""What a file is by its first bytes, and how many tokens a model may read it as at most."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from harness.errors import Problem
from harness.suite.attachment import MediaType
from harness.suite.notation.text import decode
from harness.units import Tokens

MOST_BYTES = {"image": 3_750_000, "application": 10_000_000, "text": 256_000}
"""Of a file, by the first half of its media type. An image fits into the 5 MB the API takes of one in base64."""
MOST_PAGES = 100
"""Of a PDF: as many as every model reads."""
IMAGE_TOKENS = 5_000
"""The most an image is read as: the API makes larger ones smaller until they are below 4,784 tokens."""
PAGE_TOKENS = 8_000
"""The most a page of a PDF is read as: its picture, and the 3,000 tokens of a page full of text."""
_MOST_UNPACKED = 8_000_000
"""Bytes of the packed objects of one PDF that are looked through for pages."""
_MOST_STREAMS = 1_000
"""Streams of packed objects that are looked through."""

_SIGNS: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_ENDINGS: dict[str, MediaType] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
}
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PACKED = b"/ObjStm"
_MOST_HEAD = 1_000
"""Bytes between the type of a stream and its beginning."""


def media_type(name: str, content: bytes) -> MediaType | Problem:
    """What the content is, whatever the name says. A problem where the API takes nothing of that kind."""
    for sign, found in _SIGNS:
        if content.startswith(sign):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    text = decode(name, content)
    return text if isinstance(text, Problem) else "text/plain"


def promised(name: str) -> MediaType:
    """What the ending of a name says the file is; text where it says nothing."""
    return _ENDINGS.get(name.rpartition(".")[2].lower(), "text/plain")


def most_tokens(kind: MediaType, content: bytes) -> Tokens:
    """The most tokens a model may read the content as. No tokenizer spends more than a token on a byte of text."""
    match kind:
        case "application/pdf":
            return Tokens(pages(content) * PAGE_TOKENS)
        case "text/plain":
            return Tokens(len(content))
        case _:
            return Tokens(IMAGE_TOKENS)


def pages(content: bytes) -> int:
    """How many pages a PDF has, counted rather too high: pages that were replaced count as well. 0: none was found."""
    return sum(len(_PAGE.findall(part)) for part in (content, *_unpacked(content)))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The packed lists of objects, in which newer files keep their pages."""
    view, left, at = memoryview(content), _MOST_UNPACKED, 0
    for _ in range(_MOST_STREAMS):
        at = content.find(_PACKED, at) + len(_PACKED)
        if at < len(_PACKED) or left <= 0:
            return
        begin = content.find(b"stream", at, at + _MOST_HEAD)
        if begin < 0:
            continue
        begin += len(b"stream\r\n") if content[begin + 6 : begin + 8] == b"\r\n" else len(b"stream\n")
        end = content.find(b"endstream", begin)
        try:
            part = zlib.decompressobj().decompress(view[begin : end if end >= 0 else None], left)
        except zlib.error:
            continue
        yield part
        left -= len(part)
