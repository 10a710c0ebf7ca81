"""Drawn replies as the sides of a comparison. A reply is made once and used in every suite that draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from harness.compare.design import PlannedCase
from harness.compare.evidence import Key
from harness.compare.observation import Accounting, Observation, Side
from tests.characteristics.mixtures import Chances, Draw
from tests.characteristics.worlds import tags_of

Hits = npt.NDArray[np.bool_]
"""Whether a reply passes: cases by repeats."""


def draw_hits(draw: Draw, chances: Chances, repeats: int) -> Hits:
    return draw.random((len(chances), repeats)) < chances[:, None]


def name_of(case: int) -> str:
    return f"c{case:04}"


def number_of(case_id: str) -> int:
    return int(case_id[1:])


@cache
def observed(case: int, repeat: int, hit: bool) -> Observation:  # noqa: FBT001 - a reply passes or does not
    return Observation(
        case_id=name_of(case),
        repeat=repeat,
        score=float(hit),
        missing=None,
        cluster=name_of(case),
        tags=tags_of(case),
        case_digest=f"case {case}",
    )


@cache
def planned(n: int) -> tuple[PlannedCase, ...]:
    return tuple(
        PlannedCase(case_id=name_of(case), tags=tags_of(case), cluster=name_of(case)) for case in range(n)
    )


def answers(hits: Hits) -> list[Observation]:
    """Every reply there is, repeats numbered from 1."""
    return [
        observed(case, repeat, hit)
        for case, row in enumerate(hits.tolist())
        for repeat, hit in enumerate(row, start=1)
    ]


def asked(hits: Hits, keys: Iterable[Key]) -> list[Observation]:
    """The replies to these trials."""
    return [
        observed(number_of(case), repeat, bool(hits[number_of(case), repeat - 1])) for case, repeat in keys
    ]


def fresh(draw: Draw, chances: Chances, repeats: Mapping[str, int]) -> list[Observation]:
    """So many new replies of each of these cases."""
    return [
        observed(number_of(case), repeat, bool(hit))
        for case, many in sorted(repeats.items())
        for repeat, hit in enumerate(draw.random(many) < chances[number_of(case)], start=1)
    ]


def side(name: str, observations: Iterable[Observation], model: str = "a-model") -> Side:
    rows = tuple(observations)
    return Side(
        run_id=name,
        suite="drawn",
        label=name,
        observations=rows,
        accounting=Accounting(planned=len(rows), answered=len(rows), degraded=0, failed=0, skipped=0),
        graders='{"equals":1}',
        cost_usd=None,
        session="drawn",
        mode="live",
        model_id=model,
    )
