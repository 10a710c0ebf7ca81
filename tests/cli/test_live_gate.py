"""A live gate over real HTTP: it stops early, has a regression shown again, and pays for nothing twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.chancy import Chancy
from tests.cli.conftest import Type
from tests.projects import KEY, suite_text, tiny_model, write, write_project
from tests.standin import Answer, StandIn, last_text

pytestmark = pytest.mark.loopback
CASES = 40
GATE = "{quality: {margin: 10pt}, cost: off, latency: off}"


@dataclass
class Typist:
    """Somebody who gates the tiny project live."""

    typed: Type
    folder: Path
    patch: pytest.MonkeyPatch

    @contextmanager
    def facing(self, model: Any) -> Iterator[StandIn]:
        with StandIn(model) as server:
            self.patch.setenv("ANTHROPIC_BASE_URL", server.url)
            self.patch.setenv("ANTHROPIC_API_KEY", KEY)
            yield server

    def gate(self, candidate: str, *argv: str, mode: str = "live") -> tuple[int, Any, str]:
        """Exit status, document, and what was said on stderr."""
        said = self.typed("gate", "tiny", "--mode", mode, "--json", "--candidate", candidate, *argv)
        return said.status, json.loads(said.out), said.err

    def runs(self, purpose: str) -> list[dict[str, Any]]:
        query = f"SELECT run_id, planned, answered, skipped FROM v_runs WHERE purpose = '{purpose}' ORDER BY run_id"  # noqa: S608
        found = json.loads(self.typed("sql", query, "--json").out)
        return [
            row if isinstance(row, dict) else dict(zip(found["columns"], row, strict=True))
            for row in found["rows"]
        ]


@pytest.fixture
def typist(tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch) -> Typist:
    folder = write_project(tmp_path / "project", CASES, repeats="3", gate=GATE)
    write(folder / "pyproject.toml", "[tool.harness]\nat_once = 20\n")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return Typist(typed, folder, monkeypatch)


def good(_version: str, number: int) -> float:
    """Nine cases of ten are certain, one is flaky."""
    return 0.6 if number % 10 == 3 else 1.0


def worse(version: str, number: int) -> float:
    """v3 loses every fourth case."""
    return 0.0 if version == "v3" and number % 4 == 1 else good(version, number)


def test_with_a_bank_an_equal_candidate_is_asked_about_a_third_of_the_calls(typist: Typist) -> None:
    write(typist.folder / "evals/tiny.yaml", suite_text("tiny", 90, repeats="3", gate=GATE))
    with typist.facing(Chancy(good)) as server:
        assert typist.typed("baseline", "measure", "tiny", "--mode", "live").status == 0
        before = server.attempts
        status, document, said = typist.gate("v2")
        asked = server.attempts - before
        assert (status, document["status"]) == (0, "PASS"), said
        assert asked <= 0.4 * (2 * 3 * 90)
        assert re.search(r"look 1 of \d: not decided, \d+ answers so far", said)
        again = typist.gate("v2")
        assert server.attempts == before + asked
    assert again[:2] == (status, document)


def test_what_was_planned_and_not_needed_is_decided_and_never_missing(typist: Typist) -> None:
    with typist.facing(Chancy(worse)):
        _, document, said = typist.gate("v3")
    screen = typist.runs("screen")
    log = (typist.folder / "reports/runs" / f"{screen[1]['run_id']}.log").read_text("utf-8")
    assert '"looked"' in log
    assert [each["planned"] for each in screen] == [3 * CASES] * 2
    assert all(each["answered"] + each["skipped"] == each["planned"] for each in screen)
    assert screen[0]["skipped"] == screen[1]["skipped"] > 0
    assert document["accounting"]["candidate"]["skipped"] == 0
    assert "not measured" not in said


def test_a_regression_is_shown_again_in_fresh_answers_and_stays_one(typist: Typist) -> None:
    with typist.facing(Chancy(worse)) as server:
        status, document, said = typist.gate("v3")
        assert (status, document["status"]) == (1, "REGRESSED"), said
        assert re.search(r"confirming on \d+ fresh answers of both sides", said)
        asked = server.attempts
        for _ in range(10):  # as often as one likes
            again, _, told = typist.gate("v3", "--fresh")
            assert again == 1
            assert "asking again cannot change that" in told
        assert server.attempts == asked
    confirm = typist.runs("confirm")
    assert len(confirm) == 2
    assert all(each["answered"] == each["planned"] for each in confirm)


def test_a_catastrophe_ends_it_before_the_first_look(typist: Typist) -> None:
    write(typist.folder / "pyproject.toml", "[tool.harness]\nat_once = 2\n")
    with typist.facing(Chancy(lambda version, _number: float(version != "v3"))) as server:
        status, _, said = typist.gate("v3")
    assert status == 1
    assert server.attempts < 2 * CASES  # not even once each
    assert "confirming" not in said


def test_a_regression_that_does_not_show_again_proves_nothing(typist: Typist) -> None:
    seen: dict[str, int] = {}

    def unlucky_once(body: Mapping[str, Any]) -> Answer:
        key = f"{body['system']}{last_text(body)}"
        seen[key] = seen.get(key, 0) + 1
        number = int(re.findall(r"number is (\d+)", last_text(body))[0])
        is_unlucky = "You are v2." in str(body["system"]) and seen[key] == 1 and number % 4 == 0
        return Answer(text="I do not know") if is_unlucky else tiny_model(body)

    with typist.facing(unlucky_once):
        status, document, said = typist.gate("v2")
    assert (status, document["status"]) == (3, "INCONCLUSIVE"), said
    assert "confirm" in {finding["rule"] for finding in document["findings"]}


def test_a_must_pass_case_that_broke_blocks_alone(typist: Typist) -> None:
    text = suite_text("tiny", CASES, repeats="3", gate=GATE)
    write(typist.folder / "evals/tiny.yaml", text.replace("{id: c07,", "{id: c07, must_pass: true,"))

    def broken(version: str, number: int) -> float:
        return float(not (version == "v2" and number == 7))

    with typist.facing(Chancy(broken)):
        status, document, said = typist.gate("v2")
    assert (status, document["status"]) == (1, "REGRESSED"), said
    assert document["findings"][0]["rule"] == "case: c07"
    assert "asking them again on both sides" in said


@pytest.mark.slow
def test_old_samples_that_do_not_hold_any_more_leave_the_bank(typist: Typist) -> None:
    with typist.facing(Chancy(good)):
        assert typist.typed("baseline", "measure", "tiny", "--mode", "live").status == 0
    with typist.facing(Chancy(lambda _version, number: float(number % 3 > 0))):  # for whoever asks
        status, document, said = typist.gate("v2")
        assert (status, document["status"]) == (3, "INCONCLUSIVE"), said
        assert "old samples of the baseline are stale, and left the bank" in said
        _, _, told = typist.gate("v4")
    assert "will not do" in told


@pytest.mark.slow
def test_asking_again_halves_the_error_rate(typist: Typist) -> None:
    with typist.facing(Chancy(lambda version, number: 0.9 if version == "v1" else 0.88)) as server:
        _, first, said = typist.gate("v2")
        assert first["status"] != "REGRESSED"
        assert "error rate" not in said
        asked = server.attempts
        _, _, told = typist.gate("v2", "--fresh")
        assert server.attempts > asked
    assert "asked 1 time before, so the error rate is 2.5 % this time" in told


def test_a_part_of_a_gate_is_not_resumed_by_itself(typist: Typist) -> None:
    with typist.facing(tiny_model):
        typist.gate("v2", "--budget", "0.0135")
        said = typist.typed("run", "--resume", typist.runs("screen")[0]["run_id"])
    assert said.status == 2
    assert "go on with: harness gate tiny --mode live" in said.err


def test_what_the_budget_cut_short_is_asked_when_there_is_more(typist: Typist) -> None:
    with typist.facing(tiny_model) as server:
        status, document, said = typist.gate("v2", "--budget", "0.0135")
        assert (status, document["status"]) == (4, "NOT_MEASURED")
        assert "then go on with: harness gate tiny" in said
        asked = server.attempts
        assert 0 < asked < 2 * CASES
        status, _, said = typist.gate("v2", "--budget", "5")
    assert status == 0, said
    finished = sum(each["answered"] for each in typist.runs("screen"))
    assert server.attempts == finished


@pytest.mark.slow
def test_a_recording_gate_leaves_what_a_replay_confirms_with(typist: Typist) -> None:
    with typist.facing(Chancy(worse)):
        status, recorded, _ = typist.gate("v3", mode="record")
    again, replayed, _ = typist.gate("v3", mode="replay")
    assert (status, again) == (1, 1)
    assert replayed["accounting"]["candidate"] == recorded["accounting"]["candidate"]
    assert replayed["quality"] == recorded["quality"]
    assert len(typist.runs("confirm")) == 4


@pytest.mark.slow
def test_repeats_say_how_often_every_case_is_asked(typist: Typist) -> None:
    with typist.facing(tiny_model):
        typist.typed("baseline", "measure", "tiny", "--mode", "live")
        typist.gate("v2", "--repeats", "2")
    [screen] = typist.runs("screen")
    assert screen["planned"] == 2 * CASES


def test_a_case_that_only_one_side_has_is_asked_once_and_told(typist: Typist) -> None:
    import subprocess

    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "evals", "prompts"], ["commit", "-q", "-m", "all"]):
        subprocess.run(["git", *who, *command], cwd=typist.folder, check=True, capture_output=True)  # noqa: S607
    changed = suite_text("tiny", CASES + 1, repeats="3", gate=GATE).replace("id: c00,", "id: other,")
    write(typist.folder / "evals/tiny.yaml", changed)
    with typist.facing(tiny_model) as server:
        status, document, said = typist.gate("v2", "--base", "HEAD")
    assert status == 0, said
    assert document["accounting"]["only_baseline"] == ["c00"]
    assert document["accounting"]["only_candidate"] == [f"c{CASES}", "other"]
    asked = [last_text(seen.body) for seen in server.log]
    assert sum(f"number is {CASES}?" in each for each in asked) == 1


@pytest.mark.slow
def test_several_suites_share_the_error_rate(typist: Typist) -> None:
    write(typist.folder / "evals/more.yaml", suite_text("more", CASES, repeats="1", gate=GATE))
    with typist.facing(tiny_model):
        said = typist.typed("gate", "--mode", "live", "--json")
    assert "2 suites block together, so each has 1/2 of its error rate (alpha)" in said.err
    kept = typist.typed("sql", "SELECT DISTINCT alpha FROM v_verdicts", "--json").out
    assert "0.025" in kept
