"""How likely each case of a suite passes: three kinds of suites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Chances = npt.NDArray[np.float64]
"""Chance of passing, one per case."""
Draw = np.random.Generator
Mixture = Callable[[Draw, int], Chances]

RESULTS = Path(__file__).parents[2] / "../shared/data/real_results.parquet"
_RATES = "SELECT score FROM '{}' WHERE suite = 'lcb-execution-cot' AND model = 'GPT-4O-2024-05-13' ORDER BY case_id"


def nominal(draw: Draw, n: int) -> Chances:
    """70 % easy cases (mean 0.97), 20 % flaky (0.6), 10 % hard (0.1)."""
    kind = draw.choice(3, size=n, p=[0.7, 0.2, 0.1])
    a, b = np.array([19.4, 6.0, 1.0])[kind], np.array([0.6, 4.0, 9.0])[kind]
    return np.asarray(draw.beta(a, b), dtype=np.float64)


def steady(draw: Draw, n: int) -> Chances:
    """60 % of the cases pass 995 times in 1000, 25 % 93 times in 100, the rest 0.4 to 0.8 of the time."""
    kind = draw.choice(3, size=n, p=[0.6, 0.25, 0.15])
    return np.where(kind == 0, 0.995, np.where(kind == 1, 0.93, draw.uniform(0.4, 0.8, n)))


def real(draw: Draw, n: int) -> Chances:
    """Pass rates over ten samples of a real model on 479 tasks of code execution (mean 0.92), drawn with return."""
    return np.asarray(draw.choice(real_rates(), size=n), dtype=np.float64)


@cache
def real_rates() -> Chances:
    import duckdb

    rows = duckdb.execute(_RATES.format(RESULTS)).fetchall()
    return np.array([row[0] for row in rows])


def certain(draw: Draw, n: int) -> Chances:
    """Cases that always pass."""
    return np.ones(n)


MIXTURES: Mapping[str, Mixture] = {"nominal": nominal, "real": real, "steady": steady, "certain": certain}


def available() -> tuple[str, ...]:
    """The mixtures that can be drawn here: the real one needs its data."""
    return tuple(name for name in MIXTURES if name != "real" or RESULTS.exists())
