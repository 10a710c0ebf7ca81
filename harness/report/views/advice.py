"""What to do about one suite, in plain words: go to the new model, stay, or find out more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from harness.compare.comparison import Comparison, Ratio
from harness.gate.verdict import Status, Verdict
from harness.report import words
from harness.suite.lifecycle import Standing, ending, retiring

SOON = 90
"""Days before its end from which a model that runs now is called on its way out."""


class Advice(StrEnum):
    """What a suite may do."""

    STAY = "stay"
    UNDECIDED = "undecided"
    GO = "go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """One suite's advice and what speaks for it, in sentences."""

    advice: Advice
    because: tuple[str, ...]


def unfit(reason: str, leaving: Standing | None) -> Advised:
    """Of a suite whose prompt the new model does not take."""
    because = f"The new model cannot be asked: {reason}."
    return Advised(advice=Advice.STAY, because=(because, *_pressed(leaving)))


def advised(comparison: Comparison, verdict: Verdict, leaving: Standing | None) -> Advised:
    """A function of the verdict, never of taste: PASS goes, REGRESSED stays, all else is undecided.

    `leaving`: how long the model that runs now still lives; None: not known, or a route.
    """
    match verdict.status:
        case Status.PASS:
            return Advised(
                advice=Advice.GO, because=(*_gained(comparison, verdict), *_leaving(leaving, "before then"))
            )
        case Status.REGRESSED:
            return Advised(
                advice=Advice.STAY, because=(*_dearer_but_better(comparison, verdict), *_pressed(leaving))
            )
        case Status.INCONCLUSIVE | Status.NOT_MEASURED:
            return Advised(advice=Advice.UNDECIDED, because=tuple(_pressed(leaving)))
        case _:
            assert_never(verdict.status)


def _gained(comparison: Comparison, verdict: Verdict) -> Iterator[str]:
    """What going brings, as far as it is proved."""
    cost = comparison.cost
    if cost is None:
        yield "What it costs is not known: one of the models has no price."
    elif cost.upper < 1:
        yield f"It costs {_less(cost)}."
    elif cost.lower > 1:
        limit = verdict.policy.cost_margin
        allowed = "which this suite does not limit" if limit is None else "within what this suite allows"
        yield f"It costs {words.change(cost.ratio)}, {allowed}."
    elif verdict.label != "improved":
        yield "Nothing is lost beyond the margin, and nothing is proved to be gained: it costs about the same."
    if verdict.label == "drift":
        yield "Quality is a little lower, within the margin."


def _less(cost: Ratio) -> str:
    return f"{words.change(cost.ratio).lstrip('−')} less"


def _dearer_but_better(comparison: Comparison, verdict: Verdict) -> Iterator[str]:
    """Where only its price keeps a model out, that is a choice of the suite's."""
    bad = {each.rule for each in verdict.findings if each.status is Status.REGRESSED}
    quality = comparison.quality
    if bad == {"cost"} and quality is not None and quality.lower > 0:
        rise = words.points(quality.difference)
        yield f"Quality is better by {rise} points: raise the suite's limit of cost if that is worth it."
    elif bad == {"cost"}:
        yield "Quality holds: only the suite's limit of cost keeps it out."


def _pressed(leaving: Standing | None) -> Iterator[str]:
    yield from _leaving(leaving, "so it cannot stay for long")


def _leaving(leaving: Standing | None, then: str) -> Iterator[str]:
    if leaving is not None and retiring(leaving, SOON):
        yield f"{leaving.pin.id}, which runs now, {ending(leaving)}: {then}."
