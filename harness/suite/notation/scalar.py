"""Plain scalars as YAML 1.2 reads them, stricter where a silent change would hurt.

`NO`, `on`, `12:30`, `1_000` and `2026-11-21` are text. So are numbers with a leading zero: `01234` is a
postcode, not 1234.
"""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"\.nan|\.NaN|\.NAN")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")

MOST_DIGITS = 300
"""Longer numbers are refused: they fit no float, and Python refuses to print far longer ones."""


def resolve(text: str) -> bool | int | float | str | None:
    """What an unquoted scalar says. Raises ValueError for a number of more than `MOST_DIGITS` characters."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789":
        return text
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> int | float | None:
    for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEX, 16)):
        if pattern.fullmatch(text):
            _check(text)
            return int(text, base)
    if _FLOAT.fullmatch(text):
        _check(text)
        return float(text)
    if _NOT_A_NUMBER.fullmatch(text):
        return float("nan")
    infinite = _INFINITE.fullmatch(text)
    return float(f"{infinite[1]}inf") if infinite else None


def _check(text: str) -> None:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number of {len(text)} characters")
