"""Why the numbers are what they are, as other programs read it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.compare.comparison import compare
from harness.compare.observation import GraderFacts, Regrading, Side
from harness.compare.ratio import Ratio
from harness.gate.judge import judge
from harness.report.machines.document import verdict_document
from harness.suite.policy import Policy
from tests.compare.build import side, singles, with_each

POLICY = Policy(slices=False)
PRICES = json.dumps(
    [
        {
            "id": "opus@1",
            "valid_from": "2026-01-01",
            "above_prompt_tokens": 0,
            "input": "4",
            "output": "20",
            "cache_write_5m": "5",
            "cache_read": "1",
        }
    ]
)


def priced(output: int, name: str) -> Side:
    tokens = {"input_tokens": 100, "output_tokens": output, "cache_write_tokens": 0, "cache_read_tokens": 0}
    cost = (100 * 4 + output * 20) / 1e6
    bill = {"calls": 1, "retry_cost": 0.0, "price_row": "opus@1", "cost": cost, "latency": 1.0}
    return replace(with_each(side(singles((100, 1.0)), name), **tokens, **bill), prices=PRICES)


def document(before: Side, after: Side) -> Any:
    """As a program reads it."""
    comparison = compare(before, after, POLICY)
    return json.loads(json.dumps(verdict_document(comparison, judge(comparison, POLICY))))


def test_the_change_of_cost_is_told_part_by_part_in_exact_dollars() -> None:
    cost = document(priced(10, "a"), priced(30, "b"))["cost"]
    split = cost["split"]
    assert split["change_usd"] == "0.0004"
    parts = {each["name"]: each for each in split["parts"]}
    assert parts["output"]["usd"] == "0.0004"
    assert (parts["output"]["share"], parts["output"]["ratio"], parts["price"]["usd"]) == (
        1.0,
        3.0,
        "0",
    )
    assert cost["actual_ratio"] == pytest.approx(cost["ratio"])


def test_without_prices_the_split_is_of_what_is_not_known_and_without_costs_there_is_none() -> None:
    bare = with_each(side(singles((30, 1.0))), cost=1.0)
    cost = document(bare, bare)["cost"]
    assert [each["name"] for each in cost["split"]["parts"]][-1] == "unknown"
    nothing = document(side(singles((30, 1.0))), side(singles((30, 1.0)), "b"))["cost"]
    assert (nothing["split"], nothing["actual_ratio"]) == (None, None)


def test_slow_answers_have_bounds_only_where_something_bounds_them() -> None:
    latency = document(priced(1, "a"), priced(1, "b"))["latency"]
    assert latency["p95"] == {"n": 100, "ratio": 1.0, "lower": 1.0, "upper": 1.0, "gated": False}
    few = document(
        *(
            with_each(side(singles((20, 1.0)), name), latency=1.0, cost=1.0)
            for name in "ab"
        )
    )["latency"]  # fmt: skip
    assert few["control"] is None


def test_answers_that_confirmed_are_an_advisory_control_of_latency() -> None:
    comparison = compare(priced(1, "a"), priced(1, "b"), POLICY)
    control = Ratio(n=3, ratio=1.1, lower=0.9, upper=float("inf"))
    verdict = replace(judge(comparison, POLICY), latency_control=control)
    latency: Any = verdict_document(comparison, verdict)["latency"]
    assert latency["control"] == {"n": 3, "ratio": 1.1, "lower": 0.9, "upper": None}


def test_graders_are_named_with_what_they_are_and_were() -> None:
    facts = GraderFacts(grader="tone", version=2, grades=300, confidence=0.8, spread=0.1, repeated=100)
    again = Regrading(graders='{"tone": {"model": "m", "rubric": "r"}}', answers=100, changed=4)
    before = replace(priced(1, "a"), grader_facts=(facts,), regraded=again)
    unread = replace(priced(1, "b"), regraded=replace(again, graders="no JSON"))
    graders = document(before, unread)["graders"]
    assert graders["baseline"] == [
        {
            "grader": "tone",
            "version": 2,
            "grades": 300,
            "mean_confidence": 0.8,
            "spread": 0.1,
            "graded_repeatedly": 100,
        }
    ]
    assert graders["graded_anew"]["baseline"] == {
        "from": {"tone": {"model": "m", "rubric": "r"}},
        "to": {"equals": 1},
        "answers": 100,
        "changed": 4,
    }
    assert graders["graded_anew"]["candidate"]["from"] == "no JSON"


def test_labels_are_told_with_what_they_corrected() -> None:
    before, after = (with_each(priced(1, name), label=1.0) for name in "ab")
    labels = document(before, after)["labels"]
    assert (labels["cases"], labels["trust"]) == (100, 0.0)
    assert labels["candidate"] == {"answers": 100, "people": 1.0, "graders": 1.0, "agreement": 1.0}
    assert labels["graded_difference"] == 0.0
    one = replace(after.observations[0], label=0.5)
    few = document(
        priced(1, "a"), replace(priced(1, "b"), observations=(one, *priced(1, "b").observations[1:]))
    )
    assert few["labels"] == {
        "cases": 0,
        "clusters": 0,
        "trust": None,
        "baseline": None,
        "candidate": {"answers": 1, "people": 0.5, "graders": 1.0, "agreement": 0.5},
        "graded_difference": None,
    }


def test_causes_are_told_with_their_numbers() -> None:
    causes = document(priced(1, "a"), replace(priced(1, "b"), model_id="other"))["causes"]
    assert causes == []
    before, after = (replace(priced(1, name), model_id=name) for name in "ab")
    (cause,) = document(before, after)["causes"]
    assert (cause["cause"], cause["because"]) == ("model", "the model is another one: a, then b")
