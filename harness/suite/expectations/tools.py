"""Expectations of what the model did on its way to an answer: which tools it called, with what, and how often.

Names of tools may hold `*`, which stands for any characters: no tool has it in its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from harness.suite.expectation import Expectation
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTools(Expectation):
    """What expectations of tools have in common."""

    of_text: ClassVar[bool] = False

    @property
    def tools(self) -> tuple[str, ...]:
        """Every name it speaks of."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled(OfTools):
    """Between `least` and `most` calls of `tool` are as described."""

    grader: ClassVar[str] = "tool_call"
    tool: str
    arguments: Mapping[str, Json] | None = None
    """What the arguments hold (see `harness.grade.subset`), or, if `exact`, all that they are; None: anything."""
    exact: bool = False
    schema: Json = None
    """A JSON Schema the arguments are valid against; None: anything."""
    where: tuple[Expectation, ...] = ()
    """What the arguments meet, read as if they were the answer: expectations of text, numbers and JSON."""
    least: int = 1
    most: int | None = None

    @property
    def parts(self) -> tuple[Expectation, ...]:
        return self.where

    @property
    def tools(self) -> tuple[str, ...]:
        return (self.tool,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools(OfTools):
    """Which tools were called, of all calls in their order. None: nothing is asked of that kind."""

    grader: ClassVar[str] = "tools"
    order: tuple[str, ...] | None = None
    """Called in this order, with others between them or not."""
    exact: tuple[str, ...] | None = None
    """These calls, and no others."""
    only: tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    at_most: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """The most calls by name."""
    valid: bool = False
    """Whether every call names a tool that is offered, with arguments it takes."""

    @property
    def tools(self) -> tuple[str, ...]:
        return (*(self.order or ()), *(self.exact or ()), *(self.only or ()), *self.never, *self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolF1(OfTools):
    """How well the set of tools that were called agrees with `expected`: the F1 score, in [0, 1]."""

    grader: ClassVar[str] = "tool_f1"
    expected: tuple[str, ...]

    @property
    def tools(self) -> tuple[str, ...]:
        return self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory(OfTools):
    """Bounds on the way to the answer, each inclusive; None: no bound."""

    grader: ClassVar[str] = "trajectory"
    max_steps: int | None = None
    """Turns of the model and calls of tools together."""
    max_turns: int | None = None
    min_tool_calls: int | None = None
    max_tool_calls: int | None = None
    max_repeats: int | None = None
    """How often the same call, with the same arguments, may be made."""
    no_errors: bool = False
    """Whether no tool may fail."""
    no_circles: bool = False
    """Whether the conversation may not go in circles."""
