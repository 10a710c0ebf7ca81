"""Boundaries of a group-sequential design: what z a look needs, so that all looks together err at most alpha.

Sources: recursive integration over the continuation region, Armitage, McPherson and Rowe 1969; error spending,
Lan and DeMets 1983; the presentation of both, Jennison and Turnbull 2000, chapters 7 and 19. The quadrature is
Gauss-Legendre in panels no wider than the step between two looks, in place of their Simpson grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, assert_never

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

Spend = Literal["squared", "pocock", "obrien_fleming"]
"""How much of alpha may be used up by the time a share of the information is in.

`squared`: alpha t^2. `pocock`: alpha ln(1 + (e - 1) t). `obrien_fleming`: 2 - 2 Phi(z_{1 - alpha/2} / sqrt(t)).
"""

CLOSE = 0.002
"""Looks less than this share of the information apart share a grid: see `_bound_of_close_look`."""
REACH = 9.0
"""Standard deviations beyond which nothing is integrated: less than 1e-18 is left out."""
PANEL = 4.0
"""Width of a panel of the grid, in standard deviations of the step to or from it."""
NODES = 16
"""Gauss-Legendre nodes in a panel."""
NOTHING = 1e-14
"""A look that may spend less than this can not be crossed: its boundary is infinite."""
PRECISE = 1e-9
"""Error of a boundary that does not matter."""
SLOPE = 1e-5
"""Distance over which the slope of a chance is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """What is still undecided after a look: the density of S = Z sqrt(t) below its boundary, at quadrature nodes.

    `mass` is the density times the weight of each node; its sum is the chance of having got here.
    """

    t: float
    boundary: float
    nodes: Floats
    mass: Floats


def spent(fraction: float, alpha: float, spend: Spend) -> float:
    """Share of all samples' errors used up at information `fraction` in [0, 1]; alpha itself at 1.

    `alpha` is one-sided, in (0, 0.5). Raises ValueError outside these ranges.
    """
    if not 0 < alpha < 0.5:
        raise ValueError(f"alpha is {alpha}; it must be above 0 and below 0.5")
    if not 0 <= fraction <= 1:
        raise ValueError(f"an information fraction is {fraction}; it must be in [0, 1]")
    if fraction in {0.0, 1.0}:
        return alpha * fraction
    match spend:
        case "squared":
            return alpha * fraction * fraction
        case "pocock":
            return alpha * math.log1p((math.e - 1) * fraction)
        case "obrien_fleming":
            return _obrien_fleming(fraction, alpha)
        case _:
            assert_never(spend)


def boundaries(fractions: Sequence[float], alpha: float, spend: Spend) -> tuple[float, ...]:
    """One-sided upper z boundaries, one per look: under no effect, any of them is reached with probability <= alpha.

    `fractions` are the shares of the planned information at each look: in (0, 1], ascending, equal ones allowed.
    A look at the same information as the one before has the same boundary, as it sees the same numbers; looks
    less than `CLOSE` apart are bounded from above, so they err on the safe side. What is not spent where the last
    share is below 1 stays unspent. A look with nothing to spend has an infinite boundary.
    Raises ValueError for shares or an alpha out of range.
    """
    looks = tuple(fractions)
    if any(later < earlier for earlier, later in pairwise(looks)):
        raise ValueError(f"information fractions must ascend: {looks}")
    if any(not 0 < fraction <= 1 for fraction in looks):
        raise ValueError(f"information fractions must be above 0 and at most 1: {looks}")
    return _boundaries(looks, alpha, spend)


@lru_cache(maxsize=1024)
def _boundaries(looks: tuple[float, ...], alpha: float, spend: Spend) -> tuple[float, ...]:
    found: list[float] = []
    grid: _Grid | None = None
    used = 0.0
    for number, t in enumerate(looks):
        if number and t == looks[number - 1]:
            found.append(found[-1])
            continue
        budget = spent(t, alpha, spend) - used
        if grid is not None and t - grid.t < CLOSE:
            boundary = _bound_of_close_look(grid, t, budget)
        else:
            boundary = _boundary(grid, t, budget)
            grid = _step(grid, t, boundary, _next_step(looks[number:]))
        found.append(boundary)
        used += budget if math.isfinite(boundary) else 0.0
    return tuple(found)


def _obrien_fleming(fraction: float, alpha: float) -> float:
    from scipy.special import ndtr, ndtri

    return 2 * float(ndtr(ndtri(alpha / 2) / math.sqrt(fraction)))


def _next_step(looks: Sequence[float]) -> float:
    """Information from this look to the next one that has a grid of its own; 1 where there is none."""
    return min((t - looks[0] for t in looks[1:] if t - looks[0] >= CLOSE), default=1.0)


def _boundary(grid: _Grid | None, t: float, budget: float) -> float:
    """The z above which what is still undecided ends up with probability `budget`."""
    from scipy.special import ndtr, ndtri

    if budget < NOTHING:
        return math.inf
    if grid is None:
        return -float(ndtri(budget))
    root, step = math.sqrt(t), math.sqrt(t - grid.t)
    return _solve(lambda z: float(grid.mass @ ndtr((grid.nodes - z * root) / step)), budget)


def _bound_of_close_look(grid: _Grid, t: float, budget: float) -> float:
    """A boundary that adds at most `budget` to the look of the grid, whatever the looks before that one did.

    P(Z_1 < c_1, Z_2 >= z) of two correlated normal values, every earlier look forgotten: paths that those had
    stopped are counted again, so this is at least the chance in question. It tends to c_1 as the two looks meet.
    """
    from scipy.special import ndtr

    if not math.isfinite(grid.boundary):
        return _boundary(None, t, budget)
    shared, own = math.sqrt(grid.t / t), math.sqrt(1 - grid.t / t)
    distances, widths = _panels(0.0, 2 * REACH, 1.0)
    below = grid.boundary - own * distances
    weights = own * widths * _density(below)
    return _solve(lambda z: float(weights @ ndtr((shared * below - z) / own)), max(budget, NOTHING))


def _step(grid: _Grid | None, t: float, boundary: float, following: float) -> _Grid:
    """The density after a look, on nodes fine enough for the step to it and for the step that follows."""
    root = math.sqrt(t)
    step = t if grid is None else t - grid.t
    top = root * min(boundary, REACH)
    nodes, weights = _panels(-root * REACH, top, PANEL * math.sqrt(min(step, following)))
    if grid is None:
        density = _density(nodes / root) / root
    else:
        width = math.sqrt(step)
        density = _density((nodes[:, None] - grid.nodes[None, :]) / width) @ grid.mass / width
    return _Grid(t=t, boundary=boundary, nodes=nodes, mass=weights * density)


def _density(z: Floats) -> Floats:
    import numpy as np

    return np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _panels(low: float, high: float, widest: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on [low, high], in panels of equal width, none wider than `widest`."""
    import numpy as np

    points, weights = np.polynomial.legendre.leggauss(NODES)
    edges = np.linspace(low, high, max(1, math.ceil((high - low) / widest)) + 1)
    half = np.diff(edges)[:, None] / 2
    middle = (edges[:-1] + edges[1:])[:, None] / 2
    return (middle + half * points).ravel(), (half * weights).ravel()


def _solve(chance: Callable[[float], float], wanted: float) -> float:
    """The z in [-REACH, 2 REACH] where a falling `chance` is `wanted`: secant steps on its logarithm, bracketed."""
    low, high = -REACH, 2 * REACH
    z = 2.0
    while high - low > PRECISE:
        here = chance(z)
        low, high = (z, high) if here > wanted else (low, z)
        guess = _newton(z, here / wanted, chance(z + SLOPE) / wanted)
        if abs(guess - z) < PRECISE:
            return guess
        z = guess if low < guess < high else (low + high) / 2
    return (low + high) / 2


def _newton(z: float, here: float, beside: float) -> float:
    """Where a line through the logarithms of two shares of what is wanted would meet 0; NaN where there is none."""
    if not 0 < beside < here:
        return math.nan
    return z - SLOPE * math.log(here) / math.log(beside / here)
