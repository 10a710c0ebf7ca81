"""A judge whose faults are known, since they were put there: noise, position, length, and answers nobody can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.measure.judged import Judged, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """How a judge errs. All of it at once, if need be."""

    tpr: float = 1.0
    tnr: float = 1.0
    first: float = 0.0
    """How much likelier it likes an answer that stands first."""
    doubling: float = 0.0
    """How much likelier it likes an answer twice as long."""
    unreadable: float = 0.0
    """Share of its verdicts that cannot be read."""

    def likes(self, good: bool, length: int, position: Position) -> float:  # noqa: FBT001 - the truth
        """The chance that it calls an answer good."""
        chance = self.tpr if good else 1 - self.tnr
        chance += self.doubling * np.log2(length / 400)
        chance += {"first": self.first / 2, "second": -self.first / 2, "": 0.0}[position]
        return float(np.clip(chance, 0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What there is to judge."""

    many: int = 200
    base_rate: float = 0.5
    good_is_longer: float = 1.0
    """A good answer is so many times as long as a bad one."""


def judgings(
    judge: Planted,
    answers: Answers = Answers(),
    *,
    orders: Sequence[Position] = ("",),
    times: int = 1,
    seed: int = 1,
    criterion: str = "",
) -> list[Judged]:
    """What the judge says of answers that people labelled rightly."""
    chance = np.random.default_rng(seed)
    rows: list[Judged] = []
    for number in range(answers.many):
        good = bool(chance.random() < answers.base_rate)
        longer = answers.good_is_longer if good else 1.0
        length = round(400 * longer * 2 ** chance.uniform(-2, 2))
        for position in orders:
            for _ in range(times):
                likes = chance.random() < judge.likes(good, length, position)
                lost = chance.random() < judge.unreadable
                rows.append(
                    Judged(
                        item=f"answer {number}",
                        cluster=f"case {number}",
                        criterion=criterion,
                        score=None if lost else float(likes),
                        label=float(good),
                        length=length,
                        position=position,
                        error="cannot be read" if lost else "",
                    )
                )
    return rows
