"""Text in the columns of a terminal: wide characters count twice, and no line outgrows its width."""

from __future__ import annotations

import re
import textwrap

from harness.report import safe

_TOGETHER = "\u00a0"
_PERCENT = re.compile(r"(?<=[0-9]) %")
"""A number and its percent sign stay on one line."""


def ascii_only(text: str) -> str:
    """Our own typography in the spelling people search a log for."""
    return text.replace("−", "-").replace("→", "->").replace("–", "-").replace("×", "x")


def wrap(text: str, width: int, *, indent: int = 2, first: int = 0) -> list[str]:
    """Harmless lines of at most `width` columns, from `text` as it came; a word that is too long is broken."""
    words = [
        piece.replace(_TOGETHER, " ")
        for word in _PERCENT.sub(_TOGETHER + "%", ascii_only(text)).split(" ")
        for piece in _pieces(safe.term(word), width - indent)
    ]
    lines: list[str] = []
    line = " " * first
    for word in words:
        room = width - columns(line)
        if line.strip() and columns(word) + 1 > room and word:
            lines.append(line.rstrip())
            line = " " * indent + word
        else:
            line = f"{line} {word}" if line.strip() else f"{line}{word}"
    return [*lines, line.rstrip()]


def _pieces(word: str, room: int) -> list[str]:
    if columns(word) <= room:
        return [word]
    return textwrap.wrap(word, max(1, room // 2), break_on_hyphens=False) or [word]


def columns(text: str) -> int:
    """Columns the text takes: wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, room: int) -> str:
    """The text, or its beginning and three dots, in at most `room` columns."""
    if columns(text) <= room:
        return text
    while text and columns(text) > room - 3:
        text = text[:-1]
    return f"{text}..."


def pad(text: str, room: int) -> str:
    """The text, filled with blanks to at least `room` columns."""
    return text + " " * max(0, room - columns(text))


def fit(text: str, room: int) -> str:
    """Exactly `room` columns."""
    return pad(cut(text, room), room)
