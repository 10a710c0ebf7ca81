"""Follows a JSONPath (RFC 9535) in an answer.

A path that leads nowhere, or to several values where one is needed, decides nothing: the expectation fails,
negated or not. Who means "there must be no such value" says `json_path` with `exists: false`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, cast

from harness.grade.decision import Undecidable, printable, quoted
from harness.grade.pattern import is_found, is_whole
from harness.grade.reading import read_json, shown
from harness.units import Json

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathQuery
    from jsonpath_rfc9535 import JSONValue as Value

Steps = tuple[int | str, ...]
"""The way to a value: keys and indices, from the root."""

MOST_NODES: Final = 100_000
"""Nodes a path may select: `$..*..*` on a large answer would go on for hours."""


def select(path: str, value: Json) -> tuple[Json, ...]:
    """The values of the nodes that `path` selects in `value`, in order. Raises Undecidable."""
    nodes = tuple(islice(_nodes(path, value), MOST_NODES + 1))
    if len(nodes) > MOST_NODES:
        raise Undecidable(f"more than {MOST_NODES:,} nodes at {printable(path)}")
    return nodes


def value_at(path: str, text: str) -> Json:
    """The one value that `path` selects in the answer `text`. Raises Undecidable for none or several."""
    return one_at(path, read_json(text), text)


def one_at(path: str, value: Json, text: str) -> Json:
    """The one value that `path` selects in `value`, which was read in `text`. Raises Undecidable for none or several."""
    match tuple(islice(_nodes(path, value), 2)):
        case ():
            raise Undecidable(f"nothing at {printable(path)} in {quoted(text)}")
        case (found,):
            return found
        case _:
            raise Undecidable(f"several values at {printable(path)}, where one is needed")


def places_of(path: str, value: Json) -> tuple[Steps, ...]:
    """Where the nodes stand that `path` selects in `value`: keys and indices from the root. Raises Undecidable."""
    nodes = tuple(islice(_query(path).finditer(cast("Value", value)), MOST_NODES + 1))
    if len(nodes) > MOST_NODES:
        raise Undecidable(f"more than {MOST_NODES:,} nodes at {printable(path)}")
    return tuple(node.location for node in nodes)


def text_at(path: str | None, text: str) -> str:
    """The answer, or the string at `path` in it. Raises Undecidable where there is no string."""
    if path is None:
        return text
    value = value_at(path, text)
    if isinstance(value, str):
        return value
    raise Undecidable(f"{shown(value)} at {printable(path)}, which is not a text")


def _nodes(path: str, value: Json) -> Iterator[Json]:
    return (cast("Json", node.value) for node in _query(path).finditer(cast("Value", value)))


@functools.lru_cache(maxsize=256)
def _query(path: str) -> JSONPathQuery:
    from jsonpath_rfc9535 import JSONPathError

    try:
        return _environment().compile(path)
    except (JSONPathError, RecursionError, ArithmeticError, ValueError) as error:
        raise Undecidable(f"a path that cannot be used, {printable(path)}: {printable(str(error))}") from None


@functools.cache
def _environment() -> JSONPathEnvironment:
    """The library's environment, with `search` and `match` on RE2: its own engine backtracks."""
    from jsonpath_rfc9535 import JSONPathEnvironment
    from jsonpath_rfc9535.function_extensions import Match, Search

    class LinearSearch(Search):
        def __call__(self, string: object, pattern: object) -> bool:
            return _holds(is_found, string, pattern)

    class LinearMatch(Match):
        def __call__(self, string: object, pattern: object) -> bool:
            return _holds(is_whole, string, pattern)

    environment = JSONPathEnvironment()
    environment.function_extensions.update(search=LinearSearch(), match=LinearMatch())
    return environment


def _holds(test: Callable[[str, str], bool], text: object, pattern: object) -> bool:
    """The result of a filter function: what is no text, or no pattern, selects nothing (RFC 9535, 2.4.6)."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return False
    try:
        return test(pattern, text)
    except Undecidable:
        return False
