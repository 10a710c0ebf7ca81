"""What a live gate does next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.compare.comparison import Comparison
from harness.compare.evidence import Key
from harness.gate.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the candidate these, and the baseline too unless a bank stands for it: all that the next look waits for.

    In the order of the design. The caller may come back before all of them have ended: it gets the rest, or a
    verdict, if that is clear by then.
    """

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Ask both sides afresh, in turns: a regression was seen that has to show again."""

    repeats: Mapping[str, int]
    """Fresh answers of each side, by case id."""
    hypotheses: tuple[str, ...]
    """What was flagged, by the names of rules: `quality`, `slice: urdu`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """Ask both sides afresh, in turns, about single cases that may have broken.

    The numbers are those of all reruns together: what `Evidence.rerun` already holds counts. It may come twice: a few answers first,
    then more of those cases that the few did not clear.
    """

    repeats: Mapping[str, int]
    """Fresh answers that each side should have in the end, by case id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Nothing more needs to be asked."""

    verdict: Verdict
    comparison: Comparison
    """Of the observations that the verdict was reached on, and no later ones."""


Step = Ask | Confirm | Rerun | Decided
