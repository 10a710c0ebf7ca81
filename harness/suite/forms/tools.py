"""Nodes to tools: the definitions of a prompt, the fakes and limits of a suite, and what a case has of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.forms import tool_shapes as shapes
from harness.suite.forms.compiled import check_schema
from harness.suite.forms.functions import Functions
from harness.suite.forms.results import ResultReader
from harness.suite.names import TOOL
from harness.suite.notation.fields import Fields, Noted, suggest
from harness.suite.notation.node import Entry, Items, Node, Scalar
from harness.suite.tool import (
    Conversation,
    Fake,
    LoopLimits,
    OnLoop,
    PromptTool,
    PythonFake,
    ToolDefinition,
)
from harness.units import Json, Seconds, Tokens, Usd


def read_prompt_tools(given: Fields) -> tuple[PromptTool, ...]:
    """`tools` of a prompt version: definitions, or names of tools the suite defines."""
    node = given.node("tools")
    items = () if node is None else given.noted.items(node, "'tools'")
    if isinstance(node, Items) and not items:
        given.noted.bad(node.place, "'tools' is empty", "name a tool, or remove it")
    found = [tool for each in items if (tool := _prompt_tool(each, given.noted)) is not None]
    for place, tool in enumerate(found):
        if tool.name in {each.name for each in found[:place]}:
            given.noted.bad(tool.place, f"the tool {tool.name!r} stands here twice", "keep one")
    return tuple(found)


def _prompt_tool(node: Node, noted: Noted) -> PromptTool | None:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        name = node.value
        return (
            PromptTool(name=name, definition=None, place=node.place)
            if _is_name(name, node.place, noted)
            else None
        )
    table = noted.table(node, "a tool")
    if table is None:
        return None
    before = len(noted.problems)
    given = Fields(table, shapes.DEFINITION, noted)
    name_, definition = given.text("name"), _definition(given, given.text("name") or "")
    if name_ is None or not _is_name(name_, given.place_of("name"), noted) or len(noted.problems) > before:
        return None
    return PromptTool(name=name_, definition=definition, place=table.place)


def _is_name(name: str, place: Place, noted: Noted) -> bool:
    if re.fullmatch(TOOL, name):
        return True
    noted.bad(place, f"{name[:80]!a} is no name of a tool", "use up to 64 of a-z, A-Z, 0-9, '_' and '-'")
    return False


def _definition(given: Fields, name: str) -> ToolDefinition | None:
    """What the model reads of a tool; None where nothing, or not all of it, is said."""
    description, node = given.text("description"), given.node("input")
    if description is not None and not description.strip():
        given.noted.bad(
            given.place_of("description"), "'description' is empty", "say what the tool does, and when"
        )
    schema = (
        None
        if node is None or given.noted.table(node, "'input'") is None
        else check_schema(given.noted, node)
    )
    if not isinstance(schema, Mapping) or node is None:
        return None
    if schema.get("type") != "object":
        given.noted.bad(node.place, "the arguments of a tool are an object", "add `type: object`")
    return None if description is None else ToolDefinition(name=name, description=description, input=schema)


@dataclass
class ToolReader:
    """Reads the tools and limits of one suite, and what its cases have of their own."""

    noted: Noted
    functions: Functions
    fakes: dict[str, Fake] = field(default_factory=dict[str, Fake])
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    """Where each tool stands, those that could not be read included."""
    results: ResultReader = field(init=False)
    limits: LoopLimits | None = None
    limits_place: Place | None = None
    cost_place: Place | None = None
    talks: bool = False
    """Whether a case says more than once."""
    _digests: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.results = ResultReader(self.noted)

    def read(self, given: Fields) -> None:
        """`tools` and `limits` of the suite."""
        for name, entry in self._named(given):
            self.places[name] = entry.place
            fake = self._fake(name, entry.node) if _is_name(name, entry.place, self.noted) else None
            if fake is not None:
                self.fakes[name] = fake
        limits = given.node("limits")
        inner = None if limits is None else self.noted.table(limits, "'limits'")
        if inner is not None:
            self.limits, self.limits_place = (
                self._limits(Fields(inner, shapes.LIMITS, self.noted)),
                inner.place,
            )

    def conversation(self, own: Mapping[str, Fake], says: tuple[str, ...]) -> Conversation | None:
        """How a case goes on after its first reply; None where the suite has no tools and the case one turn.

        `own`: the tools that have other results for the case, see `overrides`.
        """
        self.talks = self.talks or bool(says)
        if not self.fakes and not says:
            return None
        return self._conversation({**self.fakes, **own}, says)

    def _conversation(self, fakes: Mapping[str, Fake], says: tuple[str, ...]) -> Conversation:
        """With its digest. Those of the suite's fakes are made once: a Python fake counts with its whole file."""
        limits = self.limits or LoopLimits()
        digests: list[Json] = []
        for name, fake in sorted(fakes.items()):
            is_shared = fake is self.fakes.get(name)
            made = self._digests.get(name) if is_shared else None
            made = made or digest(_spelled_fake(fake))
            if is_shared:
                self._digests[name] = made
            digests.append(made)
        said = digest({"fakes": digests, "says": says, "limits": _spelled_limits(limits)})
        return Conversation(fakes=MappingProxyType(dict(fakes)), says=says, limits=limits, digest=said)

    def _named(self, given: Fields) -> tuple[tuple[str, Entry], ...]:
        """The entries of `tools`."""
        node = given.node("tools")
        table = None if node is None else self.noted.table(node, "'tools'")
        return () if table is None else tuple(table.entries.items())

    def overrides(self, given: Fields) -> Mapping[str, Fake]:
        """`tools` of a case or of defaults: those of the suite, with results of their own."""
        own: dict[str, Fake] = {}
        for name, entry in self._named(given):
            inner = self.noted.table(entry.node, "a tool of a case")
            if name not in self.places:
                what = f"the suite allows no tool {name[:80]!r}"
                remedy = suggest(name, self.places) if self.places else "add it to the `tools:` of the suite"
                self.noted.bad(entry.place, what, remedy)
            elif inner is not None:
                results = self.results.read(name, Fields(inner, shapes.OVERRIDE, self.noted))
                if name in self.fakes:
                    own[name] = replace(self.fakes[name], results=results, python=None)
        return own

    def _fake(self, name: str, node: Node) -> Fake | None:
        table = self.noted.table(node, f"the tool {name!r}")
        if table is None:
            return None
        before = len(self.noted.problems)
        given = Fields(table, shapes.FAKE, self.noted)
        definition = _definition(given, name)
        if ("description" in given) is not ("input" in given):
            there, missing = ("description", "input") if "description" in given else ("input", "description")
            self.noted.bad(given.place_of(there), f"{there!r} without {missing!r}", f"add `{missing}:`")
        if ("results" in given) is ("python" in given):
            what = "a tool needs `results` or `python`" + (", not both" if "results" in given else "")
            self.noted.bad(table.place, what, "keep one" if "results" in given else "add `results:`")
        results, python = self.results.read(name, given), self._python(given)
        if len(self.noted.problems) > before:
            return None
        return Fake(name=name, results=results, python=python, definition=definition)

    def _python(self, given: Fields) -> PythonFake | None:
        function = given.text("python")
        return None if function is None else self.functions.find(function, given.place_of("python"))

    def _limits(self, given: Fields) -> LoopLimits:
        cost = given.money("cost_usd")
        if "cost_usd" in given:
            self.cost_place = given.place_of("cost_usd")
            if cost == 0:
                self.noted.bad(self.cost_place, "a limit of nothing", "write an amount, or remove it")
        usual = LoopLimits()
        seconds = given.within("seconds", given.number("seconds"), above=0, most=1e6)
        return LoopLimits(
            turns=given.integer("turns", 1, 1000) or usual.turns,
            tool_calls=given.integer("tool_calls", 1, 10_000) or usual.tool_calls,
            tokens=Tokens(given.integer("tokens", 1) or usual.tokens),
            cost=None if cost is None else Usd(cost),
            seconds=usual.seconds if seconds is None else Seconds(seconds),
            on_loop=cast("OnLoop", given.word("on_loop", ("stop", "flag")) or usual.on_loop),
        )


def spelled_tool(tool: PromptTool) -> Json:
    """A tool of a prompt as JSON, without its place: what its digest is made of."""
    return tool.name if tool.definition is None else _spelled_definition(tool.definition)


def _spelled_limits(limits: LoopLimits) -> Json:
    return {
        "turns": limits.turns,
        "tool_calls": limits.tool_calls,
        "tokens": limits.tokens,
        "cost": None if limits.cost is None else str(limits.cost.normalize()),
        "seconds": limits.seconds,
        "on_loop": limits.on_loop,
    }


def _spelled_fake(fake: Fake) -> Json:
    python = fake.python
    return {
        "name": fake.name,
        "definition": None if fake.definition is None else _spelled_definition(fake.definition),
        "python": None if python is None else [python.function, python.source],
        "results": [
            {"when": each.when, "value": each.value, "error": each.error, "message": each.message}
            for each in fake.results
        ],
    }


def _spelled_definition(tool: ToolDefinition) -> Json:
    return {"name": tool.name, "description": tool.description, "input": tool.input}
