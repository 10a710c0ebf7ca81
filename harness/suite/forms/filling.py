"""One combination of a matrix put into a case: `{axis}` and `{axis.key}` in its texts become what they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.suite.notation.document import MOST_SCALAR
from harness.suite.notation.fields import Noted
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table

MOST_MADE = 64 * 1024 * 1024
"""Characters all texts of a matrix may come to."""

MARK = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,63})(?:\.([A-Za-z0-9_]{1,64}))?\}")

Combination = Mapping[str, Node]
"""The value of every axis."""


@dataclass(slots=True)
class Filling:
    """Fills the cases of one matrix, and counts what that comes to."""

    noted: Noted
    made: int = 0
    """Characters of the texts it made so far."""

    def filled(self, node: Node, combination: Combination) -> Node:
        """The node with every mark in its texts replaced. What holds none is shared, not copied."""
        match node:
            case Scalar():
                return self._text(node, combination) if "{" in node.text else node
            case Items():
                items = tuple(self.filled(each, combination) for each in node.items)
                same = all(one is other for one, other in zip(items, node.items, strict=True))
                return node if same else Items(place=node.place, items=items)
            case Table():
                nodes = {name: self.filled(each.node, combination) for name, each in node.entries.items()}
                if all(nodes[name] is each.node for name, each in node.entries.items()):
                    return node
                entries = {
                    name: Entry(place=each.place, node=nodes[name]) for name, each in node.entries.items()
                }
                return Table(place=node.place, entries=MappingProxyType(entries))

    def _text(self, node: Scalar, combination: Combination) -> Node:
        whole = MARK.fullmatch(node.text)
        value = None if whole is None else _value(whole, combination)
        if value is not None:
            return _moved(value, node)
        size = len(node.text)
        for mark in MARK.finditer(node.text):
            size += len(_written(mark, combination)) - len(mark[0])
        self.made += size
        if size > MOST_SCALAR or self.made > MOST_MADE:
            what = f"with the values of the matrix this comes to more than {MOST_SCALAR:,} characters"
            every = f"the texts of this matrix come to more than {MOST_MADE:,} characters"
            self.noted.bad(node.place, what if size > MOST_SCALAR else every, "shorten it")
            return node
        text = MARK.sub(lambda mark: _written(mark, combination), node.text)
        return node if text == node.text else Scalar(place=node.place, value=text, text=text, style='"')


def _value(mark: re.Match[str], combination: Combination) -> Node | None:
    """What a mark stands for; None where it is no mark of this matrix."""
    value = combination.get(mark[1])
    if mark[2] is None or value is None:
        return value
    entry = value.entries.get(mark[2]) if isinstance(value, Table) else None
    return None if entry is None else entry.node


def _written(mark: re.Match[str], combination: Combination) -> str:
    """A value in the middle of a text. What is no single value stays a mark."""
    found = _value(mark, combination)
    return found.text if isinstance(found, Scalar) else mark[0]


def _moved(value: Node, mark: Scalar) -> Node:
    """A single value takes the place of its mark, so that a mistake is shown where it can be mended."""
    if isinstance(value, Scalar):
        return Scalar(place=mark.place, value=value.value, text=value.text, style=value.style)
    return value
