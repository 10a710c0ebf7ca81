"""Code blocks of a text: what stands between fences, as Markdown has them (CommonMark 0.31, section 4.5).

A fence is a line of three or more backticks or tildes, behind any space; the first word behind the opening one is the language. It is closed by
a fence of the same sign that is at least as long, or by the end of the text. Blocks that are only indented do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_OPENING: Final = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^`\s]*)([^`]*)\Z")
_CLOSING: Final = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One code block."""

    language: str
    """As it was written, in lower case; "": none."""
    code: str
    is_closed: bool
    first: int
    """Number of the line of the opening fence, from 0."""
    last: int
    """Number of the line of the closing fence, or of the last one."""


def blocks(text: str) -> tuple[Block, ...]:
    """Every code block, in order; in time linear in the text."""
    found: list[Block] = []
    lines = text.split("\n")
    opening: re.Match[str] | None = None
    start = 0
    for number, line in enumerate(lines):
        if opening is None:
            opening, start = _OPENING.match(line.rstrip("\r")), number
        elif _closes(line.rstrip("\r"), opening[1]):
            found.append(_block(opening, lines, start, number, is_closed=True))
            opening = None
    if opening is not None:
        found.append(_block(opening, lines, start, len(lines), is_closed=False))
    return tuple(found)


def unfenced(text: str) -> str:
    """`text` without the one code fence that stands around all of it; `text` itself where there is none."""
    stripped = text.strip()
    match blocks(stripped):
        case (Block(is_closed=True, first=0, last=last) as block,) if last == stripped.count("\n"):
            return block.code
        case _:
            return text


def _closes(line: str, opening: str) -> bool:
    closing = _CLOSING.match(line)
    return closing is not None and closing[1][0] == opening[0] and len(closing[1]) >= len(opening)


def _block(opening: re.Match[str], lines: list[str], start: int, end: int, *, is_closed: bool) -> Block:
    return Block(
        language=opening[2].lower(),
        code="\n".join(lines[start + 1 : end]),
        is_closed=is_closed,
        first=start,
        last=min(end, len(lines) - 1),
    )
