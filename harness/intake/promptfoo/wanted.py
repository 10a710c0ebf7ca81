"""One assertion for one case, with its templates filled in; and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.intake.constructs import Fate
from harness.intake.nunjucks import as_text
from harness.suite.notation.node import Node
from harness.units import Json

Entry = Mapping[str, Any]
"""An expectation as a file says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one assertion asks for, in one case."""

    kind: str
    """Without `not-`."""
    negated: bool
    value: Json
    threshold: float | None
    config: Json
    inputs: Mapping[str, Json]
    """The variables of the case, by the names they have there."""
    node: Node
    base: Path
    graded: bool
    """Whether the test has a threshold of its own, so that degrees count as they are."""
    loses: tuple[str, ...] = ()
    """What of its templates could not be said."""

    def texts(self) -> list[str]:
        """The value as a list of texts."""
        items = self.value if isinstance(self.value, list | tuple) else [self.value]
        return [as_text(one) for one in items if one is not None]

    def text(self) -> str | None:
        """The value as one text; None where it is none."""
        if self.value is None or isinstance(self.value, Mapping | list | tuple):
            return None
        return as_text(self.value)

    def bar(self, usual: float) -> dict[str, Json]:
        """`at_least`, unless degrees count as they are."""
        if self.graded and not self.negated:
            return {}
        return {"at_least": usual if self.threshold is None else self.threshold}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an assertion becomes."""

    entry: Entry | None
    fate: Fate
    reason: str
    is_turned: bool = False
    """Whether the entry says already what `not-` says."""
    otherwise: Answer | None = None
    """What it becomes where our files cannot say this."""


def mapped(entry: Entry, otherwise: Answer | None = None) -> Answer:
    """It means the same here."""
    return Answer(entry=entry, fate="mapped", reason=_grader(entry), otherwise=otherwise)


def bridged(entry: Entry, reason: str) -> Answer:
    """It is carried over, with a difference."""
    return Answer(entry=entry, fate="bridged", reason=f"{_grader(entry)}: {reason}")


def listed(reason: str) -> Answer:
    """It is not carried over."""
    return Answer(entry=None, fate="listed", reason=reason)


def _grader(entry: Entry) -> str:
    return next(iter(entry))


Translate = Callable[[Wanted], Answer]
