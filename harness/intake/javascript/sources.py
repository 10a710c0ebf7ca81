"""Where a piece of JavaScript looks: at the answer, at a value in its JSON, or at something that is written down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.intake.javascript.syntax import Js
from harness.units import Json

_LOWER = frozenset({"toLowerCase", "toLocaleLowerCase"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text or value of the answer."""

    path: str | None = None
    """JSONPath into the answer read as JSON; None: the text."""
    ignores_case: bool = False
    trimmed: bool = False

    def said(self, keys: Mapping[str, Json]) -> dict[str, Any]:
        """The keys of a grader that looks here."""
        where: dict[str, Json] = {} if self.path is None else {"path": self.path}
        how: dict[str, Json] = {"ignore_case": True} if self.ignores_case else {}
        return {**keys, **where, **how}


@dataclass
class Sources:
    """What the names of the code stand for."""

    given: Mapping[str, Json]
    """The variables of the case."""
    output: Source = field(default_factory=Source)
    """What the code calls `output`."""
    bound: dict[str, Js] = field(default_factory=dict[str, Js])
    """Arguments of arrows, while they are gone through."""

    def text(self, js: Js) -> Source | None:
        """Where the code looks, or None where that is not at the answer."""
        match js.kind:
            case "name":
                return self.output if js.word == "output" else None
            case "call":
                return self._called(js)
            case "member":
                return self._inside(js.parts[0], str(js.word))
            case "index" if js.parts[1].kind == "value":
                return self._inside(js.parts[0], js.parts[1].word)
            case _:
                return None

    def put_in(self, js: Js) -> Js:
        """The code, or what it stands for where it names a variable of the case."""
        if js.kind == "name" and js.word in self.bound:
            return self.bound[str(js.word)]
        name = _variable(js)
        if name is not None and isinstance(self.given.get(name), str | int | float):
            return Js("value", self.given[name])
        if (
            js.kind == "call"
            and js.parts[0].kind == "member"
            and len(js.parts) == 1
            and js.parts[0].word in _LOWER
        ):
            inner = self.put_in(js.parts[0].parts[0])
            if inner.kind == "value" and isinstance(inner.word, str):
                return Js("value", inner.word.lower())
        return js

    def _called(self, js: Js) -> Source | None:
        callee = js.parts[0]
        if len(js.parts) == 2:
            return self._converted(callee, js.parts[1])
        of = self.text(callee.parts[0]) if callee.kind == "member" and len(js.parts) == 1 else None
        if of is None:
            return None
        if callee.word in _LOWER:
            return replace(of, ignores_case=True)
        if callee.word == "trim":
            return replace(of, trimmed=True)
        return of if callee.word == "toString" and of.path is None else None

    def _converted(self, callee: Js, argument: Js) -> Source | None:
        """`String(...)` and `JSON.parse(...)`."""
        of = self.text(argument)
        if callee == Js("name", "String"):
            return of
        if callee == Js("member", "parse", (Js("name", "JSON"),)):
            return Source(path="$") if of in {Source(), Source(trimmed=True)} else None
        return None

    def _inside(self, of: Js, key: object) -> Source | None:
        source = self.text(of)
        if source is None or source.path is None or source.ignores_case or source.trimmed or key == "length":
            return None
        if isinstance(key, int) and not isinstance(key, bool) and key >= 0:
            return Source(path=f"{source.path}[{key}]")
        if not isinstance(key, str):
            return None
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key):
            return Source(path=f"{source.path}.{key}")
        said = key.replace("\\", "\\\\").replace("'", "\\'")
        return Source(path=f"{source.path}['{said}']") if key.isprintable() else None


def _variable(js: Js) -> str | None:
    """The name in `context.vars.name`."""
    name = js.word if js.kind == "member" else None
    if js.kind == "index" and js.parts[1].kind == "value":
        name = js.parts[1].word
    if not isinstance(name, str):
        return None
    return name if js.parts[0] == Js("member", "vars", (Js("name", "context"),)) else None


def literal(js: Js) -> tuple[Json] | None:
    """The value that is written down, in a tuple of one; None where it is none."""
    if js.kind == "value" and isinstance(js.word, str | int | float | None):
        return (js.word,)
    if js.kind == "negative":
        inner = literal(js.parts[0])
        if inner is not None and isinstance(inner[0], int | float):
            return (-inner[0],)
    return None
