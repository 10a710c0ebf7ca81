"""The calls of tools in a response: what the graders of tools look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harness.call.canonical import canonical
from harness.call.step import Flag, Step
from harness.grade.decision import printable
from harness.grade.pattern import is_whole
from harness.grade.response import Response
from harness.suite.tool import ToolError

CIRCLES: Final[frozenset[Flag]] = frozenset({"repeated_call", "cycle", "no_progress"})
SHOWN: Final = 10
"""Calls that evidence lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call the model made, whether or not it was run. Hostile."""

    tool: str
    arguments: str
    """Canonical JSON."""
    error: ToolError | None = None
    flags: tuple[Flag, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether there is such a tool, and it takes these arguments."""
        return self.error is not ToolError.INVALID_ARGUMENTS and "unknown_tool" not in self.flags


def calls_of(response: Response) -> tuple[Called, ...]:
    """All calls in their order: of the conversation, or of the reply where there was none."""
    steps = tuple(_called(each) for each in response.steps if each.kind == "tool")
    if response.steps:
        return steps
    return tuple(
        Called(tool=each.name, arguments=canonical(each.arguments)) for each in response.reply.tool_calls
    )


def is_named(name: str, called: str) -> bool:
    """Whether `called` is the tool of this name; `*` in `name` stands for any characters."""
    if "*" not in name:
        return name == called
    return is_whole("(?s)" + ".*".join(map(re.escape, name.split("*"))), called)


def listed(calls: Sequence[Called]) -> str:
    """The names of the calls, for people."""
    if not calls:
        return "no call of a tool"
    names = ", ".join(printable(each.tool, 64) for each in calls[:SHOWN])
    more = f", and {len(calls) - SHOWN:,} more" if len(calls) > SHOWN else ""
    return f"{len(calls):,} {'call' if len(calls) == 1 else 'calls'}: {names}{more}"


def _called(step: Step) -> Called:
    return Called(
        tool=step.tool or "",
        arguments=step.arguments or "{}",
        error=step.error,
        flags=step.flags,
    )
