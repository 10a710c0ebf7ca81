"""Cases in quarantine: asked, counted and shown like all others, and left out of everything that decides."""

from __future__ import annotations

from collections.abc import Mapping

from harness.compare.asked import Asked

Held = Mapping[str, str]
"""By case id: until when it is in quarantine, who sees to it, and why."""


def held_of(baseline: Mapping[str, Asked], candidate: Mapping[str, Asked]) -> Held:
    """The cases that decide nothing. The candidate's run says so; of a case it did not plan, the baseline's."""
    newest = {**baseline, **candidate}
    found = {case: told for case, asked in newest.items() if (told := _told(asked))}
    return dict(sorted(found.items()))


def deciding(asked: Mapping[str, Asked], held: Held) -> Mapping[str, Asked]:
    """The cases of a side that are in no quarantine."""
    return {case: each for case, each in asked.items() if case not in held} if held else asked


def _told(asked: Asked) -> str:
    return next((each.quarantine for each in asked.trials if each.quarantine), "")
