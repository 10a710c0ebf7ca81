"""Every verdict in two sentences that need no statistics: what happened and how sure, then what is known beyond it.

The second says what is excluded already, and what would decide where nothing is decided. All numbers are those of
the comparison and the verdict, rounded as `harness.gate.phrases` says.
"""

from __future__ import annotations

from typing import assert_never

from harness.compare.absence import reasons_of
from harness.compare.comparison import Comparison
from harness.gate.telling import Shown, Summary, Telling, summary
from harness.gate.verdict import Finding, Status, Verdict


def summary_of(comparison: Comparison, verdict: Verdict, shown: Shown = str) -> Summary:
    """The verdict in two sentences: a function of its arguments alone. `shown` makes what others wrote harmless."""
    lead = _lead(verdict)
    quality = comparison.quality
    if quality is None or verdict.status is Status.NOT_MEASURED:
        return _not_measured(comparison, lead, shown)
    told = Telling(comparison=comparison, verdict=verdict, quality=quality, shown=shown)
    match verdict.status:
        case Status.PASS:
            return told.passed()
        case Status.REGRESSED:
            return told.regressed(lead)
        case Status.INCONCLUSIVE:
            return told.undecided(lead)
        case _:
            assert_never(verdict.status)


def _lead(verdict: Verdict) -> Finding:
    """The finding that decided. That a regression did not show again says more than that quality is undecided."""
    found = [each for each in verdict.findings if each.status is verdict.status]
    return next((each for each in found if each.rule == "confirm"), found[0])


def _not_measured(comparison: Comparison, lead: Finding, shown: Shown) -> Summary:
    if lead.rule == "comparable":
        what, _, remedy = lead.because.rpartition("; ")
        mend = (
            f"To compare them, {shown(remedy)}"
            if what
            else "No number of either means anything beside the other"
        )
        return summary(f"These two runs cannot be compared: {shown(what or remedy)}", mend)
    if lead.rule == "missing":
        what, _, allowed = lead.because.rpartition("; ")
        kept = f"{allowed.replace('may', 'may be missing')}, and what was answered is kept"
        return summary(f"Nothing can be said yet: {shown(what or allowed)}", f"{_mend(comparison)}: {kept}")
    return summary(f"Nothing can be said: {shown(lead.because)}", "Ask both sides the same cases")


_MENDS = {
    "over_budget": "Raise the budget and run it again",
    "skipped: budget": "Raise the budget and run it again",
    "stale_fixture": "Record the missing answers",
    "unauthorized": "Mend the API key and run it again",
    "spend_exhausted": "Raise the account's own limit and run it again",
}


def _mend(comparison: Comparison) -> str:
    """What helps against the most frequent reason of the side that misses more."""
    worse = max(
        (comparison.baseline, comparison.missing_baseline),
        (comparison.candidate, comparison.missing_candidate),
        key=lambda side: side[1],
    )[0]
    first = next(iter(reasons_of(worse)), ("", 0))[0]
    return _MENDS.get(first, "Run it again")
