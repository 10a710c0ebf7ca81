"""One cell, many times over: every run a suite of its own, shown to our gate and to those of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from zlib import crc32

import numpy as np

from harness.compare.comparison import compare
from harness.compare.other_gates import Draws, OtherGate, old_gates, single_tests
from harness.gate.judge import judge
from harness.gate.statuses import slice_status
from harness.gate.verdict import Status, Verdict
from tests.characteristics.cells import Cell
from tests.characteristics.mixtures import MIXTURES, Draw
from tests.characteristics.played import POLICY, Gate, Played, Suite, draw_suite
from tests.characteristics.replies import answers, name_of, side
from tests.characteristics.worlds import SLICE, WORLDS, mean_of

SEED = 20261121
MOST = 5
"""Repeats that are drawn of either side."""
REPEATS = (1, 3)
"""Those that gates which ask everything at once are shown."""
Counts = dict[str, int]


def simulate(cell: Cell, runs: range) -> Counts:
    """How often what happened in these runs of a cell, by number; calls are summed up."""
    seen: Counter[str] = Counter()
    for run in runs:
        seen.update(_once(cell, run))
    return dict(sorted(seen.items()))


def _once(cell: Cell, run: int) -> Counts:
    draw = np.random.default_rng([SEED, crc32(cell.name.encode()), run])
    mixture = MIXTURES[cell.mixture]
    suite = draw_suite(draw, WORLDS[cell.world](draw, mixture, cell.n), MOST)
    seen: Counter[str] = Counter({"runs": 1})
    for repeats in REPEATS:
        if cell.mixture == "nominal":
            seen.update(f"fixed {repeats}: {what}" for what in _fixed(suite, repeats))
        shown = Draws(
            baseline=suite.baseline[:, :repeats].astype(np.float64),
            candidate=suite.candidate[:, :repeats].astype(np.float64),
        )
        gates = (*old_gates(mean_of(mixture)), *single_tests())
        seen.update(f"others {repeats}: {gate.name}" for gate in gates if gate.fires(shown))
    policy = POLICY if cell.sliced else replace(POLICY, slices=False)
    seen.update(_live(Gate(draw, suite, policy).play(f"{cell.name} {run}", at_once=True), _victims(suite)))
    return seen


def gates_of_others(mixture: str) -> tuple[OtherGate, ...]:
    """In the order of the table."""
    return (*old_gates(mean_of(MIXTURES[mixture])), *single_tests())


def _fixed(suite: Suite, repeats: int) -> Iterator[str]:
    """Our own gate where it cannot ask: everything is there, one look."""
    found = compare(
        side("baseline", answers(suite.baseline[:, :repeats])),
        side("candidate", answers(suite.candidate[:, :repeats])),
        POLICY,
    )
    yield str(judge(found, POLICY).quality)
    if any(slice_status(part, POLICY) is Status.REGRESSED for part in found.slices):
        yield "any slice"


def _live(played: Played, victims: frozenset[str]) -> Counts:
    verdict = played.verdict
    blocked = {each.rule for each in verdict.findings if each.status is Status.REGRESSED}
    cases = {rule for rule in blocked if rule.startswith("case: ")}
    slices = {rule for rule in blocked if rule.startswith("slice: ")}
    bad = f"slice: t{SLICE}"
    happened: Mapping[str, bool] = {
        verdict.status.value: True,
        "flagged": bool(played.flagged),
        "flagged or a case": bool(played.flagged) or bool(cases),
        "quality blocked": "quality" in blocked,
        "slice flagged": any(rule.startswith("slice: ") for rule in played.flagged),
        "slice blocked": bool(slices),
        "bad slice flagged": bad in played.flagged,
        "bad slice blocked": bad in blocked,
        "suspects": bool(played.suspects),
        "case blocked": bool(cases),
        "broken case blocked": any(rule.removeprefix("case: ") in victims for rule in cases),
        "killed": _killed(verdict),
    }
    calls = {f"calls: {why}": many for why, many in played.calls.items()}
    return {**calls, **{f"live: {what}": 1 for what, did in happened.items() if did}}


def _killed(verdict: Verdict) -> bool:
    return verdict.sequential is not None and verdict.sequential.killed_at is not None


def _victims(suite: Suite) -> frozenset[str]:
    """Cases that were reliable and are not any more."""
    chance = suite.chance
    lost = np.flatnonzero((chance.baseline >= 0.9) & (chance.candidate <= 0.1))
    return frozenset(name_of(int(case)) for case in lost)


__all__ = ["SEED", "Counts", "Draw", "gates_of_others", "simulate"]
