"""`harness log` retells a run, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type

RATE = '[tool.harness.currency]\ncode = "PKR"\nper_usd = "281.50"\nas_of = 2026-11-20\n'


@pytest.fixture
def ran(tiny: Path, typed: Type) -> Path:
    assert typed("run", "tiny", "--case", "c00", "--case", "c01").status == 0
    [path] = (tiny / "reports/runs").glob("*.log")
    return path


def test_a_run_is_retold_from_beginning_to_end(ran: Path, typed: Type) -> None:
    said = typed("log")
    assert said.status == 0
    rows = said.out.splitlines()
    assert rows[0].split() == ["s", "event", "trial", "try", "what"]
    assert "run began" in rows[1]
    assert "run ended" in rows[-1]
    [done] = [row for row in rows if "trial ended" in row and "c01#1" in row]
    assert "outcome answered, score 1.0, cost $0.0" in done
    assert typed("log", ran.stem).out == said.out


def test_one_case_alone_and_as_json(ran: Path, typed: Type) -> None:
    said = typed("log", "--case", "c01", "--json")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert {line["trial"] for line in lines} == {"c01#1"}
    assert lines[-1]["event"] == "trial_ended"


def test_a_case_nobody_asked_is_a_slip(ran: Path, typed: Type) -> None:
    said = typed("log", "--case", "c99")
    assert said.status == 2
    assert "it knows: c00, c01" in said.err


def test_a_local_currency_is_shown_with_the_day_of_its_rate(tiny: Path, typed: Type) -> None:
    (tiny / "pyproject.toml").write_text(RATE, "utf-8")
    typed("run", "tiny", "--case", "c00")
    said = typed("log")
    assert " PKR" in said.out
    assert "one dollar was 281.50 PKR on 2026-11-20" in said.err


def test_a_damaged_line_is_said_and_hostile_text_is_shown_harmless(ran: Path, typed: Type) -> None:
    with ran.open("a") as file:
        file.write('{"event":"breaker_moved","model":"m","because":"\\u001b[2J"}\n{"torn')
    said = typed("log")
    assert f"{ran}:" in said.err
    assert "this line is not whole" in said.err
    assert "\x1b" not in said.out
    assert "because \\x1b[2J" in said.out


def test_no_run_yet(tiny: Path, typed: Type) -> None:
    said = typed("log")
    assert said.status == 2
    assert "`harness run SUITE` makes one" in said.err


def test_totals_stand_in_the_local_currency_wherever_they_are_shown(tiny: Path, typed: Type) -> None:
    (tiny / "pyproject.toml").write_text(RATE, "utf-8")
    said = typed("run", "tiny", "--html", "run.html")
    assert " PKR at 281.50 of 2026-11-20)" in " ".join(said.out.split())
    assert " PKR at 281.50 of 2026-11-20)" in (tiny / "run.html").read_text("utf-8")
    assert json.loads(typed("run", "tiny", "--json").out)["cost_local"]["currency"] == "PKR"
    said = typed("gate", "tiny", "--html", "gate.html")
    assert "PKR at 281.50 of" in " ".join(said.out.split())
    assert "PKR at 281.50 of 2026-11-20" in (tiny / "gate.html").read_text("utf-8")
