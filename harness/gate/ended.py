"""How far a live gate has come along the order of its design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from harness.compare.arrays import sides_of
from harness.compare.design import Design
from harness.compare.evidence import Evidence, Key
from harness.compare.observation import DECIDED, Observation, Side

SKIPPED = "skipped: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What has become of the entries of the order. Counts are for the first 0, 1, 2... entries."""

    through: int
    """Entries from the first one on that have ended without a gap."""
    open: tuple[int, ...]
    """Places in the order, from 0, of those that have not ended."""
    missing: tuple[tuple[int, ...], ...]
    """By side that is asked: how many of the entries so far have no score."""
    skipped: tuple[int, ...]
    """How many of the entries so far will never be asked, as their run stopped."""

    def is_too_much_missing(self, after: int, limit: float) -> bool:
        """Whether more than this share of one side's answers has no score."""
        return any(counts[after] > limit * after for counts in self.missing)


def how_far(evidence: Evidence, design: Design) -> Ended:
    """A row that says `skipped: decided` is one that was not asked: whoever still needs it has to ask."""
    before, after = sides_of(evidence)
    asked = [_rows(after)] if design.banked else [_rows(before), _rows(after)]
    states = [[rows.get(key) for key in design.order] for rows in asked]
    unfinished = tuple(i for i, each in enumerate(zip(*states, strict=True)) if None in each)
    return Ended(
        through=unfinished[0] if unfinished else len(design.order),
        open=unfinished,
        missing=tuple(_counts([row is not None and row.score is None for row in rows]) for rows in states),
        skipped=_counts(
            [any(row is not None and _is_skipped(row) for row in each) for each in zip(*states, strict=True)]
        ),
    )


def _rows(side: Side) -> Mapping[Key, Observation]:
    return {(o.case_id, o.repeat): o for o in side.observations if o.missing != DECIDED}


def _is_skipped(row: Observation) -> bool:
    return row.score is None and (row.missing or "").startswith(SKIPPED)


def _counts(flags: list[bool]) -> tuple[int, ...]:
    return (0, *accumulate(map(int, flags)))
