"""`harness calibrate --judge`: labels of people against the verdicts of a judge, and what the gate makes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.clock import SystemClock
from harness.measure.judged import Judged
from harness.settings import read_settings
from harness.store.calibrations import read_earlier, read_facts
from harness.store.ingest import rebuild
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from tests.cli.conftest import Type
from tests.measure.planted import Answers, Planted, judgings
from tests.projects import write

FAULTY = Planted(tpr=0.85, tnr=0.75, first=0.2, doubling=0.08, unreadable=0.05)


def rows(judged: Sequence[Judged]) -> str:
    return "".join(
        json.dumps(
            {
                "item": each.item,
                "cluster": each.cluster,
                "label": each.label,
                "judged": each.score,
                "length": each.length,
                "position": each.position,
                "error": each.error,
                "criterion": each.criterion,
            }
        )
        + "\n"
        for each in judged
    )


@pytest.fixture
def labels(tiny: Path) -> Path:
    """What a faulty judge said of four hundred labelled answers, in both orders."""
    told = judgings(FAULTY, Answers(many=400), orders=("first", "second"))
    write(tiny / "people.jsonl", rows(told))
    return tiny


def calibrated(typed: Type, *argv: str) -> Any:
    said = typed("calibrate", "--judge", "tone", *argv, "--json")
    assert said.status == 0, said.err
    return json.loads(said.out)


def test_every_fault_of_a_judge_is_reported_with_its_size(labels: Path, typed: Type) -> None:
    found = calibrated(typed, "--labels", "people.jsonl")
    sizes: Mapping[str, Any] = {
        "tpr": (found["agreement"]["tpr"], 0.85),
        "tnr": (found["agreement"]["tnr"], 0.75),
        "first": (found["position_bias"]["first"], 0.2),
        "length": (found["length_bias"]["per_doubling"], 0.08),
        "failed": (found["failed"], 0.05),
    }
    for name, (estimate, truth) in sizes.items():
        assert abs(estimate["value"] - truth) < 0.12, name
        assert estimate["lower"] <= estimate["value"] <= estimate["upper"], name
    assert found["is_calibrated"]
    assert found["errors"][0]["error"] == "cannot be read"
    assert found["agreement"]["kappa"]["lower"] > 0.3
    assert (found["identity"], found["source"], found["earlier"]) == ("", "people.jsonl", None)


def test_people_read_rows_with_sizes_and_what_they_mean(labels: Path, typed: Type) -> None:
    said = typed("calibrate", "--judge", "tone", "--labels", "people.jsonl")
    assert said.status == 0, said.err
    for row in (
        "agreement",
        "kappa",
        "finds the good",
        "base rate",
        "corrected rate",
        "position bias",
        "length bias",
    ):
        assert row in said.out
    assert "cannot be read (" in said.out
    assert "it is proved" in said.out
    assert "calibrated: it agrees with people" in said.out
    assert "a gate only knows judges of prompts/judges.yaml" in said.err


def test_a_second_calibration_is_held_against_the_first(labels: Path, typed: Type) -> None:
    calibrated(typed, "--labels", "people.jsonl")
    stricter = judgings(Planted(tpr=0.5, tnr=0.9), Answers(many=400), orders=("first", "second"))
    write(labels / "again.jsonl", rows(stricter))
    found = calibrated(typed, "--labels", "again.jsonl")
    assert found["earlier"] is not None
    assert found["drift"]["items"] > 350
    assert found["drift"]["score"]["upper"] < 0
    said = typed("calibrate", "--judge", "tone", "--labels", "again.jsonl")
    assert "drift" in said.out
    assert "since the last calibration" in said.out


def test_criteria_graded_scores_and_repeated_judgings_have_rows_of_their_own(tiny: Path, typed: Type) -> None:
    graded = [
        {
            "item": f"a{i}",
            "label": i % 3 / 2,
            "judged": (i + j // 7) % 3 / 2,
            "criterion": ("tone", "facts")[i % 2],
        }
        for i in range(40)
        for j in range(2)
    ]
    write(tiny / "graded.jsonl", "".join(json.dumps(each) + "\n" for each in graded))
    said = typed("calibrate", "--judge", "tone", "--labels", "graded.jsonl")
    for row in (
        "weighted kappa",
        "self-consistency",
        "criterion facts",
        "criterion tone",
        "every verdict could be read",
    ):
        assert row in said.out
    assert "order swapped" not in said.out


def test_a_sheet_may_say_pass_and_fail_and_hold_the_answers_themselves(tiny: Path, typed: Type) -> None:
    lines = [
        f"Where is it?,Answer {i},{('pass', 'fail')[i % 2]},{('yes', 'no', '')[i % 3]}" for i in range(30)
    ]
    write(tiny / "sheet.csv", "question,answer,label,judged\n" + "\n".join(lines) + "\n")
    found = calibrated(typed, "--labels", "sheet.csv")
    assert (found["items"], found["judgings"], found["labelled"]) == (30, 30, 20)
    assert found["errors"] == [{"error": "no score", "times": 10}]
    assert not found["is_calibrated"]
    assert "not calibrated: " in typed("calibrate", "--judge", "tone", "--labels", "sheet.csv").out


def test_the_cut_says_from_where_on_an_answer_is_good(tiny: Path, typed: Type) -> None:
    many = [{"item": f"a{i}", "label": i / 10 % 1, "judged": 0.6} for i in range(20)]
    write(tiny / "many.jsonl", "".join(json.dumps(each) + "\n" for each in many))
    low, high = (
        calibrated(typed, "--labels", "many.jsonl", "--cut", cut)["agreement"]["judged_rate"]["value"]
        for cut in ("0.5", "0.8")
    )
    assert (low, high) == (1.0, 0.0)


def test_what_was_found_outlives_the_store_and_is_told_to_the_gate(labels: Path, typed: Type) -> None:
    found = calibrated(typed, "--labels", "people.jsonl")
    settings = read_settings()
    before = read_earlier(settings.store, "tone")
    assert before is not None
    assert len(before.scores) > 350
    settings.store.unlink()
    rebuild(settings.store, settings.runs)
    assert read_earlier(settings.store, "tone") == before
    [facts] = read_facts(settings.store, {"tone": ""}, before.at)
    assert facts.tpr == found["agreement"]["tpr"]["value"]
    assert facts.per_doubling is not None
    assert read_facts(settings.store, {"tone": "another prompt"}, before.at) == ()
    rows_told = typed("sql", "SELECT judge, labelled, is_newest FROM v_calibrations", "--json")
    assert '"tone"' in rows_told.out


def test_nothing_is_known_where_nothing_is_stored(tiny: Path) -> None:
    settings = read_settings()
    assert read_earlier(settings.store, "tone") is None
    assert read_facts(settings.store, {"tone": "v1"}, SystemClock().now()) == ()


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--judge", "tone"], "labels for judge 'tone' are missing"),
        (["--judge", "tone", "--labels", "people.jsonl", "--run", "r"], "name one"),
        (["--judge", "tone", "--labels", "people.jsonl", "--cut", "0"], "--cut 0: must be above 0"),
        (
            ["--judge", "tone", "--labels", "people.jsonl", "--threshold", "90%"],
            "--threshold: only for calibrating a suite",
        ),
        (["tiny", "--judge", "tone"], "suite: only for calibrating a suite"),
        (["tiny", "--labels", "people.jsonl"], "--labels: only for calibrating a judge"),
        ([], "what is to be calibrated? name a suite, or a judge with --judge NAME"),
        (["--judge", "tone", "--labels", "none.jsonl"], "there is no such file"),
    ],
)
def test_what_cannot_be_asked_is_refused(labels: Path, typed: Type, argv: list[str], why: str) -> None:
    said = typed("calibrate", *argv)
    assert (said.status, said.out) == (2, "")
    assert why in said.err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("answer,judged\na,1\n", "there is no column label"),
        ("label,judged\n1,1\n", "there is no column answer"),
        ("answer,label,judged\n ,1,1\n", "answer is empty"),
        ("answer,label,judged\na,,1\n", "label is empty: a (row 1)"),
        ("answer,label,judged\na,2,1\n", "label is outside [0, 1]"),
        ("answer,label,judged\na,1,maybe\n", "judged is no number"),
        ("answer,label,judged,position\na,1,1,third\n", "position is neither first nor second: 'third'"),
        ("answer,label,judged,length\na,1,1,long\n", "length is no whole number of characters"),
        ("answer,label,judged,length\na,1,1,-3\n", "length is no whole number of characters"),
        ("answer,label,judged\na,1,1\na,0,1\n", "an answer has two labels: a"),
        ("answer,label\na,1\n", "there is no judge 'tone' in prompts/judges.yaml to ask about 1 answers"),
    ],
)
def test_a_file_that_does_not_say_enough_is_refused_with_the_row(
    tiny: Path, typed: Type, text: str, why: str
) -> None:
    write(tiny / "bad.csv", text)
    said = typed("calibrate", "--judge", "tone", "--labels", "bad.csv")
    assert (said.status, said.out) == (2, "")
    assert why in said.err.replace(os.linesep, " ")


def test_a_run_without_a_judge_has_nothing_to_hold_against_labels(tiny: Path, typed: Type) -> None:
    typed("gate")
    run = json.loads(typed("history", "--json").out)["runs"][0]["run_id"]
    said = typed("calibrate", "--judge", "tone", "--run", run)
    assert said.status == 2
    assert "has no grade of judge 'tone'" in said.err


def test_the_project_of_these_tests_has_no_judge(tiny: Path) -> None:
    assert not read_project(WorkingTree(tiny)).judges
