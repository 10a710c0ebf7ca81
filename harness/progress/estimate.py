"""How long the rest may take: from the latest trials that ended, and honest about what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.progress.state import LATEST, SILENCE, Progress
from harness.units import Seconds

_ENOUGH = 5
"""Trials that must have ended before anything is said about the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The time a run still needs, in seconds, 0 or more."""

    length: Seconds
    is_least: bool
    """Whether it is known to wait for somebody else: then it is a lower bound."""


def time_left(progress: Progress, now: Seconds) -> Left | None:
    """An estimate of the time until the last trial ends; None where nothing can be said.

    The trials that are left, at the pace of the latest that ended: that holds how many were asked at once, their
    waits and their retries, but no silence (see `SILENCE`). Never less than one attempt takes where one is still
    to be made. While everybody waits, the wait that is known is added, and the sum is a lower bound.
    """
    if progress.left == 0 or progress.halt is not None:
        return None
    idle_since = progress.pace.idle_since
    wait = _known_wait(progress, now)
    is_stuck = idle_since is not None and (wait > 0 or now - idle_since > SILENCE)
    pace = _at_this_pace(progress, idle_since if is_stuck and idle_since is not None else now, now)
    if pace is None and wait <= 0:
        return None
    is_sick = any(sick.state == "open" for sick in progress.sick.values())
    return Left(length=Seconds(wait + (pace or 0.0)), is_least=is_stuck or is_sick)


def _known_wait(progress: Progress, now: Seconds) -> float:
    """How long nothing will happen, where that is known: nothing is in flight, and somebody waits for a set time."""
    if progress.on_wire:
        return 0.0
    set_times = (*(wait.until for wait in progress.waits.values()), *_probes(progress))
    return min((until - now for until in set_times if until is not None and until > now), default=0.0)


def _probes(progress: Progress) -> Iterator[Seconds | None]:
    return (sick.probe_at for sick in progress.sick.values())


def _at_this_pace(progress: Progress, until: Seconds, now: Seconds) -> float | None:
    pace = progress.pace
    if pace.began is None or len(pace.ends) < _ENOUGH:
        return None
    is_whole = len(pace.ends) < LATEST
    since, ended = (pace.began, len(pace.ends)) if is_whole else (pace.ends[0], len(pace.ends) - 1)
    each = max(0.0, until - pace.silent - since) / ended
    return max(progress.left * each, _one_more(progress, now))


def _one_more(progress: Progress, now: Seconds) -> float:
    """What the last attempt still needs, if it takes as long as attempts do; the latest to start is the last to end."""
    pace = progress.pace
    if pace.attempts == 0:
        return 0.0
    is_on_wire = len(progress.on_wire) >= progress.left
    since = max(progress.on_wire.values()) if is_on_wire else now
    return max(0.0, pace.wire / pace.attempts - (now - since))
