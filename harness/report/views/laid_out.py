"""JSON laid out for reading: a line for each member, every number and every repeated key as it came."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import cast

from harness.report.views.case import MAX_ANSWER_BYTES

_INDENT = "  "
_SHORT = 60
"""A list of plain values that is no longer stays on one line."""
_DEEPEST = 40
"""Levels; what goes deeper is easier to read as it came."""


class _Plain(str):
    """A value as it was written."""

    __slots__ = ()


class _Members(tuple[tuple[str, object], ...]):
    """What is in an object, in its order."""

    __slots__ = ()


def laid_out(text: str) -> str | None:
    """The same JSON in lines, where the whole text is an object or a list; None where it is not, or is endless."""
    if text.lstrip()[:1] not in ("{", "[") or len(text) > MAX_ANSWER_BYTES:
        return None
    try:
        value = json.loads(
            text, object_pairs_hook=_Members, parse_float=_Plain, parse_int=_Plain, parse_constant=_Plain
        )
        return "\n".join(_lines(value, "", ""))
    except (ValueError, RecursionError):
        return None


def _lines(value: object, indent: str, before: str) -> Iterator[str]:
    if len(indent) > _DEEPEST * len(_INDENT):
        raise ValueError("too deep to be read")
    if isinstance(value, _Members) and value:
        yield f"{indent}{before}{{"
        inner = [(f"{_spelled(name)}: ", each) for name, each in value]
        yield from _inside(inner, indent)
        yield f"{indent}}}"
        return
    values = _values(value)
    if values and not _is_short(values):
        yield f"{indent}{before}["
        yield from _inside([("", each) for each in values], indent)
        yield f"{indent}]"
    else:
        yield f"{indent}{before}{_spelled(value)}"


def _values(value: object) -> list[object]:
    """What is in a list; nothing where it is none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _inside(members: Sequence[tuple[str, object]], indent: str) -> Iterator[str]:
    for place, (before, value) in enumerate(members, start=1):
        *rest, last = _lines(value, indent + _INDENT, before)
        yield from rest
        yield last + ("," if place < len(members) else "")


def _is_short(values: list[object]) -> bool:
    plain = not any(isinstance(each, list | _Members) for each in values)
    return plain and len(_spelled(values)) <= _SHORT


def _spelled(value: object) -> str:
    if isinstance(value, _Plain):
        return str(value)
    if isinstance(value, _Members):
        return "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, cast('list[object]', value)))}]"
    return json.dumps(value, ensure_ascii=False)
