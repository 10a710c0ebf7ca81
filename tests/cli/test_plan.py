"""What a gate would ask and cost, before it asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.settings import read_settings
from tests.cli.conftest import Type
from tests.judged_project import write_judged
from tests.projects import suite_text, write
from tests.stored import store_run


def test_a_plan_says_trials_worst_cost_and_the_smallest_drop(tiny: Path, typed: Type) -> None:
    said = typed("plan", "tiny")
    assert said.status == 0
    assert "30 cases x 1 = 30 trials, worst $0.37" in said.out
    assert "no earlier run to tell from" in said.out
    assert "the margin is 10" in said.out
    assert not (tiny / "reports").exists()


def test_earlier_runs_are_what_the_expectations_come_from(tiny: Path, typed: Type) -> None:
    typed("run", "tiny", "--version", "v4")
    side = json.loads(typed("plan", "--json").out)["candidate"]
    assert side["earlier_runs"] == 1
    assert 0 < float(side["expected_usd"]) < float(side["worst_usd"])
    assert side["expected_wall_s"] > 0
    assert "expected $0.0054" in typed("plan").out


def test_more_repeats_see_less(tiny: Path, typed: Type) -> None:
    once, thrice = (json.loads(typed("plan", "--repeats", n, "--json").out) for n in ("1", "3"))
    assert thrice["mde"] < once["mde"]
    assert thrice["candidate"]["trials"] == 3 * once["candidate"]["trials"]


def test_answers_that_never_vary_leave_more_than_no_variance(tiny: Path, typed: Type) -> None:
    nominal = json.loads(typed("plan", "--json").out)["mde"]
    typed("run", "tiny", "--version", "v4")
    assert 0 < json.loads(typed("plan", "--json").out)["mde"] < nominal


def test_a_bank_sees_more_and_is_named_where_there_is_one(tiny: Path, typed: Type) -> None:
    assert json.loads(typed("plan", "--json").out)["bank"] is None
    assert "bank" not in typed("plan").out
    run = store_run(read_settings(), "v1", 6, lambda case, repeat: float((case + repeat) % 3 > 0))
    typed("baseline", "bless", run)
    found = json.loads(typed("plan", "--json").out)
    assert found["bank"]["samples"] == 6
    assert found["bank"]["mde"] < found["mde"]
    assert "with the bank (6 samples of every case" in typed("plan").out


def test_several_suites_are_listed(tiny: Path, typed: Type) -> None:
    write(tiny / "evals/wide.yaml", suite_text("wide", 40, budget_usd="0.5"))
    found = json.loads(typed("plan", "--json").out)
    assert [(each["suite"], each["budget_usd"]) for each in found] == [("tiny", None), ("wide", "0.5")]
    assert "budget $0.5 for each run" in typed("plan", "wide").out


def test_a_model_without_a_price_is_unpriced_and_never_free(tiny: Path, typed: Type) -> None:
    models = tiny / "prompts/models.yaml"
    text = models.read_text("utf-8")
    write(models, text[: text.index("    prices:")] + "    prices: []\n")
    said = typed("plan", "tiny")
    assert said.status == 0, said.err
    assert "UNPRICED" in said.out


def test_a_plan_of_nothing_is_refused(tiny: Path, typed: Type) -> None:
    assert typed("plan", "--tag", "nosuch").status == 2


@pytest.mark.parametrize("argv", [["--candidate", "v1"], ["nosuch"], ["--base", "HEAD"]])
def test_what_cannot_be_gated_cannot_be_planned(tiny: Path, typed: Type, argv: list[str]) -> None:
    assert typed("plan", *argv).status == 2


def test_a_plan_says_what_of_it_are_judges(
    tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_judged(tmp_path))
    said = typed("plan", "tiny")
    assert "judges: 4 calls, up to " in said.out
    assert " with canaries first, $" in said.out
