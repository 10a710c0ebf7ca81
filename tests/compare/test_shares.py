"""What a route made of a comparison, model by model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.comparison import compare
from harness.compare.observation import ModelShare, Side
from harness.suite.policy import Policy
from tests.compare.build import side, with_each

EASY = {"e1": [1.0, 1.0], "e2": [1.0, 0.0], "e3": [1.0, 1.0]}
HARD = {"h1": [1.0, 1.0], "h2": [0.0, 0.0]}


def share(model: str, *cases: str, cost: str | None = "0.10") -> ModelShare:
    return ModelShare(
        model=model, case_ids=cases, planned=2 * len(cases), answered=2 * len(cases), cost_usd=cost
    )


def routed(name: str = "b", *models: ModelShare, cost: float = 0.01) -> Side:
    """A side that does the easy cases at `cost` a trial, and the hard ones at 0.04."""
    made = with_each(side({**EASY, **HARD}, name), cost=0.04)
    cheap = tuple(replace(each, cost=cost) if each.case_id in EASY else each for each in made.observations)
    return replace(made, observations=cheap, models=models)


def test_without_a_route_there_are_no_shares() -> None:
    assert compare(routed("a"), routed("b"), Policy()).shares == ()


def test_a_share_compares_both_sides_on_the_very_same_cases() -> None:
    before = with_each(side({**EASY, **HARD, "e1": [0.0, 0.0]}, "a"), cost=0.04)
    after = routed("b", share("haiku", *EASY), share("opus", *HARD))
    easy, hard = compare(before, after, Policy()).shares
    assert (easy.side, easy.of.model, easy.n) == ("candidate", "haiku", 3)
    assert easy.baseline == pytest.approx(0.5)
    assert easy.candidate == pytest.approx(5 / 6)
    assert easy.cost_ratio == pytest.approx(0.25)
    assert (hard.baseline, hard.candidate) == (0.5, 0.5)
    assert hard.cost_ratio == pytest.approx(1.0)


def test_a_share_of_the_baseline_is_told_from_one_of_the_candidate() -> None:
    before, after = routed("a", share("haiku", *EASY)), routed("b", share("haiku", *EASY), cost=0.02)
    one, other = compare(before, after, Policy()).shares
    assert (one.side, other.side) == ("baseline", "candidate")
    assert one.cost_ratio == other.cost_ratio == pytest.approx(2.0)


def test_what_the_other_side_never_measured_is_in_no_number_of_a_share() -> None:
    before = side({**HARD, "e1": [None, None]}, "a")
    after = routed("b", share("haiku", *EASY))
    [found] = compare(before, after, Policy()).shares
    assert (found.n, found.baseline, found.candidate, found.cost_ratio) == (0, None, None, None)
    assert found.of.planned == 6


def test_weights_count_in_a_share_as_they_count_in_the_whole() -> None:
    before = side({"e1": [1.0], "e2": [0.0]}, "a")
    after = side({"e1": [1.0], "e2": [0.0]}, "b")
    heavy = tuple(replace(each, weight=3.0) if each.case_id == "e1" else each for each in after.observations)
    after = replace(after, observations=heavy, models=(share("haiku", "e1", "e2"),))
    compared = compare(before, after, Policy())
    assert compared.quality is not None
    assert compared.shares[0].baseline == compared.quality.baseline == pytest.approx(0.75)
