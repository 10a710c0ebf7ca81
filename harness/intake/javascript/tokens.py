"""JavaScript to tokens: what one-line assertions are made of, and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Sort = Literal["name", "number", "text", "regex", "sign", "end"]

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*[\s\S]*?\*/)*")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_REGEX = re.compile(r"/((?:[^/\\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+)/([a-z]*)")
_SIGNS = re.compile(r"=>|===|!==|==|!=|<=|>=|&&|\|\||\?\?|\?\.|[-+*/%<>!?:.,;()\[\]{}=]")
_VALUES = frozenset({")", "]", "}"})
_WORDS = frozenset({"return", "typeof", "in"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


class NotUnderstood(Exception):
    """JavaScript that says more than we read."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the code."""

    sort: Sort
    text: str
    """The name, the sign, the digits, what the text says, or the pattern."""
    flags: str = ""
    """Of a regular expression."""


def tokens(code: str) -> list[Token]:
    """All of them, with an end. Raises `NotUnderstood`."""
    found: list[Token] = []
    at = _past_space(code, 0)
    while at < len(code):
        token, at = _token(code, at, found)
        found.append(token)
        at = _past_space(code, at)
    return [*found, Token("end", "")]


def _past_space(code: str, at: int) -> int:
    space = _SPACE.match(code, at)
    return space.end() if space else at


def _token(code: str, at: int, before: list[Token]) -> tuple[Token, int]:
    if code[at] in "'\"`":
        return _text(code, at)
    for sort, pattern in (("name", _NAME), ("number", _NUMBER)):
        word = pattern.match(code, at)
        if word is not None:
            return Token("name" if sort == "name" else "number", word.group()), word.end()
    regex = _REGEX.match(code, at)
    if regex is not None and not _ends_value(before):
        return Token("regex", regex[1], regex[2]), regex.end()
    sign = _SIGNS.match(code, at)
    if sign is None:
        raise NotUnderstood(code[at : at + 20])
    return Token("sign", sign.group()), sign.end()


def _ends_value(before: list[Token]) -> bool:
    """Whether a slash here divides instead of opening a pattern."""
    if not before:
        return False
    last = before[-1]
    if last.sort == "sign":
        return last.text in _VALUES
    return last.text not in _WORDS


def _text(code: str, at: int) -> tuple[Token, int]:
    quote = code[at]
    said: list[str] = []
    spot = at + 1
    while spot < len(code) and code[spot] != quote:
        if code[spot] == "\n" and quote != "`":
            raise NotUnderstood("a text that does not end")
        if quote == "`" and code.startswith("${", spot):
            raise NotUnderstood("a template")
        char, spot = _escape(code, spot + 1) if code[spot] == "\\" else (code[spot], spot + 1)
        said.append(char)
    if spot >= len(code):
        raise NotUnderstood("a text that does not end")
    return Token("text", "".join(said)), spot + 1


def _escape(code: str, at: int) -> tuple[str, int]:
    sequence = re.compile(r"u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})").match(code, at)
    if sequence is not None:
        number = int(next(filter(None, sequence.groups())), 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise NotUnderstood("half of a character")
        return chr(number), sequence.end()
    char = code[at : at + 1]
    return _ESCAPES.get(char, char), at + 1
