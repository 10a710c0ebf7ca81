"""Two texts held against each other: which lines are equal, and which words differ in those that are not.

The cost is bounded: texts that are too long to be held against each other count as different where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

MAX_LINES = 4_000_000
MAX_WORDS = 40_000_000
"""Products of both lengths: the bits of the table that is filled."""
_ALIKE = 0.3
"""Of a block that has less in common than this share of its characters, no word is told apart."""
_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f"
_TOKENS = re.compile(
    rf"\s+|[0-9]+(?:\.[0-9]+)+|[{_HAN}][{_MARKS}]*|(?:[^\s!-/:-@\[-`{{-~{_HAN}])+|[!-/:-@\[-`{{-~]",
)
"""Blanks, a decimal, a character of a script without blanks, a word, or one sign of ASCII."""
_Same = tuple[bool, int, int, int, int]
"""Whether it is equal, and from where to where of both."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line."""

    text: str
    changed: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines that are equal on both sides, or that stand for each other; one side may have none."""

    is_same: bool
    before: tuple[Line, ...]
    after: tuple[Line, ...]


def blocks(before: str, after: str) -> tuple[Block, ...]:
    """Both texts, line by line, in order: joined again, each side is what it was."""
    old, new = before.split("\n"), after.split("\n")
    return tuple(_block(same, old[a:b], new[c:d]) for same, a, b, c, d in _spans(old, new, MAX_LINES))


def alone(text: str) -> tuple[Line, ...]:
    """A text that nothing is held against."""
    return tuple((Piece(line),) for line in text.split("\n"))


def _block(same: bool, old: Sequence[str], new: Sequence[str]) -> Block:  # noqa: FBT001 - of our own span
    if same:
        lines = alone("\n".join(old))
        return Block(is_same=True, before=lines, after=lines)
    if not old or not new:
        return Block(is_same=False, before=_whole(old), after=_whole(new))
    before, after = _words("\n".join(old), "\n".join(new))
    return Block(is_same=False, before=before, after=after)


def _whole(lines: Iterable[str]) -> tuple[Line, ...]:
    return tuple((Piece(line, changed=True),) for line in lines)


def _words(before: str, after: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    plain = (
        [" " if each.isspace() else each for each in old],
        [" " if each.isspace() else each for each in new],
    )
    one, other = plain if plain[0] != plain[1] else (old, new)  # a blank counts where nothing else differs
    spans = _joined(_spans(one, other, MAX_WORDS), old, new)
    equal = sum(len("".join(old[a:b]).strip()) for same, a, b, _, _ in spans if same)
    if equal < _ALIKE * min(len(before), len(after)):
        return _whole(before.split("\n")), _whole(after.split("\n"))
    return (
        _lines((Piece("".join(old[a:b]), not same) for same, a, b, _, _ in spans)),
        _lines((Piece("".join(new[c:d]), not same) for same, _, _, c, d in spans)),
    )


def _joined(spans: Sequence[_Same], old: Sequence[str], new: Sequence[str]) -> list[_Same]:
    """Without what is equal by chance: shorter than what changes on both sides of it."""
    joined: list[_Same] = []
    for place, (same, a, b, c, d) in enumerate(spans):
        chance = False
        if same and joined and place + 1 < len(spans):
            room = min(_size(joined[-1], old, new), _size(spans[place + 1], old, new))
            chance = len("".join(old[a:b])) <= room
        if joined and not joined[-1][0] and (chance or not same):
            _, a, _, c, _ = joined.pop()  # noqa: PLW2901 - it begins where the one before began
        joined.append((same and not chance, a, b, c, d))
    return joined


def _size(span: _Same, old: Sequence[str], new: Sequence[str]) -> int:
    _, a, b, c, d = span
    return max(len("".join(old[a:b])), len("".join(new[c:d])))


def _spans(old: Sequence[str], new: Sequence[str], most: int) -> list[_Same]:
    """What is equal and what is not, by turns; the beginning and the end that both have cost nothing."""
    if list(old) == list(new):
        return [(True, 0, len(old), 0, len(new))] if old else []
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    first, last = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [(True, 0, head, 0, head)] if head else []
    found += [(same, a + head, b + head, c + head, d + head) for same, a, b, c, d in _held(first, last, most)]
    end = (True, len(old) - tail, len(old), len(new) - tail, len(new))
    return [*found, end] if tail else found


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _held(old: Sequence[str], new: Sequence[str], most: int) -> list[_Same]:
    if not old or not new or len(old) * len(new) > most:
        return [(False, 0, len(old), 0, len(new))]
    from rapidfuzz.distance import LCSseq

    found = ((each.tag == "equal", each) for each in LCSseq.opcodes(old, new))
    spans: list[_Same] = []
    for same, group in groupby(found, key=lambda each: each[0]):
        codes = [code for _, code in group]
        spans.append((same, codes[0].src_start, codes[-1].src_end, codes[0].dest_start, codes[-1].dest_end))
    return spans


def _lines(pieces: Iterable[Piece]) -> tuple[Line, ...]:
    """The pieces, broken where their lines end."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        lines[-1].append(Piece(first, piece.changed))
        lines += [[Piece(each, piece.changed)] for each in rest]
    return tuple(tuple(piece for piece in line if piece.text) for line in lines)
