"""Expectations that a user's own code decides: Python functions, and JavaScript as other tools have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from harness.suite.canonical import digest
from harness.suite.expectation import UNSPELLED, Expectation
from harness.units import Json, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderCode:
    """A function of a file of graders, as it was read: never imported, and run in a process of its own."""

    source: str
    takes: tuple[str, ...]
    """The names of its parameters: what it looks at (`harness.graders.KNOWN`)."""
    seconds: Seconds
    """The longest it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Python(Expectation):
    """A user's function says so."""

    grader: ClassVar[str] = "python"
    expert: ClassVar[str | None] = "python"
    runs_code: ClassVar[bool] = True
    function: str
    file: str
    """Its path in the project."""
    args: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    code: GraderCode = field(metadata=UNSPELLED)

    @property
    def rests_on(self) -> Mapping[str, str]:
        return {f"python {self.file}": digest(self.code.source)[:12]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Javascript(Expectation):
    """An expression, a function body or a module says so, in the way of promptfoo."""

    grader: ClassVar[str] = "javascript"
    expert: ClassVar[str | None] = "javascript"
    runs_code: ClassVar[bool] = True
    code: str | None
    """What stands in the case itself; None: it is in a file."""
    file: str | None
    """Its path in the project, `.js` or `.cjs`; None: the code stands in the case."""
    config: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    """What the code finds as `context.config`."""
    source: str = field(metadata=UNSPELLED)

    @property
    def rests_on(self) -> Mapping[str, str]:
        return {} if self.file is None else {f"javascript {self.file}": digest(self.source)[:12]}
