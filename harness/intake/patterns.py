"""Regular expressions of JavaScript, said to RE2."""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|(\\[\s\S])|(\(\?<(?=[A-Za-z_$]))|(\[\^?\]?)|(\])|([\s\S])"
)
_PLAIN = frozenset("dDwWsSbBnrtfvx0123456789")
_ASSERTIONS = ("(?=", "(?!", "(?<=", "(?<!")
_MOST = 2_000


def re2_pattern(pattern: str, flags: str = "") -> str | None:
    """The same pattern for RE2, with its flags in front, or None where RE2 has no such thing.

    RE2 has no look-around, no back-references and no sticky matching. Whether it takes the rest, only RE2 knows.
    """
    if len(pattern) > _MOST or set(flags) - set("gimsu"):
        return None
    said: list[str] = []
    in_class = False
    for part in _PARTS.finditer(pattern):
        if not in_class and pattern.startswith(_ASSERTIONS, part.start()):
            return None
        one, in_class = _said(part, in_class=in_class)
        if one is None:
            return None
        said.append(one)
    kept = "".join(flag for flag in "ims" if flag in flags)
    return (f"(?{kept})" if kept else "") + "".join(said)


def _said(part: re.Match[str], *, in_class: bool) -> tuple[str | None, bool]:
    """One part, or None; and whether a class of characters is open after it."""
    wide, short, escape, named, opens, closes, plain = part.groups()
    number = wide or short
    if number is not None:
        return rf"\x{{{number}}}", in_class
    if escape is not None:
        return _escape(escape[1], in_class=in_class), in_class
    if named is not None:
        return "(?P<" if not in_class else r"(?<", in_class
    if opens is not None:
        return _opened(opens, in_class=in_class)
    return closes or plain, in_class and closes is None


def _opened(opens: str, *, in_class: bool) -> tuple[str | None, bool]:
    if in_class:
        closes = opens.endswith("]")
        return "\\" + opens, not closes
    if opens == "[^]":
        return r"[\s\S]", False
    return (None, False) if opens == "[]" else (opens, True)


def _escape(char: str, *, in_class: bool) -> str | None:
    if char in "123456789k" and not in_class:
        return None
    if char == "b" and in_class:
        return r"\x08"
    if char == "0":
        return r"\x00"
    if char in _PLAIN or not char.isalnum():
        return char if char == "/" or not char.isascii() else "\\" + char
    return None if char in "cpPuk" else char


def exactly(text: str) -> str:
    """A pattern that finds this text and no other."""
    return re.sub(r"[\\.+*?()|\[\]{}^$]", lambda found: "\\" + found.group(), text)
