"""What nobody waited for: answers that a run planned and a verdict did not need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from harness.compare.observation import DECIDED, Accounting, Observation, Side


def asked_of(side: Side) -> tuple[Observation, ...]:
    """The rows of a side without those that were skipped because the verdict was clear."""
    return tuple(o for o in side.observations if o.missing != DECIDED)


def asked_of_both(baseline: Side, candidate: Side) -> tuple[tuple[Observation, ...], tuple[Observation, ...]]:
    """The same of both, without the cases that one side planned and never came to.

    They were left out by chance, not by choice: the order of asking is drawn. So they say nothing about either
    side, and are not missing.
    """
    before, after = asked_of(baseline), asked_of(candidate)
    left_out = _never_asked(baseline, before) | _never_asked(candidate, after)
    if not left_out:
        return before, after
    return _without(before, left_out), _without(after, left_out)


def only(side: Side, observations: Sequence[Observation]) -> Side:
    """The side as if it had planned these rows and no others. Its dollars are those of all it asked."""
    kept = tuple(observations)
    answered = sum(o.score is not None for o in kept)
    degraded = sum(o.missing == "degraded" for o in kept)
    skipped = sum(o.score is None and (o.missing or "").startswith("skipped: ") for o in kept)
    planned = len({(o.case_id, o.repeat) for o in kept})
    return replace(
        side,
        observations=kept,
        accounting=Accounting(
            planned=planned,
            answered=answered,
            degraded=degraded,
            failed=len(kept) - answered - degraded - skipped,
            skipped=skipped,
        ),
    )


def share_missing(side: Side, held: Collection[str] = ()) -> float:
    """Share of what was planned and not left out that has no score; all of it, where that is nothing.

    Cases that are `held` count for nothing.
    """
    rows = [o for o in side.observations if o.case_id not in held]
    measured = sum(o.score is not None for o in rows)
    left_out = sum(o.missing == DECIDED for o in rows) + len(side.observations) - len(rows)
    planned = max(side.accounting.planned, len(side.observations)) - left_out
    return (planned - measured) / planned if planned else 1.0


def _never_asked(side: Side, asked: Sequence[Observation]) -> set[str]:
    return {o.case_id for o in side.observations} - {o.case_id for o in asked}


def _without(observations: Sequence[Observation], cases: set[str]) -> tuple[Observation, ...]:
    return tuple(o for o in observations if o.case_id not in cases)
