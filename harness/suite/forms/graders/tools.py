"""Forms of the graders of what the model did on its way to an answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.tools import ToolCalled, ToolF1, Tools, Trajectory
from harness.suite.forms.graders.form import GraderForm, Reading, stands_for
from harness.suite.forms.kinds import EXPECTATIONS, FLAG, SHARE, TEXT, TEXTS, Schema, may, need, whole
from harness.suite.notation.fields import Fields, Shape
from harness.suite.notation.node import Items, Node, Scalar
from harness.units import Json

MOST_CALLS: Final = 10_000
_NAME: Final[Schema] = {"type": "string", "pattern": r"^[A-Za-z0-9_*-]{1,64}$"}
_NAMES: Final[Schema] = {"type": "array", "items": _NAME}


def _name(reading: Reading, place: Place, name: str) -> str:
    """`name`, after noting where no tool can have it."""
    plain = name.replace("*", "x").replace("_", "x").replace("-", "x")
    if not 0 < len(name) <= 64 or not plain.isascii() or not plain.isalnum():
        remedy = "use up to 64 of a-z, A-Z, 0-9, '_' and '-'; '*' stands for anything"
        reading.noted.bad(place, f"{name[:80]!a} is no name of a tool", remedy)
    return name


def _names(reading: Reading, given: Fields, key: str) -> tuple[str, ...] | None:
    """The names under `key`; None where it is absent."""
    if key not in given:
        return None
    return tuple(_name(reading, given.place_of(key), each) for each in given.texts(key))


def _tool_call(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    tool = given.text("tool")
    arguments, exact = _arguments(reading, given), bool(given.flag("exact"))
    if exact and arguments is None:
        reading.noted.bad(given.place_of("exact"), "'exact' without 'arguments'", "add `arguments:`")
    node = given.node("schema")
    schema = None if node is None else reading.find_schema(node)
    where = _where(reading, given.node("where"))
    least, most = _times(reading, given)
    if tool is None:
        return None
    return ToolCalled(
        place=place,
        tool=_name(reading, given.place_of("tool"), tool),
        arguments=arguments,
        exact=exact,
        schema=schema,
        where=where,
        least=least,
        most=most,
    )


def _tool_call_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
    tool = reading.noted.text(node, "'tool_call'")
    return None if tool is None else ToolCalled(place=place, tool=_name(reading, node.place, tool))


def _arguments(reading: Reading, given: Fields) -> Mapping[str, Json] | None:
    node = given.node("arguments")
    if node is None or reading.noted.table(node, "'arguments'") is None:
        return None
    return cast("Mapping[str, Json]", given.json("arguments"))


def _where(reading: Reading, node: Node | None) -> tuple[Expectation, ...]:
    """What the arguments must meet: nothing that would look at more than them."""
    items = () if node is None else reading.noted.items(node, "'where'")
    if isinstance(node, Items) and not items:
        reading.noted.bad(node.place, "'where' is empty", "write an expectation, or remove it")
    found: list[Expectation] = []
    for each in items:
        if (read := reading.nested(each)) is None:
            continue
        stranger = _stranger(read)
        if stranger is not None:
            what = f"{stranger.grader!r} looks at more than the arguments of a call"
            reading.noted.bad(each.place, what, "write it as an expectation of its own")
        found.append(read)
    return tuple(found)


def _stranger(expectation: Expectation) -> Expectation | None:
    """What in it cannot be asked of arguments."""
    if not expectation.of_text or expectation.expert is not None:
        return expectation
    return next((found for each in expectation.parts if (found := _stranger(each)) is not None), None)


def _times(reading: Reading, given: Fields) -> tuple[int, int | None]:
    """The least and the most calls. Nobody who bounds a call from above means that it need not be made."""
    times = given.integer("times", 0, MOST_CALLS)
    least = given.integer("at_least_times", 0, MOST_CALLS)
    most = given.integer("at_most_times", 1, MOST_CALLS)
    if times is not None:
        if least is not None or most is not None:
            reading.noted.bad(given.place_of("times"), "'times' says it all", "remove the other bound")
        return times, times
    least = 1 if least is None else least
    if most is not None and least > most:
        reading.noted.bad(
            given.place_of("at_most_times"), f"no answer has {least} or more and {most} or fewer", "swap them"
        )
    if least == 0 and most is None:
        reading.noted.bad(
            given.place_of("at_least_times"), "every answer has 0 calls or more", "write a number from 1"
        )
    return least, most


def _tools(reading: Reading, given: Fields, place: Place) -> Expectation:
    order, exact = _names(reading, given, "order"), _names(reading, given, "exact")
    only, never = _names(reading, given, "only"), _names(reading, given, "never")
    at_most, valid = _at_most(reading, given), bool(given.flag("valid"))
    if not (order or never or at_most or valid) and exact is None and only is None:
        reading.noted.bad(given.place, "'tools' asks for nothing", "add `order:`, `never:` or another key")
    return Tools(
        place=place,
        order=order or None,
        exact=exact,
        only=only,
        never=never or (),
        at_most=MappingProxyType(at_most),
        valid=valid,
    )


def _at_most(reading: Reading, given: Fields) -> dict[str, int]:
    """The most calls by name; a number alone is that of all calls."""
    node = given.node("at_most")
    if isinstance(node, Scalar):
        most = given.integer("at_most", 0, MOST_CALLS)
        return {} if most is None else {"*": most}
    table = None if node is None else reading.noted.table(node, "'at_most'")
    if table is None:
        return {}
    keys = {name: may("", whole(0, MOST_CALLS)) for name in table.entries}
    counts = Fields(table, Shape(what="'at_most'", keys=keys, refused={}), reading.noted)
    for name, entry in table.entries.items():
        _name(reading, entry.place, name)
    said = {name: counts.integer(name, 0, MOST_CALLS) for name in keys}
    return {name: most for name, most in said.items() if most is not None}


def _tool_f1(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    expected, least = _names(reading, given, "expected"), reading.at_least(given)
    if expected is not None and (not expected or any("*" in each for each in expected)):
        reading.noted.bad(
            given.place_of("expected"), "'expected' must name tools", "write their names, without `*`"
        )
    return None if expected is None else ToolF1(place=place, expected=expected, at_least=least)


_BOUNDS: Final = {
    "max_steps": may("At most so many turns and calls of tools together.", whole(1)),
    "max_turns": may("At most so many turns of the model.", whole(1)),
    "min_tool_calls": may("At least so many calls of tools.", whole(1)),
    "max_tool_calls": may("At most so many calls of tools.", whole(0)),
    "max_repeats": may("The same call at most so often; 1: never again.", whole(1)),
    "no_errors": may("Whether no tool may fail.", FLAG),
    "no_circles": may("Whether it may not go in circles.", FLAG),
}


def _trajectory(reading: Reading, given: Fields, place: Place) -> Expectation:
    least, most = given.integer("min_tool_calls", 1), given.integer("max_tool_calls", 0)
    if least is not None and most is not None and least > most:
        reading.noted.bad(
            given.place_of("min_tool_calls"),
            f"no answer has {least} calls or more and {most} or fewer",
            "swap them",
        )
    found = Trajectory(
        place=place,
        max_steps=given.integer("max_steps", 1),
        max_turns=given.integer("max_turns", 1),
        min_tool_calls=least,
        max_tool_calls=most,
        max_repeats=given.integer("max_repeats", 1),
        no_errors=bool(given.flag("no_errors")),
        no_circles=bool(given.flag("no_circles")),
    )
    if found == Trajectory(place=place):
        reading.noted.bad(given.place, "'trajectory' sets no bound", "add `max_steps:` or another bound")
    return found


_TOOLS: Final = {
    "order": may("Tools that are called in this order, with others between them or not.", _NAMES),
    "exact": may("These calls in this order, and no others.", _NAMES),
    "only": may("Tools that may be called; no others.", _NAMES),
    "never": may("Tools that must not be called.", _NAMES),
    "at_most": may(
        "The most calls, of all tools or by name.",
        {"anyOf": [whole(0, MOST_CALLS), {"type": "object", "additionalProperties": whole(0, MOST_CALLS)}]},
    ),
    "valid": may("Whether every call must name a tool there is, with arguments it takes.", FLAG),
}

FORMS: Final = (
    GraderForm(
        name="tool_call",
        means="A tool is called, with these arguments, so often.",
        keys={
            "tool": need("The tool; `*` stands for anything.", _NAME),
            "arguments": may("What the arguments hold, and maybe more.", {"type": "object"}),
            "exact": may("Whether they hold nothing else.", FLAG),
            "schema": may("A JSON Schema the arguments fit.", {"type": ["object", "string"]}),
            "where": may("What the arguments meet, read as if they were the answer.", EXPECTATIONS),
            "times": may("Exactly so many such calls.", whole(0, MOST_CALLS)),
            "at_least_times": may("At least so many; 1 where it is left out.", whole(0, MOST_CALLS)),
            "at_most_times": may("At most so many.", whole(1, MOST_CALLS)),
        },
        read=_tool_call,
        short=TEXT,
        read_short=_tool_call_short,
    ),
    GraderForm(
        name="tools",
        means="Which tools are called, in which order, and which are not.",
        keys=_TOOLS,
        read=_tools,
        short=TEXTS,
        read_short=stands_for("order", _tools, _TOOLS),
    ),
    GraderForm(
        name="tool_f1",
        means="How well the set of tools that were called agrees with this one.",
        keys={
            "expected": need("The tools that should be called.", _NAMES),
            "at_least": may("From which F1 score on it is met; without it the score counts as it is.", SHARE),
        },
        read=_tool_f1,
    ),
    GraderForm(
        name="trajectory",
        means="Bounds on the way to the answer.",
        keys=_BOUNDS,
        read=_trajectory,
    ),
)
