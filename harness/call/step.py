"""What happened in a conversation, step by step, and the log that keeps it however the conversation ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from harness.call.exchange import Origin
from harness.suite.tool import ToolError
from harness.units import Seconds, Tokens

StepKind = Literal["model", "tool", "user"]
Flag = Literal[
    "unknown_tool",
    "empty_result",
    "too_large",
    "repeated_call",
    "cycle",
    "no_progress",
    "paused",
    "not_run",
    "out_of_bounds",
]
"""`repeated_call`, `cycle` and `no_progress`: the conversation goes in circles. `out_of_bounds`: it ended here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn of the model, one call of a tool with its result, or one message of the user. Texts are hostile."""

    number: int
    """From 1, within the trial."""
    turn: int
    """The model call it belongs to, from 1; a message of the user belongs to the one that reads it."""
    kind: StepKind
    text: str = ""
    """What the model or the user said, or what the model was told as the result of a tool."""
    tool: str | None = None
    """The name the model called."""
    arguments: str | None = None
    """Canonical JSON."""
    error: ToolError | None = None
    flags: tuple[Flag, ...] = ()
    latency: Seconds = Seconds(0.0)
    """Of the model call or of the fake, without waits."""
    input_tokens: Tokens = Tokens(0)
    """The whole prompt of a model call, caches included."""
    output_tokens: Tokens = Tokens(0)


Keep = Callable[[Origin, str, Step], None]
"""Takes a step of the trial that the origin and the pinned model id name."""


def forget(_origin: Origin, _model: str, _step: Step) -> None:
    """A `Keep` for when nobody wants to know."""


class StepLog:
    """The steps of every trial that is under way: kept outside of the call, so that a failed one shows them too."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, str], list[Step]] = defaultdict(list)

    def keep(self, origin: Origin, model: str, step: Step) -> None:
        """A `Keep`."""
        self._steps[str(origin), model].append(step)

    def of(self, key: tuple[str, str]) -> tuple[Step, ...]:
        """The steps of one trial so far, in order; forgets them. `key`: its origin as text, and its model."""
        return tuple(self._steps.pop(key, ()))
