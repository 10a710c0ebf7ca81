"""Bytes to text: strict UTF-8, and nothing in it that an editor or a terminal would show as something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.errors import Place, Problem

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile("[\ud800-\udfff]")
_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00{", b"{\x00")


def decode(file: str, content: bytes) -> str | Problem:
    """The text of a file, without a byte order mark. Line ends are kept as they are."""
    if content.startswith(_WIDE):
        return Problem(Place(file, 1, 1), "the file is UTF-16 or UTF-32, not UTF-8", "save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        before = content[: bad.start].decode("utf-8-sig", "replace")
        what = f"byte 0x{content[bad.start]:02x} is not UTF-8"
        return Problem(_at(file, before), what, "save the file as UTF-8")
    unseen = _UNSEEN.search(text)
    if unseen is None:
        return text
    code = ord(unseen.group())
    return Problem(
        _at(file, text[: unseen.start()]),
        f"the character U+{code:04X} is not allowed here",
        f'remove it, or write it as "\\u{code:04x}" in double quotes',
    )


def decoded_lines(file: str, lines: Iterable[bytes], problems: list[Problem]) -> Iterator[str]:
    """The lines of a file as text, one after the other. Ends at the first that is none, after noting why."""
    for number, line in enumerate(lines, start=1):
        # A byte order mark may stand before the first line only.
        text = decode(file, line) if number == 1 or line[:3] != _MARK else _stray_mark(file)
        if isinstance(text, Problem):
            problems.append(_moved(text, number - 1))
            return
        yield text


def _stray_mark(file: str) -> Problem:
    what = "the character U+FEFF is not allowed here"
    return Problem(Place(file, 1, 1), what, 'remove it, or write it as "\\ufeff" in double quotes')


def _moved(problem: Problem, lines: int) -> Problem:
    place = problem.place
    return Problem(Place(place.file, place.line + lines, place.column), problem.what, problem.remedy)


def has_bidi(text: str) -> bool:
    """Whether the text holds characters that change the direction in which it is shown."""
    return _BIDI.search(text) is not None


def has_surrogate(text: str) -> bool:
    """Whether the text holds half of a surrogate pair, which no UTF-8 can say."""
    return not text.isascii() and _HALF.search(text) is not None


def _at(file: str, before: str) -> Place:
    line = before.count("\n") + 1
    return Place(file, line, len(before) - (before.rfind("\n") + 1) + 1)
