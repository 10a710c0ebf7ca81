"""A live gate that asks real models' cases one after the other says what the whole of them says, and asks fewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import fmean

import pytest

from harness.compare.design import PlannedCase, design_of
from harness.compare.evidence import Evidence
from harness.gate.step import Decided, next_step
from harness.gate.verdict import Status, Verdict
from harness.suite.policy import Looks, Policy
from tests.compare.test_real_results import PUBLISHED, RESULTS, Published, imported

pytestmark = pytest.mark.skipif(not RESULTS.exists(), reason="the real results are not here")
LOOKS = (50, 100, 200, 400, 800)
"""Cases after which the numbers are looked at; and after all of them."""
UNCLEAR = ("claude-2 to 2.1", "claude-3-opus-FC again")
"""Half a standard error from another verdict: which one an order ends with is chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What one order of the cases came to."""

    verdict: Verdict
    saved: float
    """Share of the cases that were not asked."""


def asked_in_order(row: Published, order: int, *, slices: bool) -> Ended:
    """Both models asked every case once, in a random order, until a look decides."""
    baseline, candidate = imported(row.baseline), imported(row.candidate)
    n = len(candidate.observations)
    looks = Looks(waves=(1,), within_first=tuple(each / n for each in LOOKS if each < n), large=0)
    policy = Policy(
        looks=looks, confirm=None, rerun=None, bank=None, cost_margin=None, latency_margin=None, slices=slices
    )
    design = design_of(planned(row), bank=None, policy=policy, seed=f"order {order}", repeats=1)
    found = next_step(Evidence(candidate=candidate, baseline=baseline, seed=design.seed), design, policy)
    assert isinstance(found, Decided)
    assert found.verdict.sequential is not None
    return Ended(verdict=found.verdict, saved=found.verdict.sequential.saved / (2 * n))


@cache
def planned(row: Published) -> tuple[PlannedCase, ...]:
    return tuple(
        PlannedCase(case_id=each.case_id, tags=each.tags, cluster=each.cluster)
        for each in imported(row.candidate).observations
    )


def orders_of(row: Published, orders: int) -> Iterator[Ended]:
    return (asked_in_order(row, order, slices=False) for order in range(orders))


def agreement(row: Published, orders: int) -> tuple[float, float]:
    """Share of orders that end with the verdict on all cases, and the mean share of cases saved."""
    ended = list(orders_of(row, orders))
    return fmean(each.verdict.quality is row.status for each in ended), fmean(each.saved for each in ended)


def found_slices(row: Published, orders: int) -> list[set[str]]:
    """The slices that are REGRESSED, order by order."""
    return [
        {name for name, status in ended.verdict.slices if status is Status.REGRESSED}
        for ended in (asked_in_order(row, order, slices=True) for order in range(orders))
    ]


def named(name: str) -> Published:
    return next(row for row in PUBLISHED if row.name == name)


def test_an_early_verdict_is_that_of_all_cases_and_saves_most_of_them() -> None:
    clear = [agreement(row, 2) for row in PUBLISHED if row.name not in UNCLEAR]
    assert fmean(share for share, _ in clear) >= 0.95
    assert fmean(saved for _, saved in clear) >= 0.5


def test_a_slice_that_fell_is_found_however_the_cases_are_ordered() -> None:
    assert all("relevance" in found for found in found_slices(named("claude-2.1 to 3-sonnet"), 3))


@pytest.mark.sim
@pytest.mark.timeout(3600)
def test_a_hundred_orders_of_every_pair_end_as_all_of_its_cases_do() -> None:
    shares = {}
    for row in PUBLISHED:
        shares[row.name], saved = agreement(row, 100)
        print(f"{row.name:42} {100 * shares[row.name]:5.0f} %  {100 * saved:3.0f} % of cases saved")  # noqa: T201 - the figures are the point
    assert fmean(shares.values()) >= 0.95
    assert min(share for name, share in shares.items() if name not in UNCLEAR) >= 0.95


@pytest.mark.sim
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["claude-2.1 to 3-sonnet", "claude-3-opus-FC again"])
def test_a_hundred_orders_find_the_slices_that_fell(name: str) -> None:
    found = found_slices(named(name), 100)
    counts = {each: sum(each in some for some in found) for some in found for each in some}
    print(name, counts)  # noqa: T201 - the figures are the point
    assert counts["relevance" if "sonnet" in name else max(counts, key=counts.__getitem__)] >= 95
