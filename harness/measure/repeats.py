"""What asking the same case several times comes to: pass@k, pass^k, worst of k, agreement, and which cases are flaky.

The gate stays with the mean: these say what a mean hides. A case that was measured fewer than k times says nothing of
k answers and is left out of that number, which is why every number names its cases. Estimates are unbiased: they are
means over all choices of k of the n answers there are, so three repeats and ten estimate the same thing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.compare.asked import Asked, by_case
from harness.compare.exact import Tally, jeffreys, pass_at_k, pass_hat_k
from harness.compare.interval import Value
from harness.compare.observation import DECIDED, Observation
from harness.measure.estimate import LEVEL, Estimate, share_of

Said = Mapping[tuple[str, int], str]
"""Case and repeat to what the answer said, equal where two answers said the same; what is not in it is not known."""

METRIC = re.compile(r"mean|worst|agreement|self_consistency|pass[@^](?:[1-9][0-9]{0,2})")
"""How metrics are named: `pass@3` one of three passes, `pass^3` all three do, `worst` the lowest score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRepeats:
    """One case that was measured at least once."""

    case_id: str
    tags: tuple[str, ...]
    answers: int
    """Measured ones."""
    passed: int
    mean: float
    lowest: float
    pass_rate: Estimate
    """Of all answers that could be given; Jeffreys' interval."""
    flakiness: Estimate
    """How often it changes its mind: see `flakiness_of`."""
    consistency: float | None
    """Share of the commonest answer; None where fewer than two are known."""

    @property
    def is_flaky(self) -> bool:
        """Whether it both passed and failed."""
        return 0 < self.passed < self.answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number over cases."""

    name: str
    """`mean`, `pass@3`, `pass^3`, `worst`, `agreement` or `self_consistency`."""
    estimate: Estimate | None
    """Its `n` are cases; None where no case was measured often enough."""
    left_out: int
    """Cases that were measured too seldom for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRepeats:
    """The same numbers over the cases of one tag."""

    tag: str
    cases: int
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What the repeats of one side come to."""

    k: int
    """The commonest number of measured answers to a case."""
    answers: int
    metrics: tuple[Metric, ...]
    tags: tuple[TagRepeats, ...]
    """By name."""
    cases: tuple[CaseRepeats, ...]
    """The flakiest first, then by id."""

    @property
    def flaky(self) -> tuple[CaseRepeats, ...]:
        """Cases that both passed and failed, the flakiest first."""
        return tuple(case for case in self.cases if case.is_flaky)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    asked: Asked
    tally: Tally
    said: tuple[str, ...]


def repeats_of(
    observations: Iterable[Observation], said: Said | None = None, wanted: Sequence[str] = ()
) -> Repeated | None:
    """What the answers of one side come to; None where no case was measured twice.

    `wanted` are the metrics to give, by name; none: the usual ones, with the k of this side.
    """
    cases = _cases(observations, said or {})
    if not any(case.tally.asked > 1 for case in cases):
        return None
    k = _usual(cases)
    names = tuple(wanted) or usual_metrics(k)
    tags = sorted({tag for case in cases for tag in case.asked.tags})
    values = {name: [_of_case(name, case, k) for case in cases] for name in names}
    rows = {tag: [row for row, case in enumerate(cases) if tag in case.asked.tags] for tag in tags}
    return Repeated(
        k=k,
        answers=sum(case.tally.asked for case in cases),
        metrics=_metrics(values, cases, range(len(cases))),
        tags=tuple(
            TagRepeats(tag=tag, cases=len(of), metrics=_metrics(values, cases, of))
            for tag, of in rows.items()
        ),
        cases=tuple(sorted(map(_told, cases), key=_place)),
    )


def usual_metrics(k: int) -> tuple[str, ...]:
    """What is shown of a side whose cases were mostly measured `k` times."""
    return ("mean", f"pass@{k}", f"pass^{k}", "worst", "agreement", "self_consistency")


def worst_of(scores: Sequence[float], k: int) -> float:
    """Mean of the lowest of `k` scores over all choices of `k` of them: sum of x_(i) C(n-i, k-1) / C(n, k).

    x_(i) is the i-th lowest. With scores of 0 and 1 this is pass^k. Raises ValueError unless 1 <= k <= len(scores).
    """
    n = len(scores)
    if not 1 <= k <= n:
        raise ValueError(f"{k} answers cannot be drawn from {n}")
    lowest = enumerate(sorted(scores), 1)
    return math.fsum(score * math.comb(n - i, k - 1) for i, score in lowest) / math.comb(n, k)


def agreement_of(tally: Tally) -> float:
    """Chance that two of the answers agree on passing, unbiased. Raises ValueError for fewer than two answers."""
    return pass_hat_k(tally, 2) + pass_hat_k(Tally(passed=tally.asked - tally.passed, asked=tally.asked), 2)


@lru_cache(maxsize=4096)
def pass_rate_of(tally: Tally) -> Estimate:
    """The share of answers that pass, of all that could be given; Jeffreys' interval. There must be an answer."""
    lower, upper = jeffreys(tally.passed, tally.asked, LEVEL)
    return Estimate(value=tally.passed / tally.asked, lower=lower, upper=upper, n=tally.asked)


@lru_cache(maxsize=4096)
def flakiness_of(tally: Tally) -> Estimate:
    """p(1 - p) at p = (passed + 1/2) / (asked + 1), in (0, 0.25], and over the interval of the pass rate."""
    rate = pass_rate_of(tally)
    smoothed = (tally.passed + 0.5) / (tally.asked + 1)
    nearest_half = min(max(0.5, rate.lower), rate.upper)
    return Estimate(
        value=smoothed * (1 - smoothed),
        lower=min(rate.lower * (1 - rate.lower), rate.upper * (1 - rate.upper)),
        upper=nearest_half * (1 - nearest_half),
        n=tally.asked,
    )


def _cases(observations: Iterable[Observation], said: Said) -> tuple[_Case, ...]:
    asked = by_case([each for each in observations if each.missing != DECIDED]).values()
    return tuple(
        _Case(
            asked=each,
            tally=Tally(passed=sum(map(has_passed, each.measured)), asked=len(each.measured)),
            said=tuple(
                said[trial.case_id, trial.repeat]
                for trial in each.measured
                if (trial.case_id, trial.repeat) in said
            ),
        )
        for each in asked
        if each.measured
    )


def has_passed(trial: Observation) -> bool:
    """Whether a measured trial passed; where nobody says, only a score of 1 has."""
    return trial.score == 1 if trial.passed is None else trial.passed


def _usual(cases: Sequence[_Case]) -> int:
    counts = Counter(case.tally.asked for case in cases if case.tally.asked > 1)
    return max(counts, key=lambda times: (counts[times], times))


def _metrics(
    values: Mapping[str, Sequence[float | None]], cases: Sequence[_Case], rows: Sequence[int]
) -> tuple[Metric, ...]:
    """Every metric over these rows of the cases."""
    return tuple(_metric(name, found, cases, rows) for name, found in values.items())


def _metric(name: str, values: Sequence[float | None], cases: Sequence[_Case], rows: Sequence[int]) -> Metric:
    known = [
        Value(value=value, cluster=cases[row].asked.cluster, weight=cases[row].asked.weight)
        for row in rows
        if (value := values[row]) is not None
    ]
    return Metric(name=name, estimate=share_of(known) if known else None, left_out=len(rows) - len(known))


def _of_case(name: str, case: _Case, k: int) -> float | None:
    """One metric of one case; None where it was measured too seldom."""
    if name == "self_consistency":
        return _consistency(case.said)
    kind, sign, times = _parsed(name, k)
    if case.tally.asked < times:
        return None
    if kind == "pass":
        return (pass_at_k if sign == "@" else pass_hat_k)(case.tally, times)
    if kind == "worst":
        return worst_of(case.asked.scores, times)
    return agreement_of(case.tally) if kind == "agreement" else case.asked.score


def _parsed(name: str, k: int) -> tuple[str, str, int]:
    """`pass^3` is `pass`, `^` and 3; of the others how many answers each takes."""
    sign = "^" if "^" in name else "@"
    kind, _, number = name.partition(sign)
    return kind, sign, int(number) if number else {"worst": k, "agreement": 2}.get(kind, 1)


def _consistency(said: Sequence[str]) -> float | None:
    return max(Counter(said).values()) / len(said) if len(said) > 1 else None


def _told(case: _Case) -> CaseRepeats:
    passed, answers = case.tally.passed, case.tally.asked
    return CaseRepeats(
        case_id=case.asked.case_id,
        tags=case.asked.tags,
        answers=answers,
        passed=passed,
        mean=case.asked.score or 0.0,
        lowest=min(case.asked.scores),
        pass_rate=pass_rate_of(case.tally),
        flakiness=flakiness_of(case.tally),
        consistency=_consistency(case.said),
    )


def _place(case: CaseRepeats) -> tuple[bool, float, str]:
    return not case.is_flaky, -case.flakiness.value, case.case_id
