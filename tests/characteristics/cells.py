"""What is simulated: a world, a kind of suite, its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One line of the tables."""

    world: str
    mixture: str
    n: int
    share: float = 1.0
    """Of the runs that are asked for: rare events need more of them."""
    sliced: bool = True
    """Whether the suite has tags that are tested on their own; they cost answers, and power over all."""

    @property
    def name(self) -> str:
        return f"{self.world} | {self.mixture} | {self.n}{'' if self.sliced else ' | no slices'}"


SIZES = (30, 100, 300)
SHARES = {20: 0.3, 30: 0.3, 50: 0.5, 100: 0.5, 300: 0.2}
"""Of the runs, where something changed: large suites take long, and their figures are close to 0 or 100."""


def cells() -> tuple[Cell, ...]:
    """All of them, in the order of the tables."""
    return (*_nothing_changed(), *_something_changed(), *_at_the_margin(), *_without_slices())


def _nothing_changed() -> Iterator[Cell]:
    for mixture, n in product(("nominal", "real"), SIZES):
        yield Cell(world="nothing changed", mixture=mixture, n=n)
    yield Cell(world="nothing changed", mixture="steady", n=50)
    for mixture, n in product(("nominal", "real"), SIZES):
        yield Cell(world="another model, as good", mixture=mixture, n=n, share=SHARES[n])
    for mixture in ("nominal", "real"):
        yield Cell(world="nothing changed, bank 5 points off", mixture=mixture, n=100, share=SHARES[n])


def _something_changed() -> Iterator[Cell]:
    worlds = ("every case -5", "every case -10", "every case -30", "slice broken")
    for world, mixture, n in product(worlds, ("nominal", "real"), SIZES):
        yield Cell(world=world, mixture=mixture, n=n, share=SHARES[n])
    for world, mixture in product(("slice -30, masked", "slice half broken"), ("nominal", "real")):
        yield Cell(world=world, mixture=mixture, n=100, share=SHARES[100])
    yield Cell(world="slice -30, masked", mixture="nominal", n=300, share=SHARES[300])
    yield Cell(world="one case broken", mixture="steady", n=50, share=SHARES[50])


def _at_the_margin() -> Iterator[Cell]:
    for mixture, n in (("nominal", 50), ("nominal", 100), ("real", 100)):
        yield Cell(world="margin, every case", mixture=mixture, n=n, share=SHARES[n])
    yield Cell(world="margin, all or nothing", mixture="nominal", n=100, share=SHARES[100])
    for n in (20, 30, 50, 100):
        yield Cell(world="margin, all or nothing", mixture="certain", n=n, share=SHARES[n])


def _without_slices() -> Iterator[Cell]:
    for mixture, n in product(("nominal", "real"), SIZES):
        yield Cell(world="nothing changed", mixture=mixture, n=n, sliced=False)
    worlds = ("every case -5", "every case -10", "every case -30", "slice broken")
    for world, mixture in product(worlds, ("nominal", "real")):
        yield Cell(world=world, mixture=mixture, n=100, share=SHARES[100], sliced=False)
