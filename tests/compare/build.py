"""Sides from a few numbers, so that a test says only what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.compare.observation import Accounting, Observation, Side

Scores = Mapping[str, Sequence[float | None]]
"""Case id to the scores of its repeats; None: unmeasured."""


def observation(case_id: str, score: float | None, *, repeat: int = 1) -> Observation:
    return Observation(
        case_digest="as it was",
        case_id=case_id,
        repeat=repeat,
        score=score,
        missing="timeout" if score is None else None,
        cluster=case_id,
    )


def side_of(observations: Sequence[Observation], name: str = "a") -> Side:
    """A side that adds up, of one native suite."""
    answered = sum(o.score is not None for o in observations)
    planned = len(observations)
    return Side(
        run_id=name,
        suite="triage",
        label=f"{name} on a-model",
        observations=tuple(observations),
        accounting=Accounting(
            planned=planned, answered=answered, degraded=0, failed=planned - answered, skipped=0
        ),
        graders='{"equals": 1}',
        cost_usd="1.00",
        session="today",
        mode="live",
    )


def side(scores: Scores, name: str = "a") -> Side:
    return side_of(
        [observation(k, s, repeat=r) for k, repeats in scores.items() for r, s in enumerate(repeats, 1)], name
    )


def singles(*counts: tuple[int, float | None], prefix: str = "case") -> dict[str, list[float | None]]:
    """One repeat per case: `(12, 0.0), (88, 1.0)` is twelve cases at 0, then 88 at 1."""
    scores = [score for count, score in counts for _ in range(count)]
    return {f"{prefix}-{i:04}": [score] for i, score in enumerate(scores)}


def with_each(whole: Side, **fields: object) -> Side:
    """The same side with fields of every observation replaced."""
    return replace(
        whole,
        observations=tuple(replace(o, **fields) for o in whole.observations),  # type: ignore[arg-type]  # named by the test
    )


def tagged(whole: Side, tags: Mapping[str, tuple[str, ...]]) -> Side:
    return replace(
        whole, observations=tuple(replace(o, tags=tags.get(o.case_id, ())) for o in whole.observations)
    )
