r"""Patterns of users against texts of models, on RE2: linear in the text, whatever the pattern.

Texts and patterns are compared in Unicode normal form C. `ignore_case` is RE2's own folding: folding the
pattern ourselves would turn `\S` into `\s`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Final, Protocol, cast

from harness.grade.decision import Undecidable, printable
from harness.grade.spelling import composed

MOST_BYTES: Final = 1 << 20
"""The longest text (as UTF-8) that a pattern is held against: 1 MiB."""


class _Match(Protocol):
    def groups(self) -> tuple[str | None, ...]: ...

    def group(self) -> str: ...


class _Compiled(Protocol):
    def finditer(self, text: str) -> Iterator[_Match]: ...

    def search(self, text: str) -> object: ...

    def fullmatch(self, text: str) -> object: ...


def is_found(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether `pattern` is found somewhere in `text`. Raises Undecidable for what RE2 does not take."""
    return _compiled(pattern, ignore_case).search(_subject(text)) is not None


def is_whole(pattern: str, text: str) -> bool:
    """Whether `pattern` matches the whole of `text`. Raises Undecidable for what RE2 does not take."""
    return _compiled(pattern, False).fullmatch(_subject(text)) is not None  # noqa: FBT003 - a cache key


def found_in(pattern: str, text: str) -> Iterator[tuple[str, ...]]:
    """Every match of `pattern` in `text`: its groups, or the whole where it has none. Raises Undecidable."""
    for match in _compiled(pattern, False).finditer(_subject(text)):  # noqa: FBT003 - a cache key
        yield tuple(each or "" for each in match.groups()) or (match.group(),)


def _subject(text: str) -> str:
    encoded = composed(text).encode("utf-8", "replace")
    if len(encoded) > MOST_BYTES:
        raise Undecidable(f"a text of {len(encoded):,} bytes, and patterns stop at {MOST_BYTES:,}")
    return encoded.decode()


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str, ignore_case: bool) -> _Compiled:  # noqa: FBT001 - a cache key
    import re2

    engine: Any = re2  # it has no types
    options = engine.Options()
    options.case_sensitive = not ignore_case
    options.log_errors = False
    try:
        return cast("_Compiled", engine.compile(composed(pattern), options))
    except UnicodeEncodeError:
        raise Undecidable(f"a pattern with half a character, {printable(pattern)}") from None
    except engine.error as error:
        reason = cast("bytes", error.args[0]).decode("utf-8", "replace")
        raise Undecidable(f"a pattern RE2 does not take, {printable(pattern)}: {printable(reason)}") from None
