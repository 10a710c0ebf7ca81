"""Stored runs over time: read in sums, so that thousands of them cost a second, and a few compared case by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.compare.comparison import compare
from harness.compare.observation import Side
from harness.report.views.past import (
    CHOSEN,
    BankFound,
    Drifted,
    PastDay,
    PastFlaky,
    PastRun,
    PastSuite,
    PastVerdict,
)
from harness.store.flaky import PastCase, read_flaky
from harness.store.lookback import (
    DayCost,
    SuiteSpan,
    VerdictHead,
    read_days,
    read_suites,
    read_verdict_heads,
)
from harness.store.pooling import pool
from harness.store.read import list_runs, read_side
from harness.store.scores import read_scores
from harness.suite.policy import Policy

ALPHA = 0.05
"""Two-sided, of all variants of one suite together: that any of them is said to have moved though none has."""
COMPARED = 6
"""Variants of one suite that are looked at for a move: each takes two runs read case by case."""
FLAKY = 15
"""Flaky cases of one suite."""
SUITES = 12


def past_runs(store: Path, suite: str | None, *, limit: int) -> tuple[PastRun, ...]:
    """The newest runs, oldest first. Raises UsageError where there is no store, StoreBusy."""
    newest = list_runs(store, suite=suite, limit=limit)
    ids = [each.info.run_id for each in newest]
    scores, verdicts = read_scores(store, ids), _by_candidate(read_verdict_heads(store, ids))
    return tuple(
        PastRun(
            info=each.info,
            accounting=each.totals.accounting,
            measured=each.totals.measured,
            score=scores.get(each.info.run_id),
            cost=each.totals.cost,
            verdicts=tuple(map(_verdict, verdicts.get(each.info.run_id, ()))),
        )
        for each in reversed(newest)
    )


def past_suites(
    store: Path, suite: str | None, *, limit: int
) -> tuple[tuple[PastSuite, ...], tuple[str, ...]]:
    """The past of one suite, or of those that ran last, `limit` runs of each; and the names of all others.

    Raises UsageError where there is no store, StoreBusy.
    """
    spans = read_suites(store, suite)
    return tuple(_suite(store, each, limit) for each in spans[:SUITES]), tuple(
        each.suite for each in spans[SUITES:]
    )


def _suite(store: Path, span: SuiteSpan, limit: int) -> PastSuite:
    runs = past_runs(store, span.suite, limit=limit)
    flaky = read_flaky(store, span.suite)
    pairs = _pairs(runs)
    return PastSuite(
        suite=span.suite,
        runs=runs,
        in_all=span.runs,
        since=span.since,
        flaky=tuple(map(_flaky, flaky[:FLAKY])),
        flaky_in_all=len(flaky),
        days=tuple(map(_day, read_days(store, span.suite))),
        drifted=_drifted(store, pairs[:COMPARED]),
        not_tested=max(0, len(pairs) - COMPARED),
    )


def _pairs(runs: Sequence[PastRun]) -> list[tuple[PastRun, PastRun]]:
    """The oldest and the newest run of every variant with two of them, the newest variant first.

    A replay gives the very answers that were recorded, so it can move nowhere.
    """
    asked = [
        run
        for run in runs
        if run.info.mode in ("live", "record") and run.info.purpose not in CHOSEN and run.score is not None
    ]
    first = {run.kind: run for run in reversed(asked)}
    last = {run.kind: run for run in asked}
    pairs = [(first[kind], run) for kind, run in last.items() if first[kind] is not run]
    return sorted(pairs, key=lambda pair: (pair[1].info.started_at, pair[1].info.run_id), reverse=True)


def _drifted(store: Path, pairs: Sequence[tuple[PastRun, PastRun]]) -> tuple[Drifted, ...]:
    """Each pair compared as the gate compares. Every bound gets its part of `ALPHA`: two of each variant."""
    if not pairs:
        return ()
    alpha = ALPHA / (2 * len(pairs))
    policy = Policy(alpha=alpha, slices=False)
    return tuple(
        Drifted(
            kind=last.kind,
            variant=last.variant,
            first=first.info,
            last=last.info,
            quality=compare(_side(store, first), _side(store, last), policy).quality,
            alpha=alpha,
        )
        for first, last in pairs
    )


def _side(store: Path, run: PastRun) -> Side:
    """What may be held against another run: of one that a gate could end early the first repeat alone, as in a bank."""
    return pool([read_side(store, run.info.run_id)], [run.info.purpose == "screen"])


def _by_candidate(heads: Sequence[VerdictHead]) -> Mapping[str, Sequence[VerdictHead]]:
    found: dict[str, list[VerdictHead]] = {}
    for each in heads:
        found.setdefault(each.candidate_run, []).append(each)
    return found


def _verdict(head: VerdictHead) -> PastVerdict:
    return PastVerdict(
        verdict_id=head.verdict_id,
        baseline_run=head.baseline_run,
        decided_at=head.decided_at,
        status=head.status,
        label=head.label,
        bank=_bank(head),
    )


def _bank(head: VerdictHead) -> BankFound | None:
    if head.bank_cases is None or head.bank_difference is None or head.bank_p is None:
        return None
    return BankFound(
        cases=head.bank_cases, difference=head.bank_difference, p=head.bank_p, stale=head.bank_stale
    )


def _flaky(case: PastCase) -> PastFlaky:
    return PastFlaky(
        case_id=case.case_id,
        variant=case.variant,
        passed=case.tally.passed,
        asked=case.tally.asked,
        rate=case.pass_rate,
        flakiness=case.flakiness,
    )


def _day(day: DayCost) -> PastDay:
    return PastDay(day=day.day, runs=day.runs, cost=day.cost, unpriced=day.unpriced)
