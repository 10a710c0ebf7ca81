"""The exit status that verdicts come to together."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cli.console import say
from harness.gate.verdict import EXIT_STATUS, Status
from harness.pipeline.comparing import Compared

_WORST_FIRST = (Status.REGRESSED, Status.NOT_MEASURED, Status.INCONCLUSIVE, Status.PASS)
"""Over several suites a regression that was found counts more than a suite that could not be measured."""


def worst_of(statuses: Sequence[Status]) -> Status:
    """The status several suites come to together."""
    return min(statuses, key=_WORST_FIRST.index)


def ending(compared: Sequence[Compared], *, allow: bool = False) -> int:
    """The exit status. INCONCLUSIVE is accepted where the flag (`allow`) or the suite's policy says so, and said."""
    if allow and worst_of([each.verdict.status for each in compared]) is Status.INCONCLUSIVE:
        say("INCONCLUSIVE is accepted here (--allow-inconclusive)")
        return EXIT_STATUS[Status.PASS]
    for each in compared:
        if each.verdict.is_only_warned_of:
            say(f"warning: {each.candidate.suite} is INCONCLUSIVE; its gate says `on_inconclusive: warn`")
    return EXIT_STATUS[worst_of([each.verdict.weighs for each in compared])]
