"""What it would take to find a change of a given size: cases, repeats, calls, money and time, from the store's own rows."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.clock import SystemClock
from harness.compare.components import (
    NOMINAL_MEAN,
    CaseMoments,
    Components,
    between_of,
    cluster_size,
    within_of,
)
from harness.compare.sizing import (
    Sampling,
    cases_for,
    chance_of_alarm,
    chance_of_pass,
    least_cases_to_pass,
    smallest_drop,
    useful_repeats,
)
from harness.pipeline.describing import asked_of
from harness.pipeline.estimating import Estimate
from harness.pipeline.measuring import bank_wanted
from harness.pipeline.regrading import graded_today, known
from harness.plan import Plan
from harness.settings import Settings
from harness.store.bank import Refused, find_bank
from harness.store.moments import Moments, read_moments
from harness.suite.policy import Policy
from harness.units import Seconds, Usd
from harness.wiring import Terms

_MOST_REPEATS = 5
_HARDLY = 1.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a suite's variances, and from how much."""

    components: Components
    runs: int
    """Stored runs; 0: everything is nominal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a gate would ask, and what is known before it does."""

    plans: tuple[Plan, Plan]
    """Baseline first."""
    sides: tuple[Estimate, Estimate]
    known: Known
    banked: int | None = None
    """Old samples of the case that has the fewest in the bank; None: no bank stands for the baseline."""

    @property
    def policy(self) -> Policy:
        return self.plans[0].suite.policy

    @property
    def as_planned(self) -> Sampling:
        """Both sides, as often as they are planned: where that differs from case to case, as seldom as any."""
        least = [min(plan.counts.values()) for plan in self.plans]
        return Sampling(baseline=least[0], candidate=least[1])

    @property
    def cases(self) -> int:
        """Cases that both sides can be compared on, at most."""
        return min(len(plan.cases) for plan in self.plans)

    @property
    def smallest_drop(self) -> float:
        """The drop in mean score, in [0, 1], that both sides as planned find 4 times in 5."""
        return self._smallest(self.as_planned)

    @property
    def smallest_with_bank(self) -> float | None:
        """The same with the bank there is, and the candidate's repeats as planned; None: there is none."""
        if self.banked is None:
            return None
        return self._smallest(Sampling(baseline=self.banked, candidate=self.as_planned.candidate, bank=True))

    def _smallest(self, sampling: Sampling) -> float:
        return smallest_drop(self.known.components, sampling, self.cases, alpha=self.policy.alpha)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One way to ask that finds the change, and what a gate of it costs if no look ends it early."""

    sampling: Sampling
    cases: int
    calls: int
    cost: Usd | None
    """None: unpriced."""
    wall: Seconds | None
    """None: no earlier run to tell from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The suite as it is, asked in one way."""

    sampling: Sampling
    smallest: float
    """The smallest drop it finds with the power asked for, in [0, 1]."""
    passes: float
    """P(PASS | nothing changed), in [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What it takes to find a drop."""

    drop: float
    power: float
    known: Known
    cases: int
    """Cases there are."""
    combinations: tuple[Combination, ...]
    cheapest: Combination
    """Of all of them, by calls."""
    cheapest_without_bank: Combination
    with_what_there_is: Combination | None
    """The cheapest that needs no further case, with all there are; None: all do."""
    today: tuple[Today, ...]
    """As the suite says, and with a bank."""
    least_to_pass: int
    """Independent cases below which only luck can PASS."""
    fixed: tuple[tuple[float, float], ...]
    """What a fixed threshold would do in this gate's place: a share the score may not be below, two and five points under
    the usual one, and how often the suite is below it where nothing changed; both in [0, 1]."""
    enough_repeats: int
    """Repeats beyond which each further one saves less than a tenth of the cases, as recommended."""
    bounded_prices: bool
    """The money is a bound no bill can exceed: there is no earlier run to tell what is usual."""


def known_of(plans: tuple[Plan, Plan], settings: Settings) -> Known:
    """The variances of baseline and candidate. Reads the store, if there is one. Raises StoreBusy."""
    return known_from(plans, read_moments(settings.store, plans[1].suite.name))


def known_from(plans: tuple[Plan, Plan], moments: Moments) -> Known:
    """The same, from what was read."""
    everything = [case for variant in moments.variants for case in variant.cases]
    own = [_of_model(plan, moments) for plan in plans]
    baseline, candidate = (within_of(cases, everything) for cases in own)
    between = between_of(moments.comparisons, within_of(everything, everything))
    components = Components(
        mean=_mean(own[1] or own[0] or everything),
        baseline=baseline,
        candidate=candidate,
        between=between,
        cluster_size=cluster_size(case.cluster for case in plans[1].cases),
    )
    return Known(components=components, runs=sum(len(variant.runs) for variant in moments.variants))


def samples_in_bank(plans: tuple[Plan, Plan], settings: Settings) -> int | None:
    """Old samples of the baseline's case that has the fewest; None: no bank stands for it. Raises StoreBusy."""
    baseline, candidate = plans
    rules = baseline.suite.policy.bank
    if rules is None:
        return None
    now = SystemClock().now()
    shared = {case.id for case in baseline.cases} & {case.id for case in candidate.cases}
    sought, anew = bank_wanted(baseline, Terms(mode="live"), shared, now), known(baseline.suite.cases)
    found = find_bank(settings.store, sought, rules, now, graded_today(anew, settings))
    return None if isinstance(found, Refused) else min(found.samples.values())


def detection_of(drop: float, power: float, planned: Planned) -> Detection:
    """Every way to find `drop`, in (0, 1], with probability `power`, and what the suite sees as it is."""
    policy, components = planned.policy, planned.known.components
    found = tuple(
        _combination(way, cases_for(components, way, drop, alpha=policy.alpha, power=power), planned)
        for way in _ways(policy)
    )
    enough = [
        _combination(each.sampling, planned.cases, planned) for each in found if each.cases <= planned.cases
    ]
    cheapest = _cheapest(found)
    best = _cheapest(enough) if enough else None
    return Detection(
        drop=drop,
        power=power,
        known=planned.known,
        cases=planned.cases,
        combinations=found,
        cheapest=cheapest,
        cheapest_without_bank=_cheapest([each for each in found if not each.sampling.bank]),
        with_what_there_is=best,
        today=tuple(_today(way, power, planned) for way in _ways_today(planned)),
        least_to_pass=least_cases_to_pass(policy.quality_margin, alpha=policy.alpha),
        fixed=tuple(_fixed(components.mean - below, planned) for below in (0.02, 0.05)),
        enough_repeats=useful_repeats(components, (best or cheapest).sampling),
        bounded_prices=any(side.expected_usd is None for side in planned.sides),
    )


def _fixed(threshold: float, planned: Planned) -> tuple[float, float]:
    share = max(0.0, threshold)
    repeats = planned.as_planned.candidate
    return share, chance_of_alarm(share, planned.known.components, planned.cases, repeats)


def _ways(policy: Policy) -> Iterable[Sampling]:
    for repeats in range(1, _MOST_REPEATS + 1):
        yield Sampling(baseline=repeats, candidate=repeats)
    if policy.bank is not None:
        for repeats in range(1, _MOST_REPEATS + 1):
            yield Sampling(baseline=policy.bank.target, candidate=repeats, bank=True)


def _ways_today(planned: Planned) -> Iterable[Sampling]:
    yield planned.as_planned
    if planned.policy.bank is not None:
        samples = planned.banked or planned.policy.bank.target
        yield Sampling(baseline=samples, candidate=planned.as_planned.candidate, bank=True)


def _combination(way: Sampling, cases: int, planned: Planned) -> Combination:
    asked = (0 if way.bank else cases * way.baseline, cases * way.candidate)
    costs = [_price(side, calls) for side, calls in zip(planned.sides, asked, strict=True)]
    waits = [_wait(side, calls) for side, calls in zip(planned.sides, asked, strict=True)]
    return Combination(
        sampling=way,
        cases=cases,
        calls=sum(asked),
        cost=None if None in costs else Usd(sum((cost for cost in costs if cost is not None), Decimal(0))),
        wall=None if None in waits else Seconds(sum(wait for wait in waits if wait is not None)),
    )


def _price(side: Estimate, calls: int) -> Usd | None:
    """At what a call usually costs; where nothing tells, at the most it can."""
    whole = side.worst_usd if side.expected_usd is None else side.expected_usd
    if calls == 0:
        return Usd(Decimal(0))
    return None if whole is None else Usd((whole * calls / side.trials).quantize(Decimal("0.0001")))


def _wait(side: Estimate, calls: int) -> Seconds | None:
    if calls == 0:
        return Seconds(0.0)
    return None if side.expected_wall is None else Seconds(side.expected_wall * calls / side.trials)


def _cheapest(combinations: Sequence[Combination]) -> Combination:
    """The fewest calls; where some hardly differ in that, the one with the fewest cases to write."""
    fewest = min(each.calls for each in combinations)
    return min((each for each in combinations if each.calls <= _HARDLY * fewest), key=lambda each: each.cases)


def _today(way: Sampling, power: float, planned: Planned) -> Today:
    policy, cases, components = planned.policy, planned.cases, planned.known.components
    return Today(
        sampling=way,
        smallest=smallest_drop(components, way, cases, alpha=policy.alpha, power=power),
        passes=chance_of_pass(components, way, cases, margin=policy.quality_margin, alpha=policy.alpha),
    )


def _of_model(plan: Plan, moments: Moments) -> list[CaseMoments]:
    """What the plan's model was asked, whatever the version of the prompt."""
    wanted = asked_of(plan)
    return [
        case
        for variant in moments.variants
        if (variant.model_id, variant.route) == wanted
        for case in variant.cases
    ]


def _mean(cases: list[CaseMoments]) -> float:
    return statistics.fmean(case.mean for case in cases) if cases else NOMINAL_MEAN
