"""Why a run stopped before its end, or measured less than it planned, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from harness.cli.console import say
from harness.report.safe import term
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.read import Totals, find_run, run_totals
from harness.trial import DECIDED

_REMEDIES = {
    "unauthorized": "the API refuses the key; check {key}",
    "spend_exhausted": "the account may spend nothing more; raise its limit, or wait until it is renewed",
}
_GO_ON = "; then go on with:"


def explain(run_ids: Iterable[str], settings: Settings, again: Mapping[str, str] | None = None) -> None:
    """Say it on stderr, runs of the same reason together; nothing of runs that measured all they needed.

    `again` has the command that goes on, by id, for runs that are not resumed by themselves: those of a gate.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for run_id in run_ids:
        totals = run_totals(settings.store, run_id)
        reason = _reason(run_id, totals, settings)
        if reason is not None:
            alike.setdefault((reason, _remedy(run_id, totals, settings)), []).append(run_id)
    for (reason, remedy), runs in alike.items():
        told = dict.fromkeys((again or {}).get(run_id, f"harness run --resume {run_id}") for run_id in runs)
        before = "\n  " if len(told) > 1 else " "
        commands = [f"{before}{command}" for command in told] if remedy == _GO_ON else []
        say(f"harness: {reason}{remedy}{''.join(commands)}")


def _reason(run_id: str, totals: Totals, settings: Settings) -> str | None:
    remedy = _REMEDIES.get(totals.ended or "")
    if remedy is not None:
        return f"the run stopped early: {remedy.format(key=settings.key_name)}"
    planned = totals.accounting.planned
    if totals.is_whole:
        return None
    missing = (
        each for each in read_answers(settings.store, run_id) if each.score is None and each.detail != DECIDED
    )
    reasons = Counter(term(each.detail or each.outcome) for each in missing)
    most = max(reasons, key=lambda reason: (reasons[reason], reason))
    how = "most often" if reasons[most] > 1 else "for instance"
    return (
        f"{planned - totals.measured - totals.decided} of {planned} trials were not measured; {how}: {most}"
    )


def _remedy(run_id: str, totals: Totals, settings: Settings) -> str:
    """A replay would only find the same recordings again, and what was degraded is kept as it is."""
    if totals.measured + totals.accounting.degraded == totals.accounting.planned:
        return "; what stands in for an answer is kept, and never compared: start a new run for the answers"
    if find_run(settings.store, run_id).mode in ("replay", "imported"):
        return ""
    return _GO_ON
