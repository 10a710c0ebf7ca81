"""Responses: everything a grader may look at of what came back for one trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.call.exchange import Reply
from harness.call.step import Step
from harness.grade.opinion import Opinions
from harness.units import Json, Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A reply, and how it came to be."""

    reply: Reply
    steps: tuple[Step, ...] = ()
    """The conversation, where there was one: turns of the model, calls of tools with results, messages of the user."""
    cost: Usd | None = None
    """What the trial is proved to have cost; None: its model has no price, or nobody knows any more."""
    inputs: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    """Those of the case."""
    opinions: Opinions = field(default_factory=lambda: MappingProxyType({}))
    """What experts say of the reply."""

    @property
    def text(self) -> str:
        return self.reply.text
