"""Looking into trees whose shape nobody promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.suite.notation.node import Entry, Items, Node, Scalar, Table, plain
from harness.units import Json

_NONE: Mapping[str, Entry] = MappingProxyType({})


def entries(node: Node | None) -> Mapping[str, Entry]:
    """The keys of a mapping; none where it is no mapping."""
    return node.entries if isinstance(node, Table) else _NONE


def inside(node: Node | None, *names: str) -> Node | None:
    """The value of the first of these keys that is there; None where there is none, or nothing in it."""
    found = entries(node)
    for name in names:
        if name in found and not _is_nothing(found[name].node):
            return found[name].node
    return None


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def each(node: Node | None) -> Iterator[Node]:
    """The items of a list, or the one value where it is none."""
    if isinstance(node, Items):
        yield from node.items
    elif node is not None:
        yield node


def said(node: Node | None) -> str | None:
    """The text of a scalar, the way JavaScript would turn it into one; None where it is none."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.value if isinstance(node.value, str) else node.text


def number(node: Node | None) -> float | None:
    """The number of a scalar, also one written as a text; None where it is none."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        return None
    try:
        found = float(node.value) if isinstance(node.value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) < 1e300 else None


def value(node: Node | None) -> Json:
    """The value as lists, dicts and scalars."""
    return None if node is None else thawed(plain(node))


def thawed(given: Json) -> Json:
    """The value with plain dicts and lists in it."""
    if isinstance(given, Mapping):
        return {name: thawed(one) for name, one in given.items()}
    if isinstance(given, str) or not isinstance(given, list | tuple):
        return given
    return [thawed(one) for one in given]
