"""Reading a mapping by its declared keys: every mistake is noted, and reading goes on.

A reader asks for each key by the type it wants and gets None where the key is absent or wrong. A wrong value
has been reported by then, so a reader only has to decide whether it can build its value without it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from harness.errors import Place, Problem
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table, named, plain
from harness.units import MOST, Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key a file may have: what it means, and the JSON Schema of its value for editors."""

    doc: str
    schema: Mapping[str, Json]
    required: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The keys of one kind of mapping. `what` names it in messages: `a case`, `the gate`."""

    what: str
    keys: Mapping[str, Key]
    refused: Mapping[str, str]
    """Keys people may try, with the reason why they are refused."""


_ELSEWHERE = {
    **dict.fromkeys(("assert", "asserts", "assertions", "expected", "evaluators", "scorers"), "expect"),
    **dict.fromkeys(("vars", "variables", "input", "args"), "inputs"),
    **dict.fromkeys(("tests", "samples", "examples"), "cases"),
    "labels": "tags",
    "group": "cluster",
    "regex": "matches",
    "exact": "equals",
    **dict.fromkeys(
        ("levenshtein", "rouge", "rouge-n", "bleu", "gleu", "meteor", "f1", "similar"), "similarity"
    ),
    **dict.fromkeys(("lang", "detect-language"), "language"),
    **dict.fromkeys(("word-count", "word_count", "max_words", "max_chars"), "length"),
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    **dict.fromkeys(("finish-reason", "finish_reason", "stop_reason"), "finish"),
    "json_schema": "json",
    **dict.fromkeys(("default", "else", "fallback"), "otherwise"),
}
"""What other tools call things."""


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that was probably meant."""
    foreign = _ELSEWHERE.get(name.lower())
    if foreign in known:
        return foreign
    near = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.6)
    return near[0] if near else None


def suggest(name: str, known: Collection[str]) -> str:
    """A remedy for a name nobody knows: the nearest one, or the whole list."""
    near = nearest(name, known)
    if near is not None:
        return f"did you mean {near!r}?"
    return f"use one of: {', '.join(sorted(known))}" if known else "there is none"


@dataclass(frozen=True, slots=True)
class Noted:
    """The list of problems found so far, and how to add to it."""

    problems: list[Problem]

    def bad(self, place: Place, what: str, remedy: str = "") -> None:
        self.problems.append(Problem(place, what, remedy))

    def table(self, node: Node, what: str) -> Table | None:
        """`node` if it is a mapping."""
        if isinstance(node, Table):
            return node
        self.bad(node.place, f"{what} must be a mapping, not {named(node)}", "write `key: value` lines")
        return None

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        """The items of `node` if it is a list; none otherwise."""
        if isinstance(node, Items):
            return node.items
        self.bad(node.place, f"{what} must be a list, not {named(node)}", "write `- item` lines or `[a, b]`")
        return ()

    def text(self, node: Node, what: str) -> str | None:
        """The text of `node`. A number or a word like `true` is not text until it is quoted."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        remedy = f'quote it: "{node.text[:40]}"' if isinstance(node, Scalar) and node.text else "write text"
        self.bad(node.place, f"{what} must be text, not {named(node)}", remedy)
        return None

    def number(self, node: Node, what: str) -> float | None:
        """The finite number `node` says."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            remedy = "remove the quotes" if isinstance(node, Scalar) and node.style else "write a number"
            self.bad(node.place, f"{what} must be a number, not {named(node)}", remedy)
            return None
        if not math.isfinite(value):
            self.bad(node.place, f"{what} must be a finite number, not {named(node)}", "write a number")
            return None
        return float(value)

    def share(self, node: Node, what: str, *, points: bool = False) -> float | None:
        """A share, written as a number, as `10%` or, where it makes sense, as `5pt`; exact in decimals."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            unit = r"(%|pt)" if points else r"(%)"
            written = re.fullmatch(r"([-+]?[0-9]{1,18}(?:\.[0-9]{1,18})?) ?" + unit, node.value.strip())
            if written:
                return float(Decimal(written[1]) / 100)
            form = "`5pt`, `5%` or `0.05`" if points else "`10%` or `0.10`"
            self.bad(node.place, f"{what} must be a share, not {node.value[:40]!r}", f"write it as {form}")
            return None
        return self.number(node, what)

    def json(self, node: Node, what: str) -> Json:
        """Any JSON value; NaN and infinity are not."""
        self._finite(node, what)
        return plain(node)

    def _finite(self, node: Node, what: str) -> None:
        match node:
            case Scalar(value=float(value)) if not math.isfinite(value):
                self.bad(node.place, f"{what} must be JSON, which has no {node.text[:40]}", "quote it")
            case Items():
                for each in node.items:
                    self._finite(each, what)
            case Table():
                for entry in node.entries.values():
                    self._finite(entry.node, what)
            case _:
                pass


class Fields:
    """One mapping, checked against its shape when made: unknown, refused and missing keys are reported.

    A key that is spelled wrong is one mistake, not a key too many and one that is missing.
    """

    def __init__(self, table: Table, shape: Shape, noted: Noted) -> None:
        self.place = table.place
        self._entries = table.entries
        self._shape = shape
        self.noted = noted
        for name, entry in table.entries.items():
            if name not in shape.keys:
                self._stranger(name, entry)
        self.meant = {nearest(name, shape.keys) for name in table.entries if name not in shape.keys}
        """Declared keys that are there in another spelling."""
        for name, key in shape.keys.items():
            if key.required and name not in table.entries and name not in self.meant:
                noted.bad(table.place, f"{shape.what} has no {name!r}", f"add `{name}:`")

    def _stranger(self, name: str, entry: Entry) -> None:
        reason = self._shape.refused.get(name)
        if reason is not None:
            self.noted.bad(entry.place, f"{name!r} is not taken here: {reason}", "remove it")
        else:
            what = f"{self._shape.what} has no key {name[:80]!r}"
            self.noted.bad(entry.place, what, suggest(name, self._shape.keys))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def node(self, name: str) -> Node | None:
        """The value of a declared key, as it stands; None where it is absent (or nothing, if it may be)."""
        key = self._shape.keys[name]
        entry = self._entries.get(name)
        if entry is None:
            return None
        nothing = isinstance(entry.node, Scalar) and entry.node.value is None
        return None if key.nullable and nothing else entry.node

    def _read(self, name: str, how: Callable[[Node, str], T]) -> T | None:
        node = self.node(name)
        return None if node is None else how(node, repr(name))

    def place_of(self, name: str) -> Place:
        """Where the value of a key stands; the mapping's own place where there is none."""
        entry = self._entries.get(name)
        return self.place if entry is None else entry.node.place

    def text(self, name: str) -> str | None:
        return self._read(name, self.noted.text)

    def word(self, name: str, allowed: Collection[str]) -> str | None:
        """A text out of a closed list."""
        said = self.text(name)
        if said is None or said in allowed:
            return said
        self.noted.bad(self.place_of(name), f"{name!r} cannot be {said[:80]!r}", suggest(said, allowed))
        return None

    def flag(self, name: str) -> bool | None:
        node = self.node(name)
        if node is None or (isinstance(node, Scalar) and isinstance(node.value, bool)):
            return node.value if node is not None and isinstance(node.value, bool) else None
        what = f"{name!r} must be true or false, not {named(node)}"
        self.noted.bad(node.place, what, "write `true` or `false`")
        return None

    def integer(self, name: str, least: int, most: int = 10**9) -> int | None:
        """A whole number in [least, most]."""
        node = self.node(name)
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int):
            self.noted.bad(node.place, f"{name!r} must be a whole number, not {named(node)}", "write digits")
            return None
        if not least <= value <= most:
            what = f"{name!r} is {str(value)[:40]}, outside {least} to {most:,}"
            self.noted.bad(node.place, what, f"write a number from {least} to {most:,}")
            return None
        return value

    def number(self, name: str) -> float | None:
        return self._read(name, self.noted.number)

    def share(self, name: str, *, points: bool = False) -> float | None:
        node = self.node(name)
        return None if node is None else self.noted.share(node, repr(name), points=points)

    def within(self, name: str, value: float | None, *, above: float, most: float) -> float | None:
        """`value` if it is in (above, most]."""
        if value is None or above < value <= most:
            return value
        what = f"{name!r} is {value:g}, outside {above:g} to {most:g}"
        remedy = f"write a number above {above:g}, at most {most:g}"
        self.noted.bad(self.place_of(name), what, remedy)
        return None

    def money(self, name: str) -> Decimal | None:
        """An amount from 0 to `MOST`, exactly as written."""
        node = self.node(name)
        if node is None or self.noted.number(node, repr(name)) is None or not isinstance(node, Scalar):
            return None
        amount = Decimal(int(node.value)) if isinstance(node.value, int) else Decimal(node.text)
        if 0 <= amount <= MOST:
            return amount
        if amount < 0:
            self.noted.bad(node.place, f"{name!r} is negative", "write an amount from 0")
        else:
            self.noted.bad(node.place, f"{name!r} is more than the store holds", f"write at most {MOST}")
        return None

    def day(self, name: str) -> date | None:
        """A date written as `2026-11-21`."""
        said = self.text(name)
        if said is None:
            return None
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
                return date.fromisoformat(said)
        except ValueError:
            pass
        self.noted.bad(
            self.place_of(name), f"{name!r} is not a date: {said[:40]!r}", "write it as 2026-11-21"
        )
        return None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        node = self.node(name)
        if node is None:
            return ()
        read = (self.noted.text(each, f"an item of {name!r}") for each in self.noted.items(node, repr(name)))
        return tuple(each for each in read if each is not None)

    def json(self, name: str) -> Json:
        node = self.node(name)
        return None if node is None else self.noted.json(node, repr(name))
