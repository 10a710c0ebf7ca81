"""Whether the tools of a suite and those of its prompts fit each other: every tool is allowed, told and used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from harness.errors import Place
from harness.suite.case import Case
from harness.suite.expectation import all_parts
from harness.suite.expectations.tools import OfTools
from harness.suite.forms.tools import ToolReader
from harness.suite.notation.fields import Noted, nearest, suggest
from harness.suite.prompt import PromptVersion
from harness.suite.tool import PromptTool, ToolDefinition, definition_of


def check_tools(
    reader: ToolReader, versions: tuple[PromptVersion, ...], place: Place, *, knows_all: bool
) -> None:
    """Note what does not fit. `knows_all`: whether both versions could be read; `place` is the suite's."""
    for version in versions:
        for tool in version.tools:
            _check_allowed(reader, version, tool, place)
    if knows_all:
        _check_used(reader, versions)
    _check_whens(reader, versions)


@dataclass
class WantedTools:
    """Notes every tool that a case expects something of and the suite does not have: `never: [refnd]` is always met.

    A suite without tools is left alone: what its model calls is answered by nobody, and such an answer meets nothing.
    """

    noted: Noted
    known: Collection[str]
    """The tools of the suite."""
    _told: set[tuple[Place, str]] = field(default_factory=set[tuple[Place, str]])
    """Defaults are expected of many cases, and wrong once."""

    def check(self, case: Case) -> None:
        """Note what `case` speaks of that nobody can call."""
        for each in all_parts(case.expect) if self.known else ():
            for name in each.tools if isinstance(each, OfTools) else ():
                if "*" not in name and name not in self.known and (each.place, name) not in self._told:
                    self._told.add((each.place, name))
                    what = f"the suite has no tool {name[:80]!r}"
                    self.noted.bad(each.place, what, suggest(name, self.known))


def _check_allowed(reader: ToolReader, version: PromptVersion, tool: PromptTool, place: Place) -> None:
    noted = reader.noted
    if tool.name not in reader.places:
        near = nearest(tool.name, reader.places)
        remedy = f"did you mean {near!r}?" if near else f"add `{tool.name}:` to `tools:`, with its results"
        noted.bad(
            place, f"{version.version} offers the tool {tool.name!r}, which the suite does not allow", remedy
        )
    elif tool.name in reader.fakes and definition_of(tool, reader.fakes) is None:
        what = f"nobody says what {tool.name!r} is: {version.version} only names it"
        noted.bad(
            reader.places[tool.name], what, "add `description:` and `input:` here, or define it in the prompt"
        )


def _check_used(reader: ToolReader, versions: tuple[PromptVersion, ...]) -> None:
    offered = {tool.name for version in versions for tool in version.tools}
    named = {tool.name for version in versions for tool in version.tools if tool.definition is None}
    for name, place in reader.places.items():
        fake = reader.fakes.get(name)
        meant = nearest(name, offered - reader.places.keys())
        if name not in offered and meant is None:
            reader.noted.bad(
                place, f"no version the suite names offers the tool {name[:80]!r}", suggest(name, offered)
            )
        elif name in offered - named and fake is not None and fake.definition is not None:
            what = f"nobody reads this description of {name!r}: the prompts define it themselves"
            reader.noted.bad(place, what, "remove `description:` and `input:` here")
    if reader.limits_place is not None and not offered and not reader.talks:
        what = "'limits' without a tool and without `turns:` in a case"
        reader.noted.bad(reader.limits_place, what, "remove them: there is nothing to go on with")


def _check_whens(reader: ToolReader, versions: tuple[PromptVersion, ...]) -> None:
    """A `when` that names an argument no schema knows would never match: most likely it is misspelt."""
    for name, arguments in reader.results.whens:
        tools = (tool for version in versions for tool in version.tools if tool.name == name)
        definitions = [found for tool in tools if (found := definition_of(tool, reader.fakes)) is not None]
        known = _known(definitions)
        for argument, place in arguments.items() if known else ():
            if argument not in known:
                reader.noted.bad(
                    place, f"{name!r} has no argument {argument[:80]!r}", suggest(argument, known)
                )


def _known(definitions: Iterable[ToolDefinition]) -> frozenset[str]:
    """Every argument the schemas name; nothing where one of them takes others too."""
    names: set[str] = set()
    for each in definitions:
        properties = each.input.get("properties")
        if not isinstance(properties, Mapping):
            return frozenset()
        names |= properties.keys()
    return frozenset(names)
