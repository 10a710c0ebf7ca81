"""Evidence laid out in arrays, so that every look at it is a handful of sums.

Rows are sorted by case and repeat first: the order they came in changes no bit of any sum.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from harness.compare.columns import Columns
from harness.compare.design import Design
from harness.compare.evidence import Evidence, Key
from harness.compare.interval import NOISE
from harness.compare.observation import DECIDED, Observation, Side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The answers of one side to the cases that can be compared. All arrays have one entry per row."""

    place: Integers
    """Of its case among those of the layout."""
    entry: Integers
    """Its number in the order of asking, from 1; 0: it was there before anything was asked."""
    score: Floats
    """In [0, 1]; NaN: unmeasured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Both sides of the cases that can be compared: planned, and asked and wanted alike on both."""

    cases: tuple[str, ...]
    """Ids, in order of the alphabet."""
    cluster: Integers
    """A number per case, equal for cases of one cluster."""
    weight: Floats
    slices: Mapping[str, Integers]
    """Places of the cases of each tested slice."""
    baseline: Rows
    candidate: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The cases that had answers on both sides by some moment."""

    place: Integers
    """Among the cases of the layout, ascending."""
    columns: Columns
    """In the same order."""


def sides_of(evidence: Evidence) -> tuple[Side, Side]:
    """What stands for the baseline, and the candidate. Raises ValueError where it is not one thing that does."""
    found = [side for side in (evidence.bank, evidence.baseline) if side is not None]
    if len(found) != 1:
        raise ValueError("either a bank or fresh samples stand for the baseline")
    return found[0], evidence.candidate


def lay_out(evidence: Evidence, design: Design) -> Layout:
    """Rows of what the design plans, in one order, whatever order they come in."""
    import numpy as np

    before, after = sides_of(evidence)
    entries = {key: i for i, key in enumerate(design.order, 1)}
    old = dict.fromkeys(((o.case_id, o.repeat) for o in before.observations), 0)
    theirs = _asked(before, old if design.banked else entries)
    ours = _asked(after, entries)
    cases = tuple(
        sorted(case for case in theirs.rows.keys() & ours.rows.keys() if _alike(theirs, ours, case))
    )
    places = {case: i for i, case in enumerate(cases)}
    firsts = [min(ours.rows[case], key=itemgetter(0))[2] for case in cases]
    clusters = {name: i for i, name in enumerate(sorted({first.cluster for first in firsts}))}
    return Layout(
        cases=cases,
        cluster=np.array([clusters[first.cluster] for first in firsts], dtype=np.int64),
        weight=np.array([first.weight for first in firsts], dtype=np.float64),
        slices={
            name: np.array(sorted(places[case] for case in ids if case in places), dtype=np.int64)
            for name, ids in design.slices.items()
        },
        baseline=_rows(theirs, cases),
        candidate=_rows(ours, cases),
    )


def view(layout: Layout, after: int, *, at_worst: bool = False) -> View:
    """What was known once the first `after` entries of the order had ended.

    `at_worst` counts every unmeasured answer of the baseline as 1, and of the candidate as 0; else they are left
    out, and cases without any measured answer on one side with them.
    """
    before, answers = _means(layout.baseline, len(layout.cases), after, 1.0 if at_worst else None)
    now, more = _means(layout.candidate, len(layout.cases), after, 0.0 if at_worst else None)
    place = (((answers > 0) & (more > 0)).nonzero())[0]
    difference = now[place] - before[place]
    difference[abs(difference) < NOISE] = 0.0
    columns = Columns(
        baseline=before[place],
        candidate=now[place],
        difference=difference,
        weight=layout.weight[place],
        cluster=layout.cluster[place],
    )
    return View(place=place, columns=columns)


def cases_seen(layout: Layout, after: int) -> tuple[str, ...]:
    """Ids of the cases that had answers on both sides by then."""
    places: list[int] = view(layout, after).place.tolist()
    return tuple(layout.cases[place] for place in places)


def averages(rows: Rows, cases: int) -> Floats:
    """Mean score of every case over all its measured answers; NaN where there is none."""
    import numpy as np

    means, count = _means(rows, cases, sys.maxsize, None)
    return np.where(count > 0, means, np.nan)


def scores_at(rows: Rows, after: int, places: Sequence[int]) -> Mapping[int, tuple[float, ...]]:
    """Measured scores of these cases by the time the first `after` entries had ended."""
    import numpy as np

    inside = (rows.entry <= after) & ~np.isnan(rows.score)
    place, score = rows.place[inside], rows.score[inside]
    starts = np.searchsorted(place, places, side="left")
    ends = np.searchsorted(place, places, side="right")
    return {
        each: tuple(score[start:end].tolist()) for each, start, end in zip(places, starts, ends, strict=True)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One side: repeat, entry in the order, and the row itself, of every case."""

    rows: Mapping[str, Sequence[tuple[int, int, Observation]]]
    digests: Mapping[str, str | frozenset[str]]
    """What was asked and wanted; a set where that is not one thing, and empty where nobody knows."""


def _asked(side: Side, entries: Mapping[Key, int]) -> _Asked:
    rows: dict[str, list[tuple[int, int, Observation]]] = {}
    digests: dict[str, str | frozenset[str]] = {}
    for o in side.observations:
        entry = entries.get((o.case_id, o.repeat))
        if entry is None or o.missing == DECIDED:
            continue
        rows.setdefault(o.case_id, []).append((o.repeat, entry, o))
        known = digests.setdefault(o.case_id, o.case_digest)
        if o.case_digest not in {known, ""}:
            digests[o.case_id] = o.case_digest if not known else _several(known) | {o.case_digest}
    return _Asked(rows=rows, digests=digests)


def _several(digests: str | frozenset[str]) -> frozenset[str]:
    return frozenset({digests}) if isinstance(digests, str) else digests


def _alike(before: _Asked, after: _Asked, case: str) -> bool:
    """Whether both sides asked and wanted the same, as far as anyone knows."""
    theirs, ours = before.digests[case], after.digests[case]
    return not theirs or not ours or theirs == ours


def _rows(asked: _Asked, cases: Sequence[str]) -> Rows:
    import numpy as np

    place: list[int] = []
    entry: list[int] = []
    score: list[float] = []
    for number, case in enumerate(cases):
        for _, at, o in sorted(asked.rows[case], key=itemgetter(0, 1)):
            place.append(number)
            entry.append(at)
            score.append(math.nan if o.score is None else o.score)
    return Rows(
        place=np.array(place, dtype=np.int64),
        entry=np.array(entry, dtype=np.int64),
        score=np.array(score, dtype=np.float64),
    )


def _means(rows: Rows, cases: int, after: int, missing: float | None) -> tuple[Floats, Integers]:
    """Mean score by case, and over how many answers; 0 over 0."""
    import numpy as np

    unmeasured = np.isnan(rows.score)
    inside = rows.entry <= after
    if missing is None:
        inside &= ~unmeasured
    place, score = rows.place[inside], rows.score[inside]
    if missing is not None:
        score = np.where(unmeasured[inside], missing, score)
    count = np.bincount(place, minlength=cases)
    return np.bincount(place, weights=score, minlength=cases) / np.maximum(count, 1), count
