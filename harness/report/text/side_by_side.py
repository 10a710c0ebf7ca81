"""Two texts beside each other, or one below the other: which words differ is marked, with and without colour.

The marks are those of `git diff --word-diff`, `[-gone-]` and `{+new+}`, with more dashes and pluses where a text has
such signs itself; `|`, `<` and `>` between the columns say which lines differ, as `sdiff` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.report import safe
from harness.report.text.columns import columns
from harness.report.views.word_diff import Block, Line, Piece

GUTTER: Final = 3
_SIGNS = ("   ", " | ", " < ", " > ")
_MOST_DASHES = 5
_RED, _GREEN, _OFF = "\x1b[31m", "\x1b[32m", "\x1b[0m"
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_WORDS = re.compile(r"\s+|\S+")
_TAB = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What stands around the words of one side that the other does not have."""

    opening: str
    closing: str
    colour: str
    """The escape that begins it; empty: none."""

    @property
    def room(self) -> int:
        """Columns they take."""
        return len(self.opening) + len(self.closing)


def marks(texts: Sequence[str], *, colour: bool) -> tuple[Marks, Marks]:
    """Those of either side, with enough dashes that none of the texts has them too."""
    number = next(
        (n for n in range(1, _MOST_DASHES) if not any(_has(text, n) for text in texts)), _MOST_DASHES
    )
    less, more = "-" * number, "+" * number
    red, green = (_RED, _GREEN) if colour else ("", "")
    return (
        Marks(opening=f"[{less}", closing=f"{less}]", colour=red),
        Marks(opening=f"{{{more}", closing=f"{more}}}", colour=green),
    )


def runs_to_the_left(text: str) -> bool:
    """Whether it has letters of Arabic, Hebrew and the like: terminals would swap columns that only hold such."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def beside(blocks: Sequence[Block], both: tuple[Marks, Marks], width: int) -> list[str]:
    """In two columns, with a sign between them."""
    room = (width - GUTTER) // 2
    return [line for block in blocks for line in _rows(block, both, room)]


def below(blocks: Sequence[Block], both: tuple[Marks, Marks], width: int) -> list[str]:
    """Equal lines once; of others the old ones after a minus, and the new ones below them after a plus."""
    lines: list[str] = []
    for block in blocks:
        sides = [("  ", block.before, both[0])] if block.is_same else _signed(block, both)
        for sign, side, mark in sides:
            lines += [f"{sign}{each}".rstrip() for each in _cells(side, mark, width - len(sign))]
    return lines


def cells(lines: Sequence[Line], width: int) -> list[str]:
    """One text alone."""
    return _cells(lines, Marks(opening="", closing="", colour=""), width)


def joined(left: Sequence[str], right: Sequence[str], width: int) -> list[str]:
    """Two columns of finished cells, without a sign."""
    room = (width - GUTTER) // 2
    return [f"{_padded(one, room)}{_SIGNS[0]}{other}".rstrip() for one, other in _both(left, right)]


def _signed(block: Block, both: tuple[Marks, Marks]) -> list[tuple[str, tuple[Line, ...], Marks]]:
    return [("- ", block.before, both[0]), ("+ ", block.after, both[1])]


def _rows(block: Block, both: tuple[Marks, Marks], room: int) -> Iterator[str]:
    left, right = _cells(block.before, both[0], room), _cells(block.after, both[1], room)
    if block.is_same:
        sign = _SIGNS[0]
    else:
        sign = _SIGNS[1] if block.before and block.after else _SIGNS[2] if block.before else _SIGNS[3]
    for one, other in _both(left, right):
        yield f"{_padded(one, room)}{sign}{other}".rstrip()


def _both(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number in range(max(len(left), len(right))):
        yield left[number] if number < len(left) else "", right[number] if number < len(right) else ""


def _cells(lines: Sequence[Line], mark: Marks, room: int) -> list[str]:
    return [cell for line in lines for cell in _Cell(mark, room).filled(line)]


class _Cell:
    """Lines of at most `room` columns; what differs is marked on every one of them anew."""

    def __init__(self, mark: Marks, room: int) -> None:
        self._mark = mark
        self._room = max(room, mark.room + 1)
        self._done: list[str] = []
        self._pieces: list[Piece] = []
        self._used = 0

    def filled(self, line: Line) -> list[str]:
        for piece in line:
            for word in _words(piece.text, self._room - (self._mark.room if piece.changed else 0)):
                self._put(Piece(word, piece.changed))
        self._end()
        return self._done

    def _put(self, word: Piece) -> None:
        if self._pieces and self._used + self._need(word) > self._room:
            if self._is_needless(word):
                return
            while len(self._pieces) > 1 and self._is_needless(self._pieces[-1]):
                self._pieces.pop()
            self._end()
        self._used += self._need(word)
        self._pieces.append(word)

    def _is_needless(self, word: Piece) -> bool:
        """Whether nobody misses it where a line was broken."""
        return word.text.isspace() and (not word.changed or self._pieces[-1].changed)

    def _need(self, word: Piece) -> int:
        opens = word.changed and not (self._pieces and self._pieces[-1].changed)
        return columns(word.text) + (self._mark.room if opens else 0)

    def _end(self) -> None:
        self._done.append("".join(self._spelled()))
        self._pieces, self._used = [], 0

    def _spelled(self) -> Iterator[str]:
        was = False
        for piece in (*self._pieces, Piece("")):
            if piece.changed and not was:
                yield f"{self._mark.colour}{self._mark.opening}"
            if was and not piece.changed:
                yield self._mark.closing + (_OFF if self._mark.colour else "")
            was = piece.changed
            yield piece.text


def _words(text: str, room: int) -> Iterator[str]:
    """Harmless words and blanks, each of at most `room` columns."""
    for word in _WORDS.findall(safe.term(text.expandtabs(_TAB))):
        rest = word
        while columns(rest) > room:
            size = _fitting(rest, room)
            yield rest[:size]
            rest = rest[size:]
        yield rest


def _fitting(word: str, room: int) -> int:
    """How many characters of it `room` columns hold, at least one; an accent stays with its letter."""
    used = size = 0
    for letter in word:
        used += columns(letter)
        if size and used > room:
            break
        size += 1
    return size


def _padded(cell: str, room: int) -> str:
    return cell + " " * (room - columns(_ESCAPE.sub("", cell)))


def _has(text: str, number: int) -> bool:
    less, more = "-" * number, "+" * number
    return any(mark in text for mark in (f"[{less}", f"{less}]", f"{{{more}", f"{more}}}"))
