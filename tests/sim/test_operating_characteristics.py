"""How often the gate is wrong, simulated: the short form runs always, the long one has its own command.

The long form prints its figures: `pytest tests/sim -m sim -s`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from harness.compare.comparison import compare
from harness.compare.observation import Side
from harness.gate.judge import judge
from harness.gate.statuses import slice_status
from harness.gate.verdict import Status
from harness.suite.policy import Policy
from tests.compare.build import side, tagged

POLICY = Policy(cost_margin=None, latency_margin=None)
Chances = npt.NDArray[np.float64]
World = Callable[[np.random.Generator, int], tuple[Chances, Chances]]
"""Chances of success per case, before and after."""
TAGS = 10


def mixture(draw: np.random.Generator, n: int) -> Chances:
    """70 % easy cases (mean 0.97), 20 % flaky (0.6), 10 % hard (0.1)."""
    kind = draw.choice(3, size=n, p=[0.7, 0.2, 0.1])
    a, b = np.array([19.4, 6.0, 1.0])[kind], np.array([0.6, 4.0, 9.0])[kind]
    return np.asarray(draw.beta(a, b), dtype=np.float64)


def unchanged(draw: np.random.Generator, n: int) -> tuple[Chances, Chances]:
    before = mixture(draw, n)
    return before, before


def reshuffled(draw: np.random.Generator, n: int) -> tuple[Chances, Chances]:
    """Another model, as good on average: a fifth of the cases is drawn anew."""
    before = mixture(draw, n)
    return before, np.where(draw.random(n) < 0.2, mixture(draw, n), before)


def dropped_by(points: float) -> World:
    """Every case worse by the same factor, so that the mean falls by `points`."""

    def world(draw: np.random.Generator, n: int) -> tuple[Chances, Chances]:
        before = mixture(draw, n)
        return before, before * (1 - points / 100 / 0.809)

    return world


def broken(points: float) -> World:
    """A share of deterministic cases breaks altogether: the hardest case for a bound on "no harm"."""

    def world(draw: np.random.Generator, n: int) -> tuple[Chances, Chances]:
        before = np.ones(n)
        return before, np.where(draw.random(n) < points / 100, 0.0, before)

    return world


def replies(draw: np.random.Generator, chances: Chances, repeats: int) -> Side:
    hits = draw.random((len(chances), repeats)) < chances[:, None]
    scores = {f"c{i}": [float(hit) for hit in row] for i, row in enumerate(hits)}
    return tagged(side(scores), {f"c{i}": (f"t{i % TAGS}",) for i in range(len(chances))})


def rates(world: World, *, n: int, repeats: int, runs: int, seed: int) -> dict[str, float]:
    """Shares of runs with each verdict on quality, and with any slice REGRESSED."""
    draw = np.random.default_rng(seed)
    seen: Counter[str] = Counter()
    for _ in range(runs):
        before, after = world(draw, n)
        found = compare(replies(draw, before, repeats), replies(draw, after, repeats), POLICY)
        seen[judge(found, POLICY).quality or "none"] += 1
        seen["slices"] += any(slice_status(part, POLICY) is Status.REGRESSED for part in found.slices)
    names = (*(status.value for status in Status), "slices")
    return {name: seen[name] / runs for name in names}


def test_nothing_changed_and_the_gate_seldom_cries() -> None:
    found = rates(unchanged, n=100, repeats=1, runs=150, seed=11)
    assert found["REGRESSED"] <= 0.10
    assert found["slices"] <= 0.07


def test_a_drop_of_the_margin_seldom_passes() -> None:
    assert rates(broken(5), n=50, repeats=1, runs=200, seed=12)["PASS"] <= 0.14


def test_a_drop_of_twenty_points_is_seldom_missed() -> None:
    assert rates(dropped_by(20), n=100, repeats=1, runs=60, seed=13)["REGRESSED"] >= 0.95


RUNS = 1000
LONG = [
    ("A/A", unchanged, 30, 1),
    ("A/A", unchanged, 100, 1),
    ("A/A", unchanged, 100, 3),
    ("A/A", unchanged, 300, 1),
    ("another model, as good", reshuffled, 100, 1),
    ("another model, as good", reshuffled, 100, 3),
    ("drop of the margin", dropped_by(5), 30, 1),
    ("drop of the margin", dropped_by(5), 100, 1),
    ("drop of the margin", dropped_by(5), 100, 3),
    ("margin, all or nothing", broken(5), 20, 1),
    ("margin, all or nothing", broken(5), 50, 1),
    ("margin, all or nothing", broken(5), 100, 1),
    ("drop of 10 points", dropped_by(10), 100, 1),
    ("drop of 10 points", dropped_by(10), 100, 3),
]


@pytest.mark.sim
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("name", "world", "n", "repeats"), LONG)
def test_the_error_rates_are_those_that_the_documentation_quotes(
    name: str, world: World, n: int, repeats: int
) -> None:
    found = rates(world, n=n, repeats=repeats, runs=RUNS, seed=1000 + n + repeats)
    figures = "  ".join(f"{key} {100 * share:.1f}" for key, share in found.items())
    print(f"{name:24} n={n:<4} repeats={repeats}  {figures}")  # noqa: T201 - the figures are the point
    if name.startswith(("A/A", "another")):
        assert found["REGRESSED"] <= 0.07
        assert found["slices"] <= 0.07
    if name.startswith(("drop of the margin", "margin")):
        assert found["PASS"] <= 0.09
