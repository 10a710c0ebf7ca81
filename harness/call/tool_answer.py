"""One call of a tool to what the model is told: allowed, checked against the schema, faked, and classified."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import TypeIs

from harness.call.canonical import canonical
from harness.call.exchange import ToolCall
from harness.call.step import Flag
from harness.suite.tool import Canned, Fake, PythonFake, ToolDefinition, ToolError
from harness.units import Json

if TYPE_CHECKING:
    from jsonschema_rs import Validator

MOST_RESULT: Final = 100_000
"""Characters of one result; what is longer is an error, since it would crowd out everything else that was said."""

WORDS: Final[Mapping[ToolError, str]] = {
    ToolError.TIMEOUT: "The tool did not answer in time.",
    ToolError.INVALID_ARGUMENTS: "The arguments do not fit the input schema of this tool.",
    ToolError.PERMISSION: "This tool may not be used for that.",
    ToolError.RATE_LIMITED: "The tool has been used too often; it cannot be used now.",
    ToolError.NOT_FOUND: "Nothing was found for these arguments.",
    ToolError.INTERNAL: "The tool failed.",
}
"""What a model is told of an error: never the words of an exception, a path or a name of ours."""
_NOTHING: Final = frozenset({"", "[]", "{}", "null", '""'})
"""Texts that say nothing: many tools give JSON as text."""
NO_TOOL: Final = "There is no tool of this name."


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAnswer:
    """What a tool gave."""

    value: Json = None
    error: ToolError | None = None
    message: str = ""
    """Words for the model in place of those of the kind."""
    flags: tuple[Flag, ...] = ()


RunPython = Callable[[PythonFake, Mapping[str, Json]], Awaitable[ToolAnswer]]
"""Runs a Python fake."""


async def no_python(_fake: PythonFake, _arguments: Mapping[str, Json]) -> ToolAnswer:
    """A `RunPython` for where none can be run: the tool fails."""
    return ToolAnswer(error=ToolError.INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What goes back to the model for one call."""

    text: str
    error: ToolError | None = None
    flags: tuple[Flag, ...] = ()

    def block(self, call: ToolCall) -> Mapping[str, Json]:
        """The content block that answers `call`."""
        said: dict[str, Json] = {"type": "tool_result", "tool_use_id": call.id, "content": self.text}
        return said if self.error is None else {**said, "is_error": True}


def refused(call: ToolCall, offered: Mapping[str, ToolDefinition]) -> ToolResult | None:
    """Why the call is answered without running anything: no such tool, or arguments that do not fit."""
    tool = offered.get(call.name)
    if tool is None:
        return ToolResult(text=NO_TOOL, error=ToolError.NOT_FOUND, flags=("unknown_tool",))
    if not _fits(call.arguments, tool.input):
        return ToolResult(text=WORDS[ToolError.INVALID_ARGUMENTS], error=ToolError.INVALID_ARGUMENTS)
    return None


def canned_answer(results: Sequence[Canned], arguments: Mapping[str, Json]) -> ToolAnswer:
    """The first result whose `when` is part of the arguments; where there is none, nothing was found."""
    for each in results:
        if holds(arguments, each.when):
            return ToolAnswer(value=each.value, error=each.error, message=each.message)
    return ToolAnswer(error=ToolError.NOT_FOUND)


def told(answer: ToolAnswer, redact: Callable[[str], str]) -> ToolResult:
    """What the model is told. An empty result is told as it is, and flagged: models take silence for success."""
    if answer.error is not None:
        text = redact(answer.message) or WORDS[answer.error]
        return ToolResult(text=text, error=answer.error, flags=answer.flags)
    text = answer.value if isinstance(answer.value, str) else canonical(answer.value)
    if len(text) > MOST_RESULT:
        return ToolResult(text=WORDS[ToolError.INTERNAL], error=ToolError.INTERNAL, flags=("too_large",))
    return ToolResult(text=text, flags=("empty_result",) if _is_empty(answer.value) else ())


def fake_of(call: ToolCall, fakes: Mapping[str, Fake]) -> Fake:
    """The fake that answers; one without results where the suite has none of this name."""
    return fakes.get(call.name) or Fake(name=call.name)


def holds(whole: Json, part: Json) -> bool:
    """Whether `part` is in `whole`: every key of its mappings, with an equal value. 1 and 1.0 are equal, 1 and true not."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            name in whole and holds(whole[name], each) for name, each in part.items()
        )
    if _is_list(part):
        return _is_list(whole) and len(whole) == len(part) and all(map(_equal, whole, part))
    return isinstance(whole, bool) is isinstance(part, bool) and whole == part


def _equal(one: Json, two: Json) -> bool:
    return holds(one, two) and holds(two, one)


def _is_list(value: Json) -> TypeIs[Sequence[Json]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_empty(value: Json) -> bool:
    if isinstance(value, str):
        return value.strip() in _NOTHING
    return value is None or (isinstance(value, Mapping | Sequence) and not value)


def _fits(arguments: Mapping[str, Json], schema: Mapping[str, Json]) -> bool:
    from jsonschema_rs import ReferencingError

    try:
        return _validator(canonical(schema)).is_valid(_plain(arguments))
    except (ValueError, RecursionError, ReferencingError):
        return False  # such as half a character, which no schema speaks of


@lru_cache(maxsize=64)
def _validator(schema: str) -> Validator:
    """It reads no file and no address, and its patterns take time in proportion to the text: arguments are hostile."""
    from jsonschema_rs import RegexOptions, validator_for

    return validator_for(schema, offline=True, pattern_options=RegexOptions())


def _plain(value: Json) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if _is_list(value) else value
