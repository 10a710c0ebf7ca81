"""Reads an answer as JSON: the whole of it, strictly.

Surrounding white space is the only thing that is forgiven. A code fence
is not: the program that reads the answer in production would stumble over it, so a prompt that starts to
fence its answers has regressed, and must not stay green because the grader was kind. For the same reason
nobody looks for "the first JSON in the text".

JSON here is I-JSON (RFC 7493), what every reader understands in the same way: no key twice, no NaN or
Infinity, no lone surrogates, no number beyond the range of a double with a fraction or an exponent.
Integers are exact up to 4,300 digits, nesting goes 100 deep.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from harness.grade.decision import Undecidable, printable, quoted
from harness.suite.canonical import canonical
from harness.units import Json

DEEPEST: Final = 100
"""Levels of nesting; RFC 9535 descent in the library stops there as well."""


@functools.lru_cache(maxsize=4)
def read_json(text: str) -> Json:
    """The answer `text` as a JSON value, which nobody may change. Raises Undecidable with the reason."""
    try:
        value: Json = decoder().decode(text.strip())
    except RecursionError:
        raise Undecidable(f"{quoted(text)}, which is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Undecidable(f"{quoted(text)}, which is not JSON: {_reason(text, error)}") from None
    except ValueError:  # the only other one: Python reads no longer integers
        raise Undecidable(f"{quoted(text)}, which has a number of more than 4,300 digits") from None
    return checked(value)


def decoder() -> json.JSONDecoder:
    """A strict one. It raises JSONDecodeError, ValueError (long integers), RecursionError and Undecidable."""
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)


def checked(value: Json) -> Json:
    """`value`, where it is not nested too deeply and holds no half characters. Raises Undecidable."""
    _check(value)
    return value


def shown(value: Json) -> str:
    """`value` as evidence shows it: a string in quotation marks, anything else as compact JSON."""
    return quoted(value) if isinstance(value, str) else printable(canonical(value))


def _reason(text: str, error: json.JSONDecodeError) -> str:
    if text.lstrip().startswith("```"):
        return "it stands in a code fence"
    return f"{error.msg} at line {error.lineno}, column {error.colno}"


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise Undecidable(f"an object with the key {quoted(key)} twice")
        seen.add(key)
    raise AssertionError("fewer keys than pairs, and none of them twice")  # pragma: no cover


def _constant(name: str) -> Json:
    raise Undecidable(f"{name}, which is not JSON")


def _float(written: str) -> float:
    number = float(written)
    if math.isfinite(number):
        return number
    raise Undecidable(f"the number {printable(written)}, which is out of range")


def _check(value: Json) -> None:
    """Bound the depth, level by level: recursion would meet the limit it should guard."""
    level: tuple[Json, ...] = (value,)
    for depth in range(DEEPEST + 1):
        if not level:
            return
        if depth == DEEPEST and any(isinstance(each, dict | list) for each in level):
            raise Undecidable(f"JSON nested more than {DEEPEST} levels deep")
        level = tuple(child for each in level for child in _children(each))


def _children(value: Json) -> Iterable[Json]:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
            raise Undecidable(f"{quoted(value)}, which holds half a character (a lone surrogate)")
        return ()
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    return value if isinstance(value, Sequence) else ()
