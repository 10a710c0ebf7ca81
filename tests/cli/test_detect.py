"""`harness plan --detect`: what it takes to find a drop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cli.detect import rests_on
from harness.compare.components import Between, Components, Within
from harness.pipeline.detecting import Known
from tests.cli.conftest import Type
from tests.projects import write_project


def found(typed: Type, *argv: str) -> Any:
    said = typed("plan", "--json", "--detect", *argv)
    assert said.status == 0, said.err
    return json.loads(said.out)["detect"]


def test_a_smaller_drop_needs_more_cases_and_more_power_too(tiny: Path, typed: Type) -> None:
    five, two, sure = found(typed, "5pt"), found(typed, "2pt"), found(typed, "5pt", "--power", "0.95")
    for more in (two, sure):
        assert all(
            many["cases"] > few["cases"]
            for many, few in zip(more["combinations"], five["combinations"], strict=True)
        )


def test_the_ways_of_asking_are_both_sides_and_a_bank_with_one_to_five_repeats(
    tiny: Path, typed: Type
) -> None:
    ways = [(each["bank"], each["candidate_repeats"]) for each in found(typed, "5pt")["combinations"]]
    assert ways == [(bank, repeats) for bank in (False, True) for repeats in range(1, 6)]


def test_the_cheapest_is_by_a_bank_and_what_it_costs_beforehand_is_said(tiny: Path, typed: Type) -> None:
    detection = found(typed, "5pt")
    assert detection["cheapest"]["bank"]
    assert detection["cheapest"]["calls"] == min(each["calls"] for each in detection["combinations"])
    assert not detection["cheapest_without_bank"]["bank"]
    said = typed("plan", "--detect", "5pt").out
    assert "the bank takes" in said
    assert "with the 30 there are: no number of repeats up to 5 finds it; add cases" in said


def test_a_large_drop_is_found_with_what_there_is(tiny: Path, typed: Type) -> None:
    detection = found(typed, "30pt")
    assert detection["with_what_there_is"]["cases"] == 30
    said = typed("plan", "--detect", "30pt").out
    assert "more than there are" not in said.split("cheapest:")[1]
    assert "to find a drop of 30 points 4 times in 5" in said


def test_between_the_two_the_suite_that_there_is_takes_more_repeats(tiny: Path, typed: Type) -> None:
    said = typed("plan", "--detect", "12pt").out
    assert "with the 30 there are: bank of 10" in said


def test_too_few_cases_are_told_that_only_luck_can_pass_them(tiny: Path, typed: Type) -> None:
    write_project(tiny, 20)
    said = typed("plan", "--detect", "5pt").out
    assert "fewer than 23 cases pass a margin of 10 points by luck alone" in said
    assert "says PASS" in said


def test_what_is_nominal_is_said_to_be(tiny: Path, typed: Type) -> None:
    detection = found(typed, "5pt")
    assert detection["components"]["runs"] == 0
    assert detection["cost_is_bound"]
    said = typed("plan", "--detect", "5pt", "--power", "0.9").out
    assert "nominal variance" in said
    assert "at most $" in said
    assert "90 times in 100" in said


def test_earlier_gates_give_prices_times_and_how_changes_differ(tiny: Path, typed: Type) -> None:
    typed("gate", "--candidate", "v3")
    detection = found(typed, "5pt")
    assert detection["components"]["comparisons"] == 1
    assert detection["components"]["between"] > 0.05
    assert not detection["cost_is_bound"]
    assert all(each["wall_s"] > 0 for each in detection["combinations"])
    assert "1 earlier comparison" in typed("plan", "--detect", "5pt").out


def test_a_fixed_threshold_is_told_what_it_does_where_nothing_changed(tiny: Path, typed: Type) -> None:
    near, far = found(typed, "5pt")["fixed_thresholds"]
    assert near["threshold"] == pytest.approx(far["threshold"] + 0.03)
    assert 0.5 > near["chance_of_alarm"] > far["chance_of_alarm"] > 0
    assert "a fixed threshold of 79 %, 2 points below the usual score" in typed("plan", "--detect", "5pt").out


def test_without_a_bank_both_sides_are_asked(tiny: Path, typed: Type) -> None:
    write_project(tiny, 30, gate="{quality: {margin: 10pt}, bank: off}")
    detection = found(typed, "5pt")
    assert not any(each["bank"] for each in detection["combinations"])
    assert len(detection["today"]) == 1
    assert "bank" not in typed("plan", "--detect", "5pt").out


def known(baseline: Within, candidate: Within) -> Known:
    between = Between(variance=0.01, alike=0.0, comparisons=2)
    return Known(
        components=Components(mean=0.9, baseline=baseline, candidate=candidate, between=between), runs=3
    )


def test_what_each_side_rests_on_is_told_apart() -> None:
    some = Within(variance=0.05, samples=90, cases=30)
    never = Within(variance=0.01, samples=300, cases=30, bounded=True)
    assert rests_on(known(some, some)) == "90 answers to 30 cases; 2 earlier comparisons"
    assert rests_on(known(never, some)) == (
        "the baseline's 300 answers to 30 cases, none of which ever changed its score and "
        "the candidate's 90 answers to 30 cases; 2 earlier comparisons"
    )


@pytest.mark.parametrize(
    "argv",
    [
        ["--detect", "5"],
        ["--detect", "0pt"],
        ["--detect", "five"],
        ["--detect", "5pt", "--power", "1"],
        ["--detect", "5pt", "--power", ".3"],
        ["--power", "0.9"],
    ],
)
def test_what_is_no_drop_and_no_power_is_refused_with_an_example(
    tiny: Path, typed: Type, argv: list[str]
) -> None:
    said = typed("plan", *argv)
    assert said.status == 2
    assert "--detect 5pt" in said.err or "--power 0.8" in said.err
