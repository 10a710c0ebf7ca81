"""A suite's gate tried on stored samples of one variant: what it does where nothing changed. Nothing is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.compare.design import PlannedCase
from harness.compare.observation import Observation
from harness.errors import UsageError
from harness.gate.calibration import Calibration, Terms, Told, calibrate
from harness.gate.tapes import Cast
from harness.pipeline.gating import policy_of
from harness.record import RunInfo
from harness.settings import Settings
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
    """The run whose answers are to be used; None: the variant with the most samples, the suite's baseline first."""
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
    cast: Cast
    scores: tuple[tuple[float, ...], ...]
    """In the order of the cast."""
    synthetic: bool
    """The answers were made up."""

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
    samples = samples_of(asked, project, settings)
    policy = policy_of(project, asked.suite)
    terms = Terms(
        rehearsals=asked.rehearsals,
        seed=asked.seed,
        repeats=asked.repeats or _usual_repeats(asked.suite, project),
        ways=("once",),
        threshold=asked.threshold,
    )
    result = calibrate(samples.cast, samples.scores, policy, terms, told)
    return Calibrated(suite=asked.suite, samples=samples, policy=policy, result=result)


def samples_of(asked: Calibrating, project: Project, settings: Settings) -> Samples:
    """The stored answers to rehearse with. Raises UsageError that says how to get some."""
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
        cast=_cast([found[-1] for found in told.values()]),
        scores=tuple(tuple(each.score or 0.0 for each in found) for found in told.values()),
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


def _cast(cases: Sequence[Observation]) -> Cast:
    return Cast(
        cases=tuple(
            PlannedCase(case_id=each.case_id, tags=each.tags, cluster=each.cluster, weight=each.weight)
            for each in cases
        ),
        must_pass=frozenset(each.case_id for each in cases if each.must_pass),
    )


def _usual_repeats(suite: str, project: Project) -> int:
    found = project.suites.get(suite)
    return 1 if found is None else found.repeats


def _too_few(suite: str, why: str) -> UsageError:
    return UsageError(
        f"suite {suite!r} cannot be calibrated: {why}; ask one variant twice or more "
        f"(harness run {suite} --repeats 5 --mode live), or name a run that was (--run RUN)"
    )
