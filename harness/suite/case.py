"""Cases and suites: what is asked and what is expected, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.judge import Judges
from harness.suite.policy import Policy
from harness.suite.tool import Conversation
from harness.units import Json, Usd


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
    """SHA-256 (hex) over inputs, expectations, weight, threshold and conversation: what is asked and wanted."""
    place: Place
    conversation: Conversation | None = None
    """How it goes on after the first reply; None where the suite has no tools and the user says no more."""
    must_pass: bool = False
    """Whether it must never fail: one failure is asked again, and blocks when it is no accident."""


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
    judges: Judges = field(default_factory=lambda: MappingProxyType({}))
    """Those that its expectations name, by name."""
