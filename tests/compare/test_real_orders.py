"""A live gate that asks real models' cases one after the other says what the whole of them says, and asks fewer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean

import pytest

from harness.compare.comparison import compare
from harness.compare.design import PlannedCase, design_of
from harness.compare.evidence import Evidence
from harness.gate.judge import judge
from harness.gate.step import Decided, next_step
from harness.gate.verdict import Status, Verdict
from harness.suite.policy import Looks, Policy
from tests.compare.test_real_results import AUGUST, BFCL, JULY, PUBLISHED, RESULTS, imported

pytestmark = pytest.mark.skipif(not RESULTS.exists(), reason="the real results are not here")
LOOKS = (50, 100, 200, 400, 800)
"""Cases after which the numbers are looked at; and after all of them."""
POLICY = Policy(confirm=None, rerun=None, bank=None, cost_margin=None, latency_margin=None)
AGAIN = (
    "claude-2.1",
    "claude-3-haiku-20240307",
    "claude-3-sonnet-20240229",
    "claude-3-opus-20240229",
    "gpt-4o-2024-05-13",
)
"""Models that were asked in July and in August."""
PAIRS = {
    **{row.name: (row.baseline, row.candidate) for row in PUBLISHED},
    **{f"{name} again": (BFCL.format(name, JULY), BFCL.format(name, AUGUST)) for name in AGAIN},
}
FEW = ("claude-3-sonnet to 3.5-sonnet", "GPT-4-Turbo to 4o, execution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What one order of the cases came to."""

    verdict: Verdict
    saved: float
    """Share of the cases that were not asked."""

    @property
    def fallen(self) -> set[str]:
        return {name for name, status in self.verdict.slices if status is Status.REGRESSED}


def asked_in_order(name: str, order: int) -> Ended:
    """Both models asked every case once, in a random order, until a look decides."""
    baseline, candidate = (imported(where) for where in PAIRS[name])
    n = len(candidate.observations)
    looks = Looks(waves=(1,), within_first=tuple(each / n for each in LOOKS if each < n), large=0)
    policy = replace(POLICY, looks=looks)
    design = design_of(planned(name), bank=None, policy=policy, seed=f"order {order}", repeats=1)
    found = next_step(Evidence(candidate=candidate, baseline=baseline, seed=design.seed), design, policy)
    assert isinstance(found, Decided)
    assert found.verdict.sequential is not None
    return Ended(verdict=found.verdict, saved=found.verdict.sequential.saved / (2 * n))


@cache
def planned(name: str) -> tuple[PlannedCase, ...]:
    return tuple(
        PlannedCase(case_id=each.case_id, tags=each.tags, cluster=each.cluster)
        for each in imported(PAIRS[name][1]).observations
    )


@cache
def on_all_cases(name: str) -> Status:
    baseline, candidate = (imported(where) for where in PAIRS[name])
    return judge(compare(baseline, candidate, POLICY), POLICY).status


def agreement(name: str, orders: int) -> tuple[float, float]:
    """Share of orders that end with the verdict on all cases, and the mean share of cases saved."""
    ended = [asked_in_order(name, order) for order in range(orders)]
    same = fmean(each.verdict.status is on_all_cases(name) for each in ended)
    return same, fmean(each.saved for each in ended)


@pytest.mark.parametrize("name", FEW)
def test_an_early_verdict_is_that_of_all_cases(name: str) -> None:
    same, _ = agreement(name, 2)
    assert same == 1


def test_a_catastrophe_saves_most_of_the_cases() -> None:
    same, saved = agreement("gpt-4o-0513 to 0806", 2)
    assert same == 1
    assert saved > 0.9


def test_a_slice_that_fell_is_found_however_the_cases_are_ordered() -> None:
    assert all("relevance" in asked_in_order("claude-2.1 to 3-sonnet", order).fallen for order in range(3))


@pytest.mark.sim
@pytest.mark.timeout(7200)
def test_a_hundred_orders_of_every_pair_end_as_all_of_its_cases_do() -> None:
    found: dict[str, tuple[float, float]] = {}
    for name in PAIRS:
        same, saved = found[name] = agreement(name, 100)
        line = f"{name:42} {on_all_cases(name):12} {100 * same:4.0f} %  {100 * saved:3.0f} % of cases saved"
        print(line, flush=True)  # noqa: T201 - the figures are the point
    assert fmean(same for same, _ in found.values()) >= 0.95


@pytest.mark.sim
@pytest.mark.timeout(3600)
def test_a_hundred_orders_find_the_slice_that_fell() -> None:
    found = [asked_in_order("claude-2.1 to 3-sonnet", order) for order in range(100)]
    assert sum("relevance" in each.fallen for each in found) >= 98
    print(f"relevance found, {100 * fmean(each.saved for each in found):.0f} % of cases saved")  # noqa: T201 - the figures are the point
