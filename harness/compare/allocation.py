"""How often each case is asked: more often where it was flaky before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Old answers of one case of the baseline."""

    total: float
    """Sum of their scores."""
    answers: int

    @property
    def variance(self) -> float:
        """Expected variance of one more answer: q (1 - q) with q = (total + 1/2) / (answers + 1). Never 0."""
        share = (self.total + 0.5) / (self.answers + 1)
        return share * (1 - share)


def history_of(scores: Sequence[float]) -> History:
    """In no order: equal scores give an equal history."""
    return History(total=math.fsum(scores), answers=len(scores))


def allocate(
    history: Mapping[str, History], least: Mapping[str, int], *, most: int, mean: float, seed: str
) -> dict[str, int]:
    """Repeats by case id: proportional to the deviation of an answer, rounded, within `least` and `most`.

    K_i = round(factor * sqrt(variance_i)) minimises the variance of the mean for a given number of answers
    (Neyman 1934). It looks at old answers alone, so it favours neither side (STATISTICS 8, 12.5). The factor is
    the largest with which cases of known history are asked `mean` times on average; where many are alike and all of them
    would be too many, the seed picks. Cases without any history are asked `least` times.
    """
    repeats = {case: min(number, most) for case, number in least.items()}
    room = max(0, math.floor(mean * len(history)) - sum(repeats[case] for case in history))
    steps = sorted(
        ((k - 0.5) / math.sqrt(old.variance), drawn(seed, case, k), case)
        for case, old in history.items()
        for k in range(repeats[case] + 1, most + 1)
    )
    for _, _, case in steps[:room]:
        repeats[case] += 1
    return repeats


def drawn(seed: str, case: str, repeat: int) -> bytes:
    """A number that is chance to everyone who does not know the seed, and the same whenever it is asked for."""
    return sha256(f"{seed}\n{repeat}\n{case}".encode("utf-8", "surrogatepass")).digest()
