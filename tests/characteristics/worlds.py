"""What may have happened between baseline and candidate: worlds that draw chances of passing.

Half of all questions to a gate are about nothing: those worlds come first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.characteristics.mixtures import Chances, Draw, Mixture

TAGS = 10
"""Every case has one of them, and half of the cases a second one."""
SLICE = 0
"""The tag whose cases a bad slice is made of: every tenth case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Chances of passing of the same cases. `bank`: when the old samples of the baseline were taken."""

    bank: Chances
    baseline: Chances
    candidate: Chances
    other_model: bool = False
    """Whether the candidate asks another model: single cases are not held against it then."""


World = Callable[[Draw, Mixture, int], Chance]


def tags_of(case: int) -> tuple[str, ...]:
    """`t0` to `t9`; never `t0` as a second one."""
    first = case % TAGS
    second = 1 + (case // TAGS * 4 + first) % (TAGS - 1)
    return (f"t{first}",) if case // TAGS % 2 or second == first else (f"t{first}", f"t{second}")


def unchanged(draw: Draw, mixture: Mixture, n: int) -> Chance:
    now = mixture(draw, n)
    return Chance(bank=now, baseline=now, candidate=now)


def stale(draw: Draw, mixture: Mixture, n: int) -> Chance:
    """Nothing changed between the sides, but both are five points below what the bank remembers."""
    old = mixture(draw, n)
    now = _less(old, 0.05)
    return Chance(bank=old, baseline=now, candidate=now)


def reshuffled(draw: Draw, mixture: Mixture, n: int) -> Chance:
    """Another model, as good on average: a fifth of the cases is drawn anew."""
    before = mixture(draw, n)
    after = np.where(draw.random(n) < 0.2, mixture(draw, n), before)
    return Chance(bank=before, baseline=before, candidate=after, other_model=True)


def dropped(points: float) -> World:
    """Every case passes less often by so many points, as far as it can."""

    def world(draw: Draw, mixture: Mixture, n: int) -> Chance:
        before = mixture(draw, n)
        return _changed(before, _less(before, points / 100))

    return world


def shrunk(points: float) -> World:
    """Every case passes less often by the same factor; over all suites of this kind the mean falls by `points`."""

    def world(draw: Draw, mixture: Mixture, n: int) -> Chance:
        before = mixture(draw, n)
        return _changed(before, before * (1 - points / 100 / mean_of(mixture)))

    return world


def dead(points: float) -> World:
    """Each case breaks altogether with the chance that makes the mean fall by `points`: few cases, all or nothing."""

    def world(draw: Draw, mixture: Mixture, n: int) -> Chance:
        before = mixture(draw, n)
        share = points / 100 / mean_of(mixture)
        return _changed(before, np.where(draw.random(n) < share, 0.0, before))

    return world


def broken_slice(draw: Draw, mixture: Mixture, n: int) -> Chance:
    """A tenth of the cases, all of them reliable before, passes three times in ten."""
    before = _reliable_slice(mixture(draw, n))
    return _changed(before, np.where(in_slice(n), np.minimum(before, 0.3), before))


def masked_slice(draw: Draw, mixture: Mixture, n: int) -> Chance:
    """A tenth of the cases is worse by 30 points; half of the others is better by five."""
    before = mixture(draw, n)
    better = np.where(draw.random(n) < 0.5, np.minimum(1.0, before + 0.05), before)
    return _changed(before, np.where(in_slice(n), _less(before, 0.3), better))


def half_broken_slice(draw: Draw, mixture: Mixture, n: int) -> Chance:
    """Half of a tenth of the cases passes never again."""
    before = _reliable_slice(mixture(draw, n))
    return _changed(before, np.where(in_slice(n) & (draw.random(n) < 0.5), 0.0, before))


def one_broken(draw: Draw, mixture: Mixture, n: int) -> Chance:
    """One case, any but the shakiest, passes one time in twenty."""
    before = mixture(draw, n)
    fit = np.flatnonzero(before >= 0.9)
    after = before.copy()
    after[draw.choice(fit) if len(fit) else int(before.argmax())] = 0.05
    return _changed(before, after)


def in_slice(n: int) -> npt.NDArray[np.bool_]:
    return np.asarray(np.arange(n) % TAGS == SLICE)


_MEANS: dict[Mixture, float] = {}


def mean_of(mixture: Mixture) -> float:
    """Mean chance of passing, over many drawn cases; the same in every process."""
    if mixture not in _MEANS:
        _MEANS[mixture] = float(mixture(np.random.default_rng(1), 1_000_000).mean())
    return _MEANS[mixture]


def _changed(before: Chances, after: Chances) -> Chance:
    return Chance(bank=before, baseline=before, candidate=after)


def _less(chances: Chances, points: float) -> Chances:
    return np.maximum(0.0, chances - points)


def _reliable_slice(chances: Chances) -> Chances:
    """The same chances in an order that puts reliable cases (0.9 or more, where there are enough) into the slice."""
    places = np.flatnonzero(in_slice(len(chances)))
    ordered = chances.copy()
    good = np.flatnonzero(chances >= 0.9)
    for place in places:
        if ordered[place] < 0.9 and len(good := good[~in_slice(len(chances))[good]]):
            ordered[[place, good[0]]] = ordered[[good[0], place]]
            good = good[1:]
    return ordered


WORLDS: Mapping[str, World] = {
    "nothing changed": unchanged,
    "nothing changed, bank 5 points off": stale,
    "another model, as good": reshuffled,
    "every case -5": dropped(5),
    "every case -10": dropped(10),
    "every case -30": dropped(30),
    "slice broken": broken_slice,
    "slice -30, masked": masked_slice,
    "slice half broken": half_broken_slice,
    "one case broken": one_broken,
    "margin, every case": shrunk(5),
    "margin, all or nothing": dead(5),
    "drop of 10 points": shrunk(10),
}
NULLS = ("nothing changed", "nothing changed, bank 5 points off", "another model, as good")
