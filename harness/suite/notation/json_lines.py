"""Lines of JSON to nodes: one case each, standing where its line does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any, NoReturn, cast

from harness.errors import Place
from harness.suite.notation.document import MOST_DEPTH, MOST_SCALAR
from harness.suite.notation.fields import Noted
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.suite.notation.scalar import MOST_DIGITS
from harness.suite.notation.text import has_surrogate
from harness.suite.tree import MOST_LINE


def json_lines(path: str, lines: Iterable[str], noted: Noted) -> Iterator[Node]:
    """One node for every line that is not blank."""
    for number, line in enumerate(lines, start=1):
        if len(line) >= MOST_LINE:
            noted.bad(Place(path, number, 1), f"a line of {MOST_LINE:,} bytes or more", "split the case")
            return
        if line.strip():
            node = json_node(line.rstrip("\r\n"), Place(path, number, 1), noted)
            if node is not None:
                yield node


def json_node(text: str, place: Place, noted: Noted, what: str = "") -> Node | None:
    """The JSON in `text` as a node that stands at `place`; None after noting why there is none.

    `what` names it in messages where it is not a line of its own.
    """

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(found)
        if len(made) < len(found):
            counts = Counter(name for name, _value in found)
            for name in sorted(name for name, count in counts.items() if count > 1):
                noted.bad(place, f"key {name[:80]!r} appears twice", "keep one")
        return made

    before = f"{what}: " if what else ""
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        at = place if what else Place(place.file, place.line, error.colno)
        remedy = "write JSON in the cell" if what else "write one object on the line"
        noted.bad(at, f"{before}not JSON: {error.msg}", remedy)
    except RecursionError:
        noted.bad(place, f"{before}nested deeper than {MOST_DEPTH} levels", "make it flatter")
    except ValueError as error:
        noted.bad(place, f"{before}{error}", "quote it if it is text")
    else:
        return grown(value, place, noted)
    return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} characters; the most is {MOST_DIGITS}")
    return int(digits)


def grown(value: Any, place: Place, noted: Noted, depth: int = 0) -> Node | None:
    """A JSON value as a node that stands where its line does."""
    if depth > MOST_DEPTH:
        noted.bad(place, f"nested deeper than {MOST_DEPTH} levels", "make it flatter")
        return None
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        nodes = {name: grown(each, place, noted, depth + 1) for name, each in table.items()}
        entries = {name: Entry(place=place, node=node) for name, node in nodes.items() if node is not None}
        return Table(place=place, entries=MappingProxyType(entries))
    if isinstance(value, list):
        items = (grown(each, place, noted, depth + 1) for each in cast("list[object]", value))
        return Items(place=place, items=tuple(node for node in items if node is not None))
    if isinstance(value, str):
        return Scalar(place=place, value=valid_text(value, place, noted), text=value, style='"')
    return Scalar(place=place, value=value, text=json.dumps(value))


def valid_text(text: str, place: Place, noted: Noted) -> str:
    """`text`, after noting what no text may hold."""
    if has_surrogate(text):
        noted.bad(place, "half of a surrogate pair is not a character", "write the whole character")
        return ""
    if len(text) > MOST_SCALAR:
        noted.bad(place, f"a value of {len(text):,} characters; the most is {MOST_SCALAR:,}", "shorten it")
    return text
