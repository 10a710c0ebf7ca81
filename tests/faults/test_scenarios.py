"""What a user may rely on when the provider is unwell: whole commands over real HTTP, with every limit at its real length."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from tests.faults.always import assert_accounts_agree
from tests.faults.commands import Desk
from tests.faults.expected import EXPECTED
from tests.faults.test_matrix import ONE_OF_EACH_KIND
from tests.projects import environment, suite_text, tiny_model, write, write_project
from tests.standin import Answer, Script, StandIn, last_text, named
from tests.standin.outages import all_but, begins_late, lasting

pytestmark = pytest.mark.loopback
CASES = 12
AT_ONCE = 4
SHORT = ("reset_half", "truncated", "hang", "wrong_model")
ALWAYS = all_but(set(), named("overloaded"))


def slowly(*values: object) -> ParameterSet:
    """A parameter of the long form."""
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = write_project(tmp_path / "project", CASES)
    write(folder / "pyproject.toml", f"[tool.harness]\nat_once = {AT_ONCE}\n")
    return Desk(folder=folder)


def storm(desk: Desk, name: str, seconds: float) -> Script:
    """The trouble of this name for a time, from the first request it meets."""
    return lasting(named(name), seconds, desk.clock.monotonic)


@pytest.mark.parametrize("name", [name if name in SHORT else slowly(name) for name in ONE_OF_EACH_KIND])
def test_requests_journal_store_and_bill_agree_whatever_goes_wrong(tmp_path: Path, name: str) -> None:
    folder = write_project(tmp_path / "project", 3)
    write(folder / "pyproject.toml", "[tool.harness]\nat_once = 1\n")
    expected = EXPECTED[name]
    said = Desk(folder=folder, script=all_but({2, 3}, named(name))).run()
    assert said.status == expected.status
    assert said.document["accounting"]["planned"] == 3


@pytest.mark.parametrize("seconds", [5, 60])
def test_an_overload_of_a_while_costs_no_answer(desk: Desk, seconds: float) -> None:
    desk.script = storm(desk, "overloaded", seconds)
    said = desk.run()
    assert (said.status, said.document["accounting"]["answered"]) == (0, CASES)
    assert desk.server.attempts <= CASES + 3 * AT_ONCE
    assert said.seconds < seconds + 120


@pytest.mark.parametrize("seconds", [slowly(5), 60])
def test_an_overload_in_the_middle_costs_no_answer(desk: Desk, seconds: float) -> None:
    desk.script = begins_late(storm(desk, "overloaded", seconds), after=5)
    said = desk.run()
    assert (said.status, said.document["accounting"]["answered"]) == (0, CASES)


def hangs_on_3(body: Mapping[str, Any]) -> Answer:
    return replace(tiny_model(body), trouble=named("hang") if "is 3?" in last_text(body) else None)


def test_a_case_that_hangs_gives_up_in_its_bound_and_harms_no_other(desk: Desk) -> None:
    quick = Desk(folder=desk.folder, answer=hangs_on_3)
    said = quick.run()
    found = said.document["accounting"]
    assert (said.status, found["answered"], found["failed"]) == (4, CASES - 1, 1)
    assert said.seconds <= 2 * 120 + 1
    assert quick.server.attempts == CASES + 1


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("unauthorized", "ANTHROPIC_API_KEY"),
        slowly("forbidden", "ANTHROPIC_API_KEY"),
        slowly("spend_limit", "raise its limit"),
    ],
)
def test_a_refusal_for_all_is_asked_for_at_most_once_a_slot(desk: Desk, name: str, remedy: str) -> None:
    desk.script = all_but(set(), named(name))
    said = desk.run()
    assert said.status == 4
    assert 1 <= desk.server.attempts <= AT_ONCE
    assert remedy in said.err
    assert f"harness run --resume {said.document['run_id']}" in said.err
    assert said.seconds == 0


@pytest.mark.parametrize("name", ["limited_49_days", slowly("limited_3600"), slowly("limited_2099")])
def test_a_wait_beyond_all_patience_is_not_slept(desk: Desk, name: str) -> None:
    desk.script = all_but(set(), named(name))
    said = desk.run()
    assert (said.status, said.seconds) == (4, 0)
    assert desk.server.attempts <= AT_ONCE
    desk.script = lambda _number: None
    again = desk.type("run", "--resume", said.document["run_id"], "--json")
    desk.check(again.document)
    assert (again.status, again.document["accounting"]["answered"]) == (0, CASES)


def test_no_request_comes_earlier_than_a_429_allows(desk: Desk) -> None:
    arrivals: list[float] = []
    limited = named("limited_2")

    def script(number: int) -> Any:
        arrivals.append(desk.clock.passed)
        return limited if number <= AT_ONCE else None

    desk.script = script
    said = desk.run()
    assert said.status == 0
    assert max(arrivals[: 2 * AT_ONCE]) < 0.5 or min(at for at in arrivals if at > 0.5) >= 2.0


def test_an_outage_of_the_whole_run_ends_it_in_time_and_leaves_it_resumable(desk: Desk) -> None:
    desk.script = begins_late(ALWAYS, after=5)
    said = desk.run()
    found = said.document["accounting"]
    assert said.status == 4
    assert found["answered"] == 5
    assert found["failed"] + found["skipped"] == CASES - 5
    assert said.seconds <= 300
    assert f"harness run --resume {said.document['run_id']}" in said.err

    asked, desk.script = desk.server.attempts, lambda _number: None
    again = desk.type("run", "--resume", said.document["run_id"], "--json")
    desk.check(again.document)
    assert (again.status, again.document["accounting"]["answered"]) == (0, CASES)
    assert desk.server.attempts == asked + CASES - 5


def no_opus(body: Mapping[str, Any]) -> Answer:
    answer = tiny_model(body)
    return replace(answer, trouble=named("no_model") if body["model"] == "claude-opus-5-5" else None)


def test_a_model_that_is_not_there_stops_and_the_other_goes_on(desk: Desk) -> None:
    models = desk.folder / "prompts/models.yaml"
    other = models.read_text("utf-8").partition("models:\n")[2]
    other = other.replace("opus-5-5", "sonnet-5-5").replace("claude-opus", "claude-sonnet")
    other = other.replace("input: 4, output: 20", "input: 2, output: 10")
    write(models, models.read_text("utf-8") + other)
    variants = {
        "baseline": "{version: v1, model: sonnet-5-5}",
        "candidate": "{version: v2, model: opus-5-5}",
    }
    write(desk.folder / "evals/tiny.yaml", suite_text("tiny", CASES, **variants))
    desk = Desk(folder=desk.folder, answer=no_opus)
    said = desk.type("gate", "tiny", "--mode", "live", "--json")
    desk.check()
    assert (said.status, said.document["status"]) == (4, "NOT_MEASURED")
    sides = said.document["accounting"]
    assert (sides["baseline"]["answered"], sides["candidate"]["failed"]) == (CASES, CASES)
    asked = [seen.body["model"] for seen in desk.server.log]
    assert asked.count("claude-opus-5-5") <= AT_ONCE


def test_answers_of_another_model_are_recorded_and_never_compared(desk: Desk) -> None:
    desk.script = all_but(set(), named("wrong_model"))
    said = desk.type("gate", "tiny", "--mode", "live", "--json")
    desk.check()
    assert (said.status, said.document["status"]) == (4, "NOT_MEASURED")
    assert desk.server.attempts == 2 * CASES
    question = "SELECT DISTINCT fault FROM v_calls"
    assert "substituted" in desk.type("sql", question, "--json").out


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1:{port}", "http://nowhere.invalid", "http://127.0.0.1:9"]
)
def test_an_address_that_leads_nowhere_is_given_up_soon_and_named(desk: Desk, address: str) -> None:
    url = address.format(port=desk.url.rpartition(":")[2])
    said = desk.run(ANTHROPIC_BASE_URL=url)
    assert (said.status, said.document["accounting"]["answered"]) == (4, 0)
    assert "check ANTHROPIC_BASE_URL" in said.err
    assert said.seconds <= 120
    assert desk.server.bill.total == 0


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seconds", [5, 60])
def test_an_overload_of_a_while_costs_no_answer_in_real_time_either(desk: Desk, seconds: float) -> None:
    with StandIn(tiny_model, troubles=lasting(named("overloaded"), seconds)) as server:
        done = subprocess.run(
            [sys.executable, "-m", "harness", "run", "tiny", "--mode", "live", "--json"],
            cwd=desk.folder,
            env=environment(server.url),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    paths = (desk.folder / "reports/runs").glob("*.jsonl")
    assert_accounts_agree([server], paths)
