"""A suite's gate tried on stored samples of one variant: what it does where nothing changed. Nothing is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.call.tab import Tab
from harness.compare.design import PlannedCase
from harness.compare.observation import Observation
from harness.errors import UsageError
from harness.gate.calibration import Calibration, Terms, Told, calibrate
from harness.gate.rehearsal import Way
from harness.pipeline.gating import policy_of
from harness.pipeline.measuring import Measurement, standing
from harness.record import RunInfo
from harness.settings import Settings
from harness.store.bank import Bank
from harness.store.moments import VariantMoments, read_moments
from harness.store.read import find_run, list_runs, read_side
from harness.suite.policy import Policy
from harness.suite.project import Project

_ENOUGH = 0.8
"""Share of cases that need two samples: with fewer nobody can say how flaky the suite is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrating:
    """What is asked of a calibration."""

    suite: str
    run: str | None = None
    """The run whose answers are to be used; None: the bank's; without one the variant with the most samples, the
    suite's baseline first."""
    rehearsals: int
    seed: int
    repeats: int | None = None
    """Of each case and side, where both are asked; None: as the suite says."""
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Stored answers of one variant."""

    label: str
    """`v2 on opus-5-5`, or the name of an imported run."""
    runs: tuple[str, ...]
    """Oldest first."""
    cases: tuple[PlannedCase, ...]
    scores: tuple[tuple[float, ...], ...]
    """In the order of the cases."""
    synthetic: bool
    """The answers were made up."""
    banked: bool = False
    """They are those of a bank that stands for the suite's baseline."""

    @property
    def answers(self) -> int:
        return sum(len(each) for each in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A calibration, and what it rests on."""

    suite: str
    samples: Samples
    policy: Policy
    result: Calibration


def calibrate_suite(asked: Calibrating, project: Project, settings: Settings, told: Told) -> Calibrated:
    """Try the gate of a suite on its own stored samples. Raises UsageError where there are too few, StoreBusy."""
    policy = policy_of(project, asked.suite)
    bank = _bank(asked.suite, project, settings)
    samples = _of_bank(bank) if bank and asked.run is None else samples_of(asked, project, settings)
    terms = Terms(
        rehearsals=asked.rehearsals,
        seed=asked.seed,
        repeats=asked.repeats or _usual_repeats(asked.suite, project),
        ways=_ways(asked.suite, project, banked=bank is not None),
        threshold=asked.threshold,
    )
    result = calibrate(samples.cases, samples.scores, policy, terms, told)
    return Calibrated(suite=asked.suite, samples=samples, policy=policy, result=result)


def samples_of(asked: Calibrating, project: Project, settings: Settings) -> Samples:
    """The stored answers to rehearse with, where no bank has them. Raises UsageError that says how to get some."""
    if not settings.store.exists():
        raise _too_few(asked.suite, "nothing is stored yet")
    if asked.run is not None:
        return _pooled([_own(asked, settings)], asked.suite, settings)
    infos = {each.info.run_id: each.info for each in list_runs(settings.store, suite=asked.suite)}
    variants = [v for v in read_moments(settings.store, asked.suite).variants if _is_enough(v)]
    if not variants:
        raise _too_few(asked.suite, "no variant has two stored answers to most of its cases")
    best = max(variants, key=lambda variant: _merit(variant, infos, asked.suite, project))
    return _pooled([infos[run] for run in best.runs], asked.suite, settings)


def _bank(suite: str, project: Project, settings: Settings) -> Bank | None:
    """What stands for the suite's baseline; None: nothing does, or nobody here knows the suite."""
    found = project.suites.get(suite)
    if found is None or found.policy.bank is None:
        return None
    standing_now = standing(Measurement(suite=suite, mode="live", tab=Tab()), project, settings)
    return standing_now.found if isinstance(standing_now.found, Bank) else None


def _of_bank(bank: Bank) -> Samples:
    cases: defaultdict[str, list[Observation]] = defaultdict(list)
    for each in bank.side.observations:
        if each.score is not None:
            cases[each.case_id].append(each)
    return Samples(
        label=bank.side.label,
        runs=tuple(member.info.run_id for member in bank.members),
        cases=_planned(found[-1] for found in cases.values()),
        scores=tuple(_scores(found) for found in cases.values()),
        synthetic=bank.side.synthetic,
        banked=True,
    )


def _ways(suite: str, project: Project, *, banked: bool) -> tuple[Way, ...]:
    """How the suite is gated, as it would be today first. What nobody here can ask is only ever looked at."""
    found = project.suites.get(suite)
    if found is None:
        return ("once",)
    if found.policy.bank is None:
        return ("both", "once")
    return ("bank", "both", "once") if banked else ("both", "bank", "once")


def _scores(found: Iterable[Observation]) -> tuple[float, ...]:
    return tuple(each.score for each in found if each.score is not None)


def _own(asked: Calibrating, settings: Settings) -> RunInfo:
    info = find_run(settings.store, str(asked.run))
    if info.suite != asked.suite:
        raise UsageError(f"run {info.run_id} is one of suite {info.suite!r}, not of {asked.suite!r}")
    return info


def _is_enough(variant: VariantMoments) -> bool:
    repeated = sum(case.samples > 1 for case in variant.cases)
    return repeated >= _ENOUGH * len(variant.cases)


def _merit(
    variant: VariantMoments, infos: dict[str, RunInfo], suite: str, project: Project
) -> tuple[bool, int, str]:
    """The baseline of the suite first; then whatever was asked most often; then by name."""
    info = infos[variant.runs[-1]]
    wanted = project.suites.get(suite)
    is_baseline = wanted is not None and (info.prompt_version, info.model) == (
        wanted.baseline.version,
        wanted.baseline.model,
    )
    return is_baseline, sum(case.samples for case in variant.cases), info.run_id


def _pooled(infos: Sequence[RunInfo], suite: str, settings: Settings) -> Samples:
    ordered = sorted(infos, key=lambda info: (info.started_at, info.run_id))
    cases: defaultdict[str, list[Observation]] = defaultdict(list)
    for info in ordered:
        for each in _fair(info, read_side(settings.store, info.run_id).observations):
            cases[each.case_id].append(each)
    told = {case: _of_today(found) for case, found in sorted(cases.items())}
    repeated = sum(len(found) > 1 for found in told.values())
    if not told or repeated < _ENOUGH * len(told):
        raise _too_few(suite, f"{ordered[-1].run_id} has two answers to {repeated} of {len(told)} cases")
    newest = ordered[-1]
    return Samples(
        label=newest.run_id if newest.mode == "imported" else newest.variant,
        runs=tuple(info.run_id for info in ordered),
        cases=_planned([found[-1] for found in told.values()]),
        scores=tuple(_scores(found) for found in told.values()),
        synthetic=newest.synthetic,
    )


def _fair(info: RunInfo, observations: Iterable[Observation]) -> Iterable[Observation]:
    """Measured answers that nobody asked for because of earlier ones: of a screen, its first wave."""
    return (
        each
        for each in observations
        if each.score is not None and (info.purpose != "screen" or each.repeat == info.first_repeat)
    )


def _of_today(found: Sequence[Observation]) -> tuple[Observation, ...]:
    """The answers to the case as it was asked last."""
    return tuple(each for each in found if each.case_digest == found[-1].case_digest)


def _planned(cases: Iterable[Observation]) -> tuple[PlannedCase, ...]:
    return tuple(
        PlannedCase(
            case_id=each.case_id,
            tags=each.tags,
            cluster=each.cluster,
            weight=each.weight,
            must_pass=each.must_pass,
        )
        for each in cases
    )


def _usual_repeats(suite: str, project: Project) -> int:
    found = project.suites.get(suite)
    return 1 if found is None else found.repeats


def _too_few(suite: str, why: str) -> UsageError:
    return UsageError(
        f"suite {suite!r} cannot be calibrated: {why}; ask one variant twice or more "
        f"(harness run {suite} --repeats 5 --mode live), or name a run that was (--run RUN)"
    )
