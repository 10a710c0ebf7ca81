"""`harness baseline measure`, `show` and `stale`: a baseline that is asked anew, and what stands for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Type
from tests.projects import tiny_model
from tests.standin import StandIn

MEASURE = ("baseline", "measure", "tiny", "--mode", "live", "--repeats", "5")


@pytest.fixture
def api(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The tiny project, and an API that answers it."""
    with StandIn(tiny_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-test-" + "0" * 20)
        yield server


def bank_of(typed: Type, *more: str) -> Any:
    said = typed("baseline", "show", "tiny", "--json", *more)
    assert said.status == 0
    return json.loads(said.out)


@pytest.mark.loopback
def test_a_measured_variant_is_the_baseline_and_stands_for_itself(api: StandIn, typed: Type) -> None:
    before = bank_of(typed)
    assert (before["baseline"], before["bank"]["usable"]) == (None, False)
    said = typed(*MEASURE, "--note", "release 12")
    assert said.status == 0
    assert "tiny is compared with tiny-v1-" in said.err
    found = bank_of(typed)
    assert found["baseline"]["note"] == "release 12"
    assert found["bank"]["usable"]
    assert found["bank"]["samples"] == {"fewest": 5, "median": 5, "least": 5, "target": 10}
    assert found["bank"]["score"]["mean"] == 1.0
    [run] = found["bank"]["runs"]
    assert (run["joined_as"], run["variant"], run["left_at"]) == ("measured", "v1 on claude-opus-5-5", None)
    shown = typed("baseline", "show", "tiny").out
    assert "usable, so a gate asks the candidate alone" in shown
    assert "5 samples of every case or more (5 in the middle)" in shown
    assert "mean score 100.0 %" in shown
    assert ": release 12" in shown


@pytest.mark.loopback
def test_what_is_measured_already_is_left_alone_where_somebody_says_so(api: StandIn, typed: Type) -> None:
    assert typed(*MEASURE, "--if-needed").status == 0
    asked = api.attempts
    said = typed(*MEASURE, "--if-needed")
    assert (said.status, api.attempts) == (0, asked)
    assert "still stand for it; nothing to measure" in said.err
    assert not bank_of(typed, "--as-base")["bank"]["usable"]
    assert "v1" in typed("baseline", "show", "tiny").out


@pytest.mark.loopback
def test_a_measurement_with_holes_is_not_blessed(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(tiny_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-invalid-" + "0" * 20)
        said = typed("baseline", "measure", "--mode", "live", "--budget", "1")
    assert said.status == 4
    assert "not blessed; once it is whole: harness baseline bless tiny-v1-" in said.err
    assert bank_of(typed)["baseline"] is None


def test_without_samples_what_would_help_is_said(history: Path, typed: Type) -> None:
    said = typed("baseline", "show", "sentiment", "--version", "v2")
    assert said.status == 0
    assert "baseline none was blessed" in said.out
    assert "not usable, so a gate asks both sides" in said.out
    assert "no run of this baseline is in the bank" in said.out
    assert "harness baseline measure sentiment --version v2 --mode live asks" in said.out


def test_where_the_suite_wants_no_bank_nothing_is_needed(project: Path, typed: Type) -> None:
    suite = project / "evals" / "sentiment.yaml"
    text = suite.read_text("utf-8")
    assert "\ngate:\n" in text
    suite.write_text(text.replace("\ngate:\n", "\ngate:\n  bank: off\n", 1), "utf-8")
    shown = typed("baseline", "show", "sentiment").out
    assert "the suite says `bank: off`" in shown
    assert "makes it usable" not in shown
    assert json.loads(typed("baseline", "show", "sentiment", "--json").out)["bank"]["remedy"] is None
    said = typed("baseline", "measure", "--mode", "live", "--if-needed")
    assert (said.status, said.err) == (0, "sentiment: the suite says `bank: off`; nothing to measure\n")


def test_a_replay_measures_nothing(history: Path, typed: Type) -> None:
    said = typed("baseline", "measure", "sentiment")
    assert said.status == 2
    assert "a replay asks nothing new" in said.err


def test_too_few_repeats_measure_nothing(history: Path, typed: Type) -> None:
    said = typed("baseline", "measure", "sentiment", "--mode", "live", "--repeats", "4")
    assert said.status == 2
    assert "at least 5 repeats" in said.err


@pytest.mark.loopback
def test_stale_samples_stand_for_nothing(api: StandIn, typed: Type) -> None:
    typed(*MEASURE)
    said = typed("baseline", "stale", "tiny", "--why", "the model changed")
    assert said.status == 0
    assert "tiny: 1 run left the bank; harness baseline measure tiny --mode live fills it again" in said.err
    assert typed("baseline", "stale", "tiny", "--why", "again").status == 2
    assert "1 run in the bank: stale: the model changed" in bank_of(typed)["bank"]["reasons"][0]
    assert ": stale: the model changed" in typed("baseline", "show", "tiny").out


def test_what_is_not_in_the_bank_cannot_go_stale(history: Path, typed: Type) -> None:
    said = typed("baseline", "stale", "sentiment", "--why", "x")
    assert said.status == 2
    assert "no sample of v1 on claude-haiku-5-5 is in the bank of 'sentiment'" in said.err
