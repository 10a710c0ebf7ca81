"""`harness calibrate`: a suite's gate tried on a change of nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.cli.calibrate import often
from harness.cli.counting import counted
from harness.settings import read_settings
from tests.cli.conftest import Type
from tests.projects import write, write_project
from tests.stored import store_run


def rows(cases: int, repeats: int, *, chance: float = 0.8, fixed: float | None = None) -> str:
    draw = np.random.default_rng(4)
    lines = ["case_id,repeat,score"]
    for case in range(cases):
        for repeat in range(1, repeats + 1):
            score = float(draw.random() < chance) if fixed is None else fixed
            lines.append(f"c{case},{repeat},{score}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def imported(tiny: Path, typed: Type) -> Path:
    """Forty cases of the suite `old`, asked four times each, as the run `before`."""
    write(tiny / "before.csv", rows(40, 4))
    assert typed("import", "results", "before.csv", "--suite", "old", "--run", "before").status == 0
    return tiny


def calibrated(typed: Type, *argv: str) -> Any:
    said = typed("calibrate", *argv, "--runs", "4", "--json")
    assert said.status == 0, said.err
    return json.loads(said.out)


def test_a_calibration_says_what_the_gate_and_others_do_where_nothing_changed(
    imported: Path, typed: Type
) -> None:
    said = typed("calibrate", "old", "--runs", "4")
    assert said.status == 0, said.err
    assert "drawn from 160 answers of before to 40 cases" in said.out
    assert "On an unchanged prompt this gate (one look, nothing fresh asked) would stop" in said.out
    assert "points are noise" in said.out
    assert "any case that passed now fails" in said.out
    assert "flakiest case" in said.out
    assert said.err == ""


def test_the_document_holds_every_figure_with_its_interval(imported: Path, typed: Type) -> None:
    found = calibrated(typed, "old")
    assert (found["cases"], found["answers"], found["from_runs"]) == (40, 160, ["before"])
    for gate in found["gates"]:
        for name in ("stopped", "flagged", "passed", "inconclusive"):
            assert gate[name]["lower"] <= gate[name]["share"] <= gate[name]["upper"]
    stopped = {gate["gate"]: gate["stopped"]["share"] for gate in found["other_gates"]}
    assert stopped["any_broken"] == 1
    assert found["noise"]["floor"] > found["noise"]["standard_deviation"] > 0
    assert found["flakiest"][0]["flakiness"] > 0.2


def test_equal_seeds_give_equal_documents(imported: Path, typed: Type) -> None:
    assert calibrated(typed, "old") == calibrated(typed, "old", "--run", "before")
    assert calibrated(typed, "old") != calibrated(typed, "old", "--seed", "2")


def test_more_repeats_are_less_noise(imported: Path, typed: Type) -> None:
    once, often_asked = (calibrated(typed, "old", "--repeats", n)["noise"] for n in ("1", "5"))
    assert often_asked["floor"] < once["floor"]


def test_one_s_own_threshold_is_tried(imported: Path, typed: Type) -> None:
    said = typed("calibrate", "old", "--runs", "4", "--threshold", "99.5%")
    assert "A threshold of 99.5 % would have stopped 100 in 100." in said.out


def test_too_small_a_suite_is_told_what_would_help(imported: Path, typed: Type) -> None:
    said = typed("calibrate", "old", "--runs", "4")
    assert "harness plan old --detect 5pt" in said.out


def test_steady_answers_name_no_flaky_case_and_pass(tiny: Path, typed: Type) -> None:
    write(tiny / "steady.csv", rows(300, 3, fixed=1.0))
    typed("import", "results", "steady.csv", "--suite", "steady", "--run", "steady")
    said = typed("calibrate", "steady", "--runs", "4")
    assert "flakiest" not in said.out
    assert "harness plan" not in said.out
    assert "would stop 0 in 100" in said.out


def test_a_suite_s_own_recorded_baseline_is_found(tiny: Path, typed: Type) -> None:
    said = typed("calibrate", "tiny")
    assert said.status == 2
    assert "nothing is stored yet" in said.err
    typed("gate")
    said = typed("calibrate", "tiny")
    assert said.status == 2
    assert "no variant has two stored answers" in said.err
    assert "--repeats 5" in said.err


def shaky(case: int, repeat: int) -> float:
    """Every third case fails now and then."""
    return float(case % 3 > 0 or (case + repeat) % 4 > 0)


def test_a_suite_s_own_runs_are_put_together_and_its_gate_asks_both_sides(tiny: Path, typed: Type) -> None:
    settings = read_settings()
    store_run(settings, "v2", 9, shaky)
    runs = [store_run(settings, "v1", 3, shaky), store_run(settings, "v1", 1, shaky)]
    store_run(settings, "v1", 3, lambda _case, _repeat: 0.0, purpose="rerun")
    found = calibrated(typed, "tiny")
    assert sorted(found["from_runs"]) == sorted(runs)
    assert (found["variant"], found["from_bank"], found["answers"]) == ("v1 on claude-opus-5-5", False, 120)
    assert [gate["way"] for gate in found["gates"]] == ["both", "bank", "once"]
    both, bank, once = (gate["calls_per_case"] for gate in found["gates"])
    assert bank < both
    assert once == 2
    assert "gate (both sides asked) would stop" in typed("calibrate", "tiny", "--runs", "4").out


def test_of_a_screen_its_first_wave_alone_is_fair(tiny: Path, typed: Type) -> None:
    settings = read_settings()
    store_run(settings, "v1", 2, shaky)
    store_run(settings, "v1", 5, shaky, purpose="screen")
    assert calibrated(typed, "tiny")["answers"] == 30 * 3


def test_the_bank_s_samples_are_used_where_there_is_one(tiny: Path, typed: Type) -> None:
    run = store_run(read_settings(), "v1", 6, shaky)
    assert typed("baseline", "bless", run).status == 0
    found = calibrated(typed, "tiny")
    assert (found["from_bank"], found["from_runs"]) == (True, [run])
    assert [gate["way"] for gate in found["gates"]] == ["bank", "both", "once"]
    assert not calibrated(typed, "tiny", "--run", run)["from_bank"]
    assert "gate (with its bank) would stop" in typed("calibrate", "tiny", "--runs", "4").out


def test_a_suite_that_wants_no_bank_is_not_tried_with_one(tiny: Path, typed: Type) -> None:
    write_project(tiny, 30, gate="{quality: {margin: 10pt}, bank: off}")
    store_run(read_settings(), "v1", 3, shaky)
    assert [gate["way"] for gate in calibrated(typed, "tiny")["gates"]] == ["both", "once"]


def test_a_run_of_single_answers_or_of_another_suite_is_refused(imported: Path, typed: Type) -> None:
    write(imported / "once.csv", rows(30, 1))
    typed("import", "results", "once.csv", "--suite", "old", "--run", "once")
    assert "two answers to 0 of 30 cases" in typed("calibrate", "old", "--run", "once").err
    assert "is one of suite 'old'" in typed("calibrate", "tiny", "--run", "before").err


@pytest.mark.parametrize(
    "argv", [["--runs", "0"], ["--repeats", "101"], ["--threshold", "0.9"], ["--threshold", "101%"]]
)
def test_what_makes_no_sense_is_refused(imported: Path, typed: Type, argv: list[str]) -> None:
    assert typed("calibrate", "old", *argv).status == 2


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 in 100"), (0.0033, "3 in 1,000"), (0.41, "41 in 100"), (1.0, "100 in 100")]
)
def test_shares_are_said_as_people_count(share: float, words: str) -> None:
    assert often(share) == words


def test_a_terminal_sees_how_far_it_is_and_keeps_nothing_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with counted("calibrating", 200) as told:
        for done in range(1, 201):
            told(done)
    said = capsys.readouterr().err
    assert "\rcalibrating  200/200" in said
    assert "101/200" not in said
    assert said.endswith(" \r")
