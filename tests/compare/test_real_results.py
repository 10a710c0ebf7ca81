"""The gate says of real models what STATISTICS 11 says of them: two independent computations of the same pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest

from harness.compare.comparison import Comparison, compare
from harness.compare.observation import Accounting, Observation, Side
from harness.gate.judge import judge
from harness.gate.statuses import quality_label, quality_status
from harness.gate.verdict import Status
from harness.suite.policy import Policy

RESULTS = Path(__file__).parents[2] / "../shared/data/real_results.parquet"
POLICY = Policy()
ALPACA = "source = 'alpaca_eval' and model = '{}'"
BFCL = "source = 'bfcl' and model = '{}' and run = '{}'"
CODE = "suite = '{}' and model = '{}'"
JULY, AUGUST = "2024-07-25", "2024-08-11"
SONNET_3, SONNET_35 = "claude-3-sonnet-20240229", "claude-3-5-sonnet-20240620"

pytestmark = pytest.mark.skipif(not RESULTS.exists(), reason="the real results are not here")


@dataclass(frozen=True, kw_only=True)
class Published:
    """One row of the table: changes in points, ratios as printed (None: not printed)."""

    name: str
    baseline: str
    candidate: str
    n: int
    difference: float
    lower: float | None = None
    upper: float | None = None
    status: Status = Status.PASS
    label: str | None = None
    slices: int = 0
    cost: float | None = None
    latency: float | None = None


PUBLISHED = [
    Published(
        name="claude-2 to 2.1",
        baseline=ALPACA.format("claude-2"),
        candidate=ALPACA.format("claude-2.1"),
        n=805, difference=-1.45, lower=-3.0, upper=0.05,
    ),
    Published(
        name="claude-2.1 to its concise prompt",
        baseline=ALPACA.format("claude-2.1"),
        candidate=ALPACA.format("claude-2.1_concise"),
        n=805, difference=-6.51, lower=-8.1, upper=-4.9, status=Status.REGRESSED, slices=4,
    ),
    Published(
        name="claude-2.1 to 3-sonnet",
        baseline=BFCL.format("claude-2.1", AUGUST),
        candidate=BFCL.format(SONNET_3, AUGUST),
        n=1700, difference=4.53, lower=2.7, upper=6.4, label="improved", slices=1, cost=0.45, latency=0.62,
    ),
    Published(
        name="claude-3-sonnet to 3.5-sonnet",
        baseline=BFCL.format(SONNET_3, AUGUST),
        candidate=BFCL.format(SONNET_35, AUGUST),
        n=1700, difference=8.53, label="improved", cost=1.033, latency=1.15,
    ),
    Published(
        name="claude-3-opus to 3.5-sonnet",
        baseline=BFCL.format("claude-3-opus-20240229", AUGUST),
        candidate=BFCL.format(SONNET_35, AUGUST),
        n=1700, difference=2.53, lower=1.4, upper=3.6, label="improved", cost=0.20, latency=0.56,
    ),
    Published(
        name="claude-3.5-sonnet to 3-haiku",
        baseline=BFCL.format(SONNET_35, AUGUST),
        candidate=BFCL.format("claude-3-haiku-20240307", AUGUST),
        n=1700, difference=-15.5, status=Status.REGRESSED, slices=6, cost=0.083, latency=0.51,
    ),
    Published(
        name="gpt-4o-0513 to 0806",
        baseline=BFCL.format("gpt-4o-2024-05-13", AUGUST),
        candidate=BFCL.format("gpt-4o-2024-08-06", AUGUST),
        n=1700, difference=-53.2, status=Status.REGRESSED, slices=11, cost=0.55, latency=0.97,
    ),
    Published(
        name="claude-3.5-sonnet again",
        baseline=BFCL.format(SONNET_35, JULY),
        candidate=BFCL.format(SONNET_35, AUGUST),
        n=1700, difference=0.35, lower=-0.2, upper=0.9, cost=1.003, latency=1.205,
    ),
    Published(
        name="claude-3-opus-FC again",
        baseline=BFCL.format("claude-3-opus-20240229-FC", JULY),
        candidate=BFCL.format("claude-3-opus-20240229-FC", AUGUST),
        n=1700, difference=-3.41, lower=-5.0, upper=-1.8, label="drift", slices=2, cost=1.106, latency=0.955,  # 0.9547; printed as 0.96, probably rounded twice
    ),
    Published(
        name="Claude-3.5-Sonnet 0620 to 1022, repair",
        baseline=CODE.format("lcb-repair", "Claude-3.5-Sonnet-20240620"),
        candidate=CODE.format("lcb-repair", "Claude-3.5-Sonnet-20241022"),
        n=713, difference=2.85, lower=1.4, upper=4.3, label="improved",
    ),
    Published(
        name="GPT-4-Turbo to 4o, execution",
        baseline=CODE.format("lcb-execution-cot", "GPT-4-Turbo-2024-04-09"),
        candidate=CODE.format("lcb-execution-cot", "GPT-4O-2024-05-13"),
        n=479, difference=7.6, label="improved",
    ),
]  # fmt: skip
EACH = pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row.name)


@cache
def imported(where: str) -> Side:
    """A side straight from the file: one row, one trial."""
    columns = "case_id, score, cost_usd, latency_s, cluster, slice"
    rows = duckdb.execute(f"select {columns} from '{RESULTS}' where {where}").fetchall()  # noqa: S608 - our own text
    observations = tuple(
        Observation(
            case_id=case_id, repeat=1, score=score, missing=None, cost=cost, latency=latency, cluster=cluster, tags=(tag,)
        )
        for case_id, score, cost, latency, cluster, tag in rows
    )  # fmt: skip
    return Side(
        run_id=where,
        suite="published",
        label=where,
        observations=observations,
        accounting=Accounting(planned=len(rows), answered=len(rows), degraded=0, failed=0, skipped=0),
        graders="",
        cost_usd=None,
        session="",
        mode="imported",
    )


@cache
def compared(baseline: str, candidate: str) -> Comparison:
    return compare(imported(baseline), imported(candidate), POLICY)


def rounds_to(value: float, printed: float) -> bool:
    """Whether a number may be printed like this: within half a unit of the last printed digit."""
    digits = len(f"{printed!r}".partition(".")[2])
    gap: float = abs(value - printed)
    return gap <= 0.5 * 10.0**-digits + 1e-9


@EACH
def test_the_difference_and_its_bounds_are_those_that_are_printed(row: Published) -> None:
    found = compared(row.baseline, row.candidate).quality
    assert found is not None
    assert found.n == row.n
    assert 100 * found.difference == pytest.approx(row.difference, abs=0.05)
    for bound, printed in ((found.lower, row.lower), (found.upper, row.upper)):
        assert printed is None or rounds_to(100 * bound, printed)


@EACH
def test_the_verdict_on_quality_is_the_one_that_is_printed(row: Published) -> None:
    found = compared(row.baseline, row.candidate).quality
    assert found is not None
    assert quality_status(found, 0.05) is row.status
    assert quality_label(found, 0.05) == row.label


@EACH
def test_as_many_slices_regress_as_are_printed(row: Published) -> None:
    found = judge(compared(row.baseline, row.candidate), POLICY)
    regressed = [name for name, status in found.slices if status is Status.REGRESSED]
    assert len(regressed) == row.slices
    if row.slices:
        assert found.status is Status.REGRESSED


@EACH
def test_as_many_slices_are_found_by_sign_flips_as_are_printed(row: Published) -> None:
    """The table counts adjusted p of at most 5 %, before anything else is asked of a slice."""
    assert sum(s.p_adjusted <= 0.05 for s in compared(row.baseline, row.candidate).slices) == row.slices


def test_the_rerun_that_drifted_made_parallel_calls_worse() -> None:
    row = next(row for row in PUBLISHED if row.name == "claude-3-opus-FC again")
    found = [s for s in compared(row.baseline, row.candidate).slices if s.p_adjusted <= 0.05]
    assert sorted((s.slice, round(100 * s.difference)) for s in found) == [
        ("parallel_function", -12),
        ("parallel_multiple_function", -15),
    ]


@EACH
def test_cost_and_latency_are_those_that_are_printed(row: Published) -> None:
    found = compared(row.baseline, row.candidate)
    for ratio, printed in ((found.cost, row.cost), (found.latency, row.latency)):
        assert printed is None or (ratio is not None and rounds_to(ratio.ratio, printed))
    assert not found.latency_comparable


def test_a_better_mean_does_not_hide_that_it_calls_when_it_should_not() -> None:
    found = judge(compared(PUBLISHED[2].baseline, PUBLISHED[2].candidate), POLICY)
    assert [f.rule for f in found.findings if f.status is Status.REGRESSED] == ["slice: relevance"]
    assert "-31.7 points" in found.findings[0].because


def test_clusters_widen_what_can_be_said_of_code_execution() -> None:
    found = compared(PUBLISHED[-1].baseline, PUBLISHED[-1].candidate).quality
    assert found is not None
    assert (found.clusters, round(100 * found.se, 2)) == (92, 1.44)
