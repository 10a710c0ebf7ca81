"""All repeats of one case on one side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.compare.observation import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One case as one side asked it. Trials are ordered by repeat; there is at least one."""

    case_id: str
    trials: tuple[Observation, ...]
    digests: tuple[str, ...] = field(init=False)
    """What was asked and wanted; more than one only where a case changed within a run.

    None at all where nobody knows: for imported results, and for a case that a run never came to.
    """
    scores: tuple[float, ...] = field(init=False)
    """Scores of the measured repeats, each in [0, 1]."""
    score: float | None = field(init=False)
    """Mean over the measured repeats; None where there is none."""

    def __post_init__(self) -> None:
        """Read the trials once: everything downstream asks for these again and again."""
        digests = {t.case_digest for t in self.trials if t.case_digest}
        scores = tuple([t.score for t in self.trials if t.score is not None])
        object.__setattr__(self, "digests", tuple(sorted(digests)))
        object.__setattr__(self, "scores", scores)
        object.__setattr__(self, "score", average(scores) if scores else None)

    @property
    def cluster(self) -> str:
        return self.trials[0].cluster

    @property
    def tags(self) -> tuple[str, ...]:
        return self.trials[0].tags

    @property
    def weight(self) -> float:
        return self.trials[0].weight

    @property
    def measured(self) -> tuple[Observation, ...]:
        if len(self.scores) == len(self.trials):
            return self.trials
        return tuple(t for t in self.trials if t.score is not None)

    def score_if_missing(self, score: float) -> float:
        """Mean over all repeats, every missing one counted as `score`."""
        if len(self.scores) == len(self.trials):
            return average(self.scores)
        return average(tuple(score if t.score is None else t.score for t in self.trials))

    @property
    def missing(self) -> tuple[str, ...]:
        """Why repeats are unmeasured: each reason once, in order of the alphabet."""
        if len(self.scores) == len(self.trials):
            return ()
        return tuple(sorted({t.missing or "no reason given" for t in self.trials if t.score is None}))


def is_same_case(baseline: Asked, candidate: Asked) -> bool:
    """Whether both sides asked and wanted the same, as far as anyone knows."""
    if not baseline.digests or not candidate.digests:
        return True
    return baseline.digests == candidate.digests


def average(numbers: tuple[float, ...]) -> float:
    """Arithmetic mean, independent of the order."""
    return math.fsum(numbers) / len(numbers) if len(numbers) > 1 else numbers[0]


def sample_variance(numbers: tuple[float, ...]) -> float:
    """Unbiased variance; 0 where there is only one number and nothing is known of it."""
    if len(numbers) < 2:
        return 0.0
    mean = average(numbers)
    return math.fsum((x - mean) ** 2 for x in numbers) / (len(numbers) - 1)


def by_case(observations: Iterable[Observation]) -> Mapping[str, Asked]:
    """The trials of a side, case by case, in order of case id."""
    groups: dict[str, list[Observation]] = {}
    for observation in observations:
        groups.setdefault(observation.case_id, []).append(observation)
    return {case_id: Asked(case_id=case_id, trials=_ordered(groups[case_id])) for case_id in sorted(groups)}


def _ordered(trials: list[Observation]) -> tuple[Observation, ...]:
    return tuple(trials if len(trials) == 1 else sorted(trials, key=_order))


def _order(trial: Observation) -> tuple[int, str]:
    return (trial.repeat, repr(trial))
