"""Variants, trials and the one outcome every trial ends in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from harness.call.exchange import Reply, Request
from harness.call.fault import Fault
from harness.suite.case import Case
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion, Rendered
from harness.suite.route import ModelChoice, Route, prompt_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is compared: one version of a prompt on one pinned model, or on the one its route names for a case."""

    prompt: PromptVersion
    model: ModelChoice

    @property
    def label(self) -> str:
        """For people: `v2 on claude-opus-5-5`, `v2 by route simple-on-haiku`."""
        if isinstance(self.model, Route):
            return f"{self.prompt.version} by route {self.model.name}"
        return f"{self.prompt.version} on {self.model.id}"

    @property
    def pins(self) -> tuple[ModelPin, ...]:
        """Every model its trials may be asked of."""
        return self.model.pins if isinstance(self.model, Route) else (self.model,)

    def model_for(self, case: Case, rendered: Rendered) -> ModelPin:
        """The model `case` is asked of. `rendered` is the prompt with the inputs of the case in it."""
        if isinstance(self.model, Route):
            return self.model.model_for(case.tags, prompt_tokens(rendered))
        return self.model


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One case, asked once of one variant. `(case.id, repeat)` is equal across variants: that pairs them."""

    suite: str
    case: Case
    variant: Variant
    repeat: int
    request: Request

    @property
    def key(self) -> tuple[str, int]:
        return (self.case.id, self.repeat)

    @property
    def model(self) -> ModelPin:
        """The pin this trial is asked of."""
        return next(pin for pin in self.variant.pins if pin.id == self.request.model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The pinned model answered; refusals and truncated answers are answers too, and graded as such."""

    kind: Literal["answered"] = "answered"
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded:
    """Something answered, but not what was asked for (another model, a cached reply): kept, never compared."""

    kind: Literal["degraded"] = "degraded"
    reply: Reply
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No answer: the fault says whose it is."""

    kind: Literal["failed"] = "failed"
    fault: Fault


DECIDED: Final = "decided"
"""Why a trial was skipped that was planned and turned out not to be needed: the verdict was clear without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Not asked, or not to the end: a conversation may have had turns, which are paid for and in its record.

    `why` is `budget`, `unpriced`, `circuit_open`, `unauthorized`, `spend_exhausted`, `deadline`, `interrupted` or
    `decided`.
    """

    kind: Literal["skipped"] = "skipped"
    why: str
    detail: str = ""


Outcome = Answered | Degraded | Failed | Skipped
