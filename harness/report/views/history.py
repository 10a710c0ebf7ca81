"""The past of suites as a page shows it: trends, moves, flaky cases, days and runs, drawn and worded."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.compare.comparison import Score
from harness.gate.verdict import Status
from harness.report import words
from harness.report.charts.chart import Chart
from harness.report.views.parts import SYNTHETIC
from harness.report.views.past import CHOSEN, Drifted, PastFlaky, PastRun, PastSuite
from harness.report.views.past_charts import cost_chart, score_chart

RUNS = 40
"""Runs that the table of one suite has."""
_SAME = "no move is proved"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantLine:
    """One variant over its runs in sight."""

    name: str
    runs: int
    newest: str
    """`92.0 % (95 %: 78.1 % to 97.4 %)`; empty where none of its runs has a score."""
    moved: str
    """Whether it moved between its oldest and its newest run, in words; empty where that cannot be asked."""
    way: str
    """`up`, `down`, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyLine:
    """A case that one variant both passed and failed."""

    case_id: str
    variant: str
    passed: str
    rate: str
    flakiness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run in the table."""

    started: str
    run_id: str
    variant: str
    mode: str
    score: str
    interval: str
    measured: str
    cost: str
    status: Status | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteHistory:
    """One suite over time. Newest first, in every table."""

    suite: str
    anchor: str
    """Of its place on the page; ours."""
    headline: str
    facts: tuple[str, ...]
    status: Status | None
    """What the gate said last."""
    scores: Chart | None
    """None where no run in sight has a score."""
    variants: tuple[VariantLine, ...]
    moves_note: str
    flaky: tuple[FlakyLine, ...]
    more_flaky: int
    costs: Chart | None
    cost_note: str
    runs: tuple[RunLine, ...]
    more_runs: str
    """How many runs are not in the table, and what shows them; empty: all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryView:
    """Several suites over time."""

    title: str
    headline: str
    synthetic: str
    suites: tuple[SuiteHistory, ...]
    others: tuple[str, ...]
    """Suites that ran longer ago, by name only."""


def make_history(suites: Sequence[PastSuite], others: Sequence[str] = ()) -> HistoryView:
    """The view of these suites, in the order given. Raises ValueError for none: there is nothing to show."""
    if not suites:
        raise ValueError("a history needs at least one suite with a run")
    shown = tuple(_suite(number, each) for number, each in enumerate(suites, start=1))
    runs = words.count(sum(each.in_all for each in suites), "run")
    many = words.count(len(suites), "suite")
    made_up = any(run.info.synthetic for each in suites for run in each.runs)
    return HistoryView(
        title=suites[0].suite if len(suites) == 1 else many,
        headline=shown[0].headline if len(suites) == 1 else f"{many}, {runs}",
        synthetic=SYNTHETIC if made_up else "",
        suites=shown,
        others=tuple(others),
    )


def _suite(number: int, past: PastSuite) -> SuiteHistory:
    newest_first = tuple(reversed(past.runs))
    verdicts = [found for run in newest_first if (found := status_of(run)) is not None]
    name = f"h{number}"
    return SuiteHistory(
        suite=past.suite,
        anchor=f"_{name}",
        headline=_headline(past),
        facts=tuple(_facts(past)),
        status=verdicts[0] if verdicts else None,
        scores=score_chart(name, past),
        variants=tuple(_variants(past)),
        moves_note=_moves_note(past),
        flaky=tuple(map(_flaky, past.flaky)),
        more_flaky=past.flaky_in_all - len(past.flaky),
        costs=cost_chart(name, past),
        cost_note=_cost_note(past),
        runs=tuple(map(_run, newest_first[:RUNS])),
        more_runs=_more_runs(past),
    )


def status_of(run: PastRun) -> Status | None:
    """What the gate said of a run last."""
    return Status(run.verdicts[0].status) if run.verdicts else None


def _headline(past: PastSuite) -> str:
    scored = [run for run in past.runs if run.score is not None and run.info.purpose not in CHOSEN]
    many = f"{words.count(past.in_all, 'run')} since {past.since:%Y-%m-%d}"
    if not scored:
        return f"No score in {many}."
    last = scored[-1]
    return f"{_mean(last.score)} in the newest run, {last.variant}, of {many}."


def _facts(past: PastSuite) -> Iterator[str]:
    newest = next((run for run in reversed(past.runs) if run.verdicts), None)
    if newest is not None:
        said = newest.verdicts[0]
        label = f", {said.label}" if said.label else ""
        yield f"Newest verdict: {said.status.replace('_', ' ')}{label}, on {newest.variant}, {said.decided_at:%Y-%m-%d}."
    yield from _small_steps(past)
    yield from _stale(past)


def _small_steps(past: PastSuite) -> Iterator[str]:
    """Drops that each passed, as they were within the margin."""
    small = sum(bool(run.verdicts) and run.verdicts[0].label == "drift" for run in past.runs)
    if small > 1:
        yield f"{small} of these runs passed with a real drop within the margin: such steps add up."


def _stale(past: PastSuite) -> Iterator[str]:
    """The newest time that fresh answers were held against a bank, and whether the bank still held."""
    found = [(each, run) for run in past.runs for each in run.verdicts if each.bank is not None]
    if not found:
        return
    verdict, _ = max(found, key=lambda each: each[0].decided_at)
    bank = verdict.bank
    assert bank is not None  # noqa: S101 - chosen for it
    moved = f"{words.points(bank.difference)} points on {words.count(bank.cases, 'case')}, {words.p_value(bank.p)}"
    says = "the provider moved: its bank is stale" if bank.stale else "its bank still holds"
    yield f"Fresh answers of the unchanged baseline on {verdict.decided_at:%Y-%m-%d}: {moved}; {says}."


def _variants(past: PastSuite) -> Iterator[VariantLine]:
    """Every variant that was asked all cases, the one that ran last first."""
    moved = {each.kind: each for each in past.drifted}
    kinds: dict[tuple[str, ...], list[PastRun]] = {}
    for run in reversed(past.runs):
        if run.info.purpose not in CHOSEN:
            kinds.setdefault(run.kind, []).append(run)
    for kind, runs in kinds.items():
        newest = next((run.score for run in runs if run.score is not None), None)
        found = moved.get(kind)
        yield VariantLine(
            name=runs[0].variant,
            runs=len(runs),
            newest="" if newest is None else f"{_mean(newest)} (95 %: {_interval(newest)})",
            moved="" if found is None else _moved(found),
            way="" if found is None else _way(found),
        )


def _moved(found: Drifted) -> str:
    quality = found.quality
    if quality is None:
        return "no case is the same in both"
    between = f"{words.points(quality.lower)} to {words.points(quality.upper)}"
    since = f"since {found.first.started_at:%Y-%m-%d}"
    said = {"up": "moved up", "down": "moved down"}.get(_way(found), _SAME)
    return f"{said} {since}: {words.points(quality.difference)} points ({between}) on {words.count(quality.n, 'case')}"


def _way(found: Drifted) -> str:
    """Whether a bound excludes that nothing moved."""
    quality = found.quality
    if quality is None or quality.lower <= 0 <= quality.upper:
        return ""
    return "up" if quality.lower > 0 else "down"


def _moves_note(past: PastSuite) -> str:
    if not past.drifted:
        return ""
    level, many = words.level(2 * past.drifted[0].alpha * len(past.drifted)), len(past.drifted)
    together = f"; bounds of all {many} hold together at {level}" if many > 1 else f"; bounds at {level}"
    rest = f" Not compared: {words.count(past.not_tested, 'more variant')}." if past.not_tested else ""
    return f"A move is the newest run of a variant against its oldest one here, case by case{together}.{rest}"


def _flaky(case: PastFlaky) -> FlakyLine:
    rate = case.rate
    return FlakyLine(
        case_id=case.case_id,
        variant=case.variant,
        passed=f"{case.passed} of {case.asked}",
        rate=f"{words.percent(rate.lower)} to {words.percent(rate.upper)}",
        flakiness=f"{case.flakiness.value:.2f}",
    )


def _cost_note(past: PastSuite) -> str:
    if not past.days:
        return ""
    spent = words.dollars(sum((each.cost for each in past.days if each.cost is not None), Decimal(0)))
    unpriced = sum(each.unpriced for each in past.days)
    missing = f"; {words.count(unpriced, 'run')} without a price not counted" if unpriced else ""
    return f"{spent} on {words.count(len(past.days), 'day')} in all{missing}. Replays cost nothing and are not in it."


def _run(run: PastRun) -> RunLine:
    info, said = run.info, run.verdicts[0] if run.verdicts else None
    return RunLine(
        started=f"{info.started_at:%Y-%m-%d %H:%M}",
        run_id=info.run_id,
        variant="" if info.mode == "imported" else info.variant,
        mode=", ".join(filter(None, [info.mode, "synthetic" * info.synthetic, info.purpose])),
        score="" if run.score is None else _mean(run.score),
        interval="" if run.score is None else _interval(run.score),
        measured=f"{run.measured:,}/{run.accounting.planned:,}",
        cost=words.dollars(run.cost),
        status=status_of(run),
        label="" if said is None or said.label is None else said.label,
    )


def _more_runs(past: PastSuite) -> str:
    shown = min(RUNS, len(past.runs))
    left = past.in_all - shown
    return (
        "" if left <= 0 else f"{left:,} more: harness history {shlex.quote(past.suite)} --limit {past.in_all}"
    )


def _mean(score: Score | None) -> str:
    return words.percent(None if score is None else score.mean)


def _interval(score: Score) -> str:
    return f"{words.percent(score.lower)} to {words.percent(score.upper)}"
