"""The kill-switch: a catastrophe stops a live gate before its first look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.compare.arrays import Layout, Rows, averages
from harness.compare.betting import first_crossing, highest_e_value
from harness.compare.design import Design
from harness.suite.policy import Policy

if TYPE_CHECKING:
    from harness.compare.arrays import Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """Evidence against "the drop is at most the margin", pair by pair in the order of asking."""

    after: int | None
    """Entries of the order after which it stops everything; None: it does not."""
    pairs: int
    """Pairs it was looked at with: up to there, or all there are."""
    e_value: float
    """The largest it has been, at least 1."""


def watch(layout: Layout, through: int, design: Design, policy: Policy) -> Kill:
    """Bet on the first answers of the cases among the first `through` entries of the order (STATISTICS 12.6).

    One pair per cluster, the first of it, so that pairs are independent. A pair of less weight bets less. It is
    looked at after every `kill_every` pairs, and nowhere else, so what comes later changes nothing. In a suite
    that is too small to regress it never stops anything.
    """
    looks = policy.looks
    if looks is None or design.clusters < policy.min_cases:
        return Kill(after=None, pairs=0, e_value=1.0)
    pairs = _pairs(layout, through, banked=design.banked)
    whole = pairs[: len(pairs) // looks.kill_every * looks.kill_every]
    margin = policy.quality_margin
    bets = [weight / design.heaviest * (difference + margin) - margin for _, weight, difference in whole]
    stop = first_crossing(bets, margin, at=looks.kill_at, every=looks.kill_every)
    return Kill(
        after=None if stop is None else whole[stop - 1][0],
        pairs=len(whole) if stop is None else stop,
        e_value=highest_e_value(bets[:stop], margin),
    )


Pair = tuple[int, float, float]
"""Entry of the order, weight of the case, and candidate minus baseline."""


def _pairs(layout: Layout, through: int, *, banked: bool) -> Sequence[Pair]:
    """The first answer of each cluster with a score on both sides, by the entry it came in with."""
    import numpy as np

    entry, ours = _first_answers(layout.candidate, len(layout.cases))
    theirs = (
        averages(layout.baseline, len(layout.cases))
        if banked
        else _first_answers(layout.baseline, len(layout.cases))[1]
    )
    difference = ours - theirs
    usable = np.flatnonzero((entry <= through) & ~np.isnan(difference))
    usable = usable[np.argsort(entry[usable])]
    _, first = np.unique(layout.cluster[usable], return_index=True)
    chosen = usable[np.sort(first)]
    return list(
        zip(entry[chosen].tolist(), layout.weight[chosen].tolist(), difference[chosen].tolist(), strict=True)
    )


def _first_answers(rows: Rows, cases: int) -> tuple[Integers, Floats]:
    """Entry and score of the answer of each case that was asked for first; beyond all entries where there is none."""
    import numpy as np

    order = np.argsort(rows.entry, kind="stable")
    places, first = np.unique(rows.place[order], return_index=True)
    entry = np.full(cases, np.iinfo(np.int64).max)
    score = np.full(cases, np.nan)
    entry[places], score[places] = rows.entry[order][first], rows.score[order][first]
    return entry, score
