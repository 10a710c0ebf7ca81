"""Nodes to results of tools that were made up beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from harness.errors import Place
from harness.suite.forms import tool_shapes as shapes
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Items, Node
from harness.suite.tool import Canned, ToolError
from harness.units import Json


@dataclass
class ResultReader:
    """Reads the results of every tool of one suite, and remembers what they ask for."""

    noted: Noted
    whens: list[tuple[str, Mapping[str, Place]]] = field(
        default_factory=list[tuple[str, Mapping[str, Place]]]
    )
    """The arguments each `when` names, by tool."""

    def read(self, name: str, given: Fields) -> tuple[Canned, ...]:
        node = given.node("results")
        items = () if node is None else self.noted.items(node, "'results'")
        if isinstance(node, Items) and not items:
            self.noted.bad(node.place, "'results' is empty", "add a result, such as `- error: not_found`")
        read = [canned for each in items if (canned := self._canned(name, each)) is not None]
        for place, canned in enumerate(read[:-1]):
            if not canned.when and len(read) == len(items):
                what = "this result is never reached: the one before it answers every call"
                self.noted.bad(
                    items[place + 1].place, what, "add a `when:` to the one before, or remove this one"
                )
                break
        return tuple(read)

    def _canned(self, name: str, node: Node) -> Canned | None:
        table = self.noted.table(node, "a result")
        if table is None:
            return None
        before = len(self.noted.problems)
        given = Fields(table, shapes.CANNED, self.noted)
        if ("result" in given) is ("error" in given) and not given.meant & {"result", "error"}:
            what = (
                "has a `result` or an `error`, not both"
                if "result" in given
                else "has no `result` and no `error`"
            )
            self.noted.bad(table.place, f"a result {what}", "keep one" if "result" in given else "add one")
        if "message" in given and "error" not in given:
            self.noted.bad(
                given.place_of("message"), "a 'message' without an 'error'", "remove it, or add `error:`"
            )
        error, message = given.word("error", [each.value for each in ToolError]), given.text("message")
        value, when = given.json("result"), self._when(name, given)
        if len(self.noted.problems) > before:
            return None
        kind = None if error is None else ToolError(error)
        return Canned(when=when, value=value, error=kind, message=message or "")

    def _when(self, name: str, given: Fields) -> Mapping[str, Json]:
        node = given.node("when")
        table = None if node is None else self.noted.table(node, "'when'")
        if table is None:
            return MappingProxyType({})
        if not table.entries:
            self.noted.bad(
                table.place, "'when' is empty", "name an argument, or remove it: every call is meant then"
            )
        self.whens.append((name, {argument: entry.place for argument, entry in table.entries.items()}))
        return cast("Mapping[str, Json]", self.noted.json(table, "'when'"))
