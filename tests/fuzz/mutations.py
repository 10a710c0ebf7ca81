"""Inputs near those of the corpus: the same seed gives the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

MOST: Final = 4096
WORDS: Final = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\t", b"\r", b"\n", b" ",
    b"{", b"}", b"[", b"]", b":", b"- ", b"'", b'"', b"&a", b"*a", b"<<: ", b"!!python/object:os.system", b"|", b">",
    b"{{", b"}}", b"{%", b"%}", b"__class__", b"null", b"~", b"NaN", b"1e999", b"-0", b"9" * 400, b"0x1F", b"NO", b"1:30",
    b"::error::", b"##[group]", b"\x1b[31m", b"</untrusted", b"data: ", b"event: message_stop\n\n", b"\\ud800", b"[" * 200,
)  # fmt: skip


def near(inputs: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` inputs, each an edited one of `inputs`."""
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated is the point
    for _ in range(count):
        yield _edited(chance.choice(inputs), inputs, chance)


def _edited(content: bytes, inputs: Sequence[bytes], chance: random.Random) -> bytes:
    edited = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(edited) + 1)
        match chance.randrange(6):
            case 0:
                edited[at:at] = chance.choice(WORDS)
            case 1:
                del edited[at : at + chance.choice((1, 1, 4, 40))]
            case 2:
                end = at + chance.choice((1, 8, 60))
                edited[at:at] = edited[at:end]
            case 3 if at < len(edited):
                edited[at] = chance.randrange(256)
            case 4:
                other = chance.choice(inputs)
                start = chance.randrange(len(other) + 1)
                edited[at:at] = other[start : start + 60]
            case _:
                edited[at : at + 1] = chance.choice(WORDS)
    return bytes(edited[:MOST])
