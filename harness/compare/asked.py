"""All repeats of one case on one side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from harness.compare.observation import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One case as one side asked it. Trials are ordered by repeat; there is at least one."""

    case_id: str
    trials: tuple[Observation, ...]
    measured: tuple[Observation, ...] = field(init=False)
    """The trials with a score."""
    scores: tuple[float, ...] = field(init=False)
    """Scores of the measured repeats, each in [0, 1]."""
    score: float | None = field(init=False)
    """Mean over the measured repeats; None where there is none."""

    def __post_init__(self) -> None:
        """Read the scores once: everything downstream asks for them again and again."""
        trials = self.trials
        scores = tuple([t.score for t in trials if t.score is not None])
        whole = len(scores) == len(trials)
        measured = trials if whole else tuple(t for t in trials if t.score is not None)
        object.__setattr__(self, "measured", measured)
        object.__setattr__(self, "scores", scores)
        object.__setattr__(self, "score", average(scores) if scores else None)

    @property
    def digests(self) -> tuple[str, ...]:
        """What was asked and wanted; more than one only where a case changed within a run.

        None at all where nobody knows: for imported results, and for a case that a run never came to.
        """
        return tuple(sorted({t.case_digest for t in self.trials if t.case_digest}))

    @property
    def cluster(self) -> str:
        return self.trials[0].cluster

    @property
    def tags(self) -> tuple[str, ...]:
        return self.trials[0].tags

    @property
    def weight(self) -> float:
        return self.trials[0].weight

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
    if len(baseline.trials) == 1 and len(candidate.trials) == 1:
        before, after = baseline.trials[0].case_digest, candidate.trials[0].case_digest
        return not before or not after or before == after
    old, new = baseline.digests, candidate.digests
    return not old or not new or old == new


def average(numbers: tuple[float, ...]) -> float:
    """Arithmetic mean, independent of the order."""
    return numbers[0] if len(numbers) == 1 else math.fsum(numbers) / len(numbers)


def sample_variance(numbers: tuple[float, ...]) -> float:
    """Unbiased variance; 0 where there is only one number and nothing is known of it."""
    if len(numbers) < 2:
        return 0.0
    mean = average(numbers)
    return math.fsum((x - mean) ** 2 for x in numbers) / (len(numbers) - 1)


def by_case(observations: Iterable[Observation]) -> Mapping[str, Asked]:
    """The trials of a side, case by case, in order of case id."""
    ordered = sorted(sorted(observations, key=attrgetter("repeat")), key=attrgetter("case_id"))
    ids = [trial.case_id for trial in ordered]
    if len(set(ids)) == len(ids):
        return {trial.case_id: Asked(case_id=trial.case_id, trials=(trial,)) for trial in ordered}
    groups = groupby(ordered, key=attrgetter("case_id"))
    return {case_id: Asked(case_id=case_id, trials=_told_apart(tuple(trials))) for case_id, trials in groups}


def _told_apart(trials: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """In an order of their own, should two trials be of one repeat: no order they came in may count."""
    if len(trials) == 1 or len({t.repeat for t in trials}) == len(trials):
        return trials
    return tuple(sorted(trials, key=lambda t: (t.repeat, repr(t))))
