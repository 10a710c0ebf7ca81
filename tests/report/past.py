"""Suites over time, built by hand: the test data of the history page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from harness.compare.comparison import Quality, Score
from harness.compare.exact import Tally
from harness.compare.observation import Accounting
from harness.measure.repeats import flakiness_of, pass_rate_of
from harness.record import Mode, Purpose
from harness.report.views.past import BankFound, Drifted, PastDay, PastFlaky, PastRun, PastSuite, PastVerdict
from harness.units import Usd
from tests.report.examples import QUALITY
from tests.values import run_info

BEGAN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
_STATUSES = ("PASS", "INCONCLUSIVE", "REGRESSED", "NOT_MEASURED", "PASS")


def verdict(
    number: int, status: str, *, label: str | None = None, bank: BankFound | None = None
) -> PastVerdict:
    return PastVerdict(
        verdict_id=f"{number:064x}",
        baseline_run="run-0",
        decided_at=BEGAN + timedelta(days=number, minutes=5),
        status=status,
        label=label,
        bank=bank,
    )


def run(
    number: int,
    version: str,
    *,
    mean: float | None = 0.9,
    verdicts: tuple[PastVerdict, ...] = (),
    told: tuple[Mode, Purpose] = ("live", ""),
    text: str = "triage",
) -> PastRun:
    score = (
        None if mean is None else Score(mean=mean, lower=max(0.0, mean - 0.06), upper=min(1.0, mean + 0.05))
    )
    info = run_info(
        run_id=f"run-{number}" if text == "triage" else f"{text} {number}",
        suite=text,
        prompt_version=version,
        prompt_digest=version * 8,
        started_at=BEGAN + timedelta(days=number),
        mode=told[0],
        purpose=told[1],
    )
    return PastRun(
        info=info,
        accounting=Accounting(planned=40, answered=40, degraded=0, failed=0, skipped=0),
        measured=0 if mean is None else 40,
        score=score,
        cost=None if number == 1 else Usd(Decimal("0.0123")),
        verdicts=verdicts,
    )


def moved(first: PastRun, last: PastRun, quality: Quality | None) -> Drifted:
    return Drifted(
        kind=last.kind, variant=last.variant, first=first.info, last=last.info, quality=quality, alpha=0.0125
    )


def flaky(case_id: str, variant: str = "v1 on claude-opus-5-5") -> PastFlaky:
    tally = Tally(passed=3, asked=8)
    return PastFlaky(
        case_id=case_id,
        variant=variant,
        passed=3,
        asked=8,
        rate=pass_rate_of(tally),
        flakiness=flakiness_of(tally),
    )


def suite(text: str = "triage") -> PastSuite:
    """Two versions, every verdict, runs that are no part of a trend, a stale bank, and a move down."""
    said = [verdict(number, status) for number, status in enumerate(_STATUSES)]
    stale = BankFound(cases=40, difference=-0.021, p=0.004, stale=True)
    newest = replace(said[4], label=text if text != "triage" else "drift", bank=stale)
    runs = (
        run(0, "v1", mean=0.93, text=text),
        run(1, "v1", mean=0.9, verdicts=(said[1],), text=text),
        run(2, "v1", mean=0.86, verdicts=(said[2],), text=text),
        run(3, "v2" if text == "triage" else text, mean=None, verdicts=(said[3],), text=text),
        run(4, "v2" if text == "triage" else text, mean=0.9, verdicts=(newest,), text=text),
        run(5, "v2" if text == "triage" else text, mean=0.2, told=("live", "rerun"), text=text),
        run(6, text, mean=0.88, told=("imported", ""), text=text),
    )
    fell = replace(QUALITY, difference=-0.07, lower=-0.12, upper=-0.01)
    return PastSuite(
        suite=text,
        runs=runs,
        in_all=57,
        since=BEGAN - timedelta(days=90),
        flaky=(flaky(text), flaky("cancel-order", variant=text)),
        flaky_in_all=9,
        days=(
            PastDay(day=date(2026, 10, 30), runs=2, cost=None, unpriced=2),
            PastDay(day=date(2026, 11, 1), runs=3, cost=Usd(Decimal("0.31")), unpriced=0),
            PastDay(day=date(2026, 11, 4), runs=1, cost=Usd(Decimal("0.1")), unpriced=0),
        ),
        drifted=(moved(runs[0], runs[2], fell), moved(runs[3], runs[4], None)),
        not_tested=1,
    )
