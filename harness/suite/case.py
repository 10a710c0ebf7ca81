"""Cases and suites: what is asked and what is expected, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from harness.errors import Place
from harness.suite.attachment import Attachment
from harness.suite.expectation import Expectation
from harness.suite.expectations.judged import judges_of, rejudged
from harness.suite.judge import Judges
from harness.suite.policy import Policy
from harness.suite.tool import Conversation
from harness.units import Json, Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a conversation that took place before a case asks anything: plain text, no template."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """A case that is known to be broken: it is asked and shown, and decides nothing while this holds."""

    owner: str
    until: date
    """The last day on which it holds."""
    reason: str
    place: Place

    def holds_on(self, day: date) -> bool:
        """Whether the case decides nothing on that day."""
        return day <= self.until

    def __str__(self) -> str:
        """For people: `until 2026-12-01 (dana): the shop changed its rules`."""
        return f"until {self.until} ({self.owner}): {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question with what a good answer must satisfy. `id` is unique in its suite, and never reused."""

    id: str
    inputs: Mapping[str, Json]
    """Values of the prompt's template variables."""
    expect: tuple[Expectation, ...]
    """At least one that is scored."""
    tags: tuple[str, ...] = ()
    cluster: str
    """Cases that belong together (one conversation, one document) share it; otherwise the case's own id."""
    weight: float = 1.0
    """Relative weight of the case in the mean; finite and above 0."""
    threshold: float = 1.0
    """The score in [0, 1] from which the case counts as passed. Shown to people; the gate uses the score."""
    digest: str
    """SHA-256 (hex) over inputs, history, attachments, expectations, weight, threshold and conversation.

    What is asked and wanted, wherever it stands: neither a name, nor a place, nor the order of a file is in it.
    """
    place: Place
    conversation: Conversation | None = None
    """How it goes on after the first reply; None where the suite has no tools and the user says no more."""
    must_pass: bool = False
    """Whether it must never fail: one failure is asked again, and blocks when it is no accident."""
    repeats: int | None = None
    """How often it is asked, 1 or more; None: as often as its suite says."""
    history: tuple[Said, ...] = ()
    """What was said before the prompt's last user message: the user and the model in turn, the model last."""
    attachments: tuple[Attachment, ...] = ()
    """What the model is shown beside the text."""
    quarantine: Quarantine | None = None
    """None: it counts like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantName:
    """A variant as a suite names it: a prompt version and a model, both by name."""

    version: str
    model: str
    """Short name of a pin, or `route:` and the name of a route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases that are asked together, of one prompt. Never empty."""

    name: str
    prompt: str
    baseline: VariantName
    candidate: VariantName
    repeats: int
    """How often each case is asked of each variant, 1 or more."""
    budget: Usd | None
    """The most one run of this suite may spend; None: no cap of its own."""
    policy: Policy
    cases: tuple[Case, ...]
    digest: str
    """SHA-256 (hex) over the case digests and ids, in order of id."""
    place: Place

    @property
    def tags(self) -> frozenset[str]:
        """Those of all of its cases."""
        return frozenset(tag for case in self.cases for tag in case.tags)

    @property
    def judges(self) -> Judges:
        """Those that its expectations ask, by name."""
        return judges_of(each for case in self.cases for each in case.expect)


def judged_by(suite: Suite, judges: Judges) -> Suite:
    """The suite with these judges in place of those of the same name. Its cases stay the cases they are."""
    cases = (
        replace(case, expect=tuple(rejudged(each, judges) for each in case.expect)) for case in suite.cases
    )
    return replace(suite, cases=tuple(cases)) if suite.judges else suite
