"""Why an answer is worth a person's look, and which of two is worth it more."""

from __future__ import annotations

import json
import re
from typing import Final, Literal, get_args

from harness.intake.harvest.sighting import Sighting

Signal = Literal["failure", "bad_feedback", "refusal", "truncation", "low_confidence", "outage"]
"""In the order in which they are looked at. Outage: the provider failed, and the prompt has nothing to do with it."""
SIGNALS: Final[tuple[Signal, ...]] = get_args(Signal)
LOW: Final = 0.5
"""Confidence below which an answer is unsure of itself."""

_OUTAGE = re.compile(
    r"(?i)overloaded|rate.?limit|too.many.requests|timed?.?out|timeout|connection|unavailable|bad.gateway|api_error"
    r"|internal.server|(?<![0-9])(?:429|5[0-9]{2})(?![0-9])"
)
_REFUSES = re.compile(
    r"(?i)^\W{0,4}(?:(?:i'?m|i am) (?:very |so |really )?sorry|sorry|unfortunately|i apologi[sz]e|as an ai)?[^.!?\n]{0,60}"
    r"\bi(?: really)? (?:can(?:no|')t|cannot|can not|(?:am|'m) (?:unable|not able)|won'?t|will not|must decline|decline)"
    r"(?: to)? (?:be able to )?(?:help|assist|provide|answer|comply|do that|discuss|share|give|support|fulfil|continue)"
)
_HEAD = 400
"""Characters of a reply in which a refusal in words is looked for."""


def signals_of(sighting: Sighting) -> tuple[Signal, ...]:
    """Everything that speaks for looking at an answer, the gravest first."""
    found: set[Signal] = set()
    if sighting.error:
        found.add("outage" if _OUTAGE.search(sighting.error) else "failure")
    elif sighting.ending == "refused" or _REFUSES.search(sighting.reply[:_HEAD]):
        found.add("refusal")
    elif sighting.ending == "truncated":
        found.add("truncation")
    elif not sighting.reply.strip() and not sighting.is_unfinished:
        found.add("failure")
    if sighting.feedback is not None and sighting.feedback.is_bad:
        found.add("bad_feedback")
    sure = confidence_of(sighting)
    if sure is not None and sure < LOW:
        found.add("low_confidence")
    return tuple(each for each in SIGNALS if each in found)


def confidence_of(sighting: Sighting) -> float | None:
    """How sure the answer was of itself, as the log says or as the answer does, where it is JSON with `confidence`."""
    if sighting.confidence is not None or not sighting.reply.lstrip().startswith("{"):
        return sighting.confidence
    try:
        value = json.loads(sighting.reply).get("confidence")
    except (ValueError, RecursionError):
        return None
    is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) if is_share else None


def rank(sighting: Sighting, signals: tuple[Signal, ...]) -> tuple[int, int, float, str]:
    """Sorts what is to be looked at first to the front; of two alike, the later one."""
    gravest = SIGNALS.index(signals[0]) if signals else len(SIGNALS)
    sure = confidence_of(sighting)
    return gravest, -len(signals), 1.0 if sure is None else sure, _later_first(sighting.at)


_TURNED = str.maketrans({chr(code): chr(0x9E - code) for code in range(0x20, 0x7F)})


def _later_first(at: str) -> str:
    """Turns a moment round, so that the later one sorts first; unknown ones sort last."""
    return at.translate(_TURNED) if at else "\x7f"
