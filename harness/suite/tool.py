"""Tools of agentic cases: what a model is told of them, the fakes that answer for them, and how far it may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from harness.errors import Place
from harness.units import Json, Seconds, Tokens, Usd

OnLoop = Literal["stop", "flag"]


class ToolError(StrEnum):
    """Every way a tool can fail. A model is told the kind in fixed words, and nothing of an exception."""

    TIMEOUT = "timeout"
    INVALID_ARGUMENTS = "invalid_arguments"
    """The arguments do not fit the tool's schema, or the tool says so."""
    PERMISSION = "permission"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    """Nothing there for these arguments, or no tool of this name."""
    INTERNAL = "internal"
    """Everything else: an exception, a result that is no JSON, or one that is too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDefinition:
    """What a model is told of a tool: all of it is sent."""

    name: str
    description: str
    input: Mapping[str, Json]
    """JSON Schema of the arguments; of an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTool:
    """A tool a prompt version offers. Without a definition of its own it uses the suite's."""

    name: str
    definition: ToolDefinition | None
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One result made up beforehand."""

    when: Mapping[str, Json]
    """It answers calls whose arguments hold all of this; empty: every call."""
    value: Json = None
    """The result; means nothing beside an `error`."""
    error: ToolError | None = None
    message: str = ""
    """What the model is told of the error; empty: the words of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFake:
    """A function of `evals/tools.py` that plays a tool: run in a process of its own, for every call anew."""

    function: str
    source: str = field(repr=False)
    """The whole file, so that what runs is what was read and digested."""
    file: str = "evals/tools.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """What answers for a tool: results made up beforehand, the first that fits, or a Python function."""

    name: str
    results: tuple[Canned, ...] = ()
    python: PythonFake | None = None
    definition: ToolDefinition | None = None
    """For prompts that only name the tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopLimits:
    """How far the conversation of one trial may go. They decide whether it goes on; an answer that came counts."""

    turns: int = 20
    """Model calls."""
    tool_calls: int = 40
    tokens: Tokens = Tokens(500_000)
    """Of all turns together: prompts, caches and answers."""
    cost: Usd | None = None
    """Proved by usage reports; None: only the budgets of the run count."""
    seconds: Seconds = Seconds(600.0)
    """The model's own time, from sending to the last byte of every turn. Waits and retries are not the model's."""
    on_loop: OnLoop = "stop"
    """Whether a conversation that goes in circles is ended, or only flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """How a trial goes on after the first reply. Never sent."""

    fakes: Mapping[str, Fake] = field(default_factory=lambda: MappingProxyType({}))
    """By name: the tools the suite allows, with the case's own results in place of the suite's."""
    says: tuple[str, ...] = ()
    """What the user says after each answer, in turn."""
    limits: LoopLimits = LoopLimits()
    digest: str = ""
    """SHA-256 (hex) over all of the above."""


def definition_of(tool: PromptTool, fakes: Mapping[str, Fake]) -> ToolDefinition | None:
    """What the model is told of a prompt's tool: the prompt's own words, or else the suite's; None: nobody's."""
    if tool.definition is not None:
        return tool.definition
    fake = fakes.get(tool.name)
    return None if fake is None else fake.definition
