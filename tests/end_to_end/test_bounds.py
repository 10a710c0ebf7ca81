"""Budgets and deadlines over real HTTP: what is spent stays below every cap, and what was skipped can be had later."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.store.past import Journal, read_journal
from tests.projects import environment, harness, read_json, suite_text, tiny_model, write, write_project
from tests.standin import Answer, StandIn

pytestmark = pytest.mark.loopback
CAP = Decimal("0.05")


def dear(body: Mapping[str, Any]) -> Answer:
    """Uses all of its 400 tokens, so that an answer costs most of its worst case."""
    return replace(tiny_model(body), text=tiny_model(body).text.ljust(1600, "."), latency=0.02)


@pytest.fixture
def costly(tmp_path: Path) -> Path:
    """130 cases for each of two sides, 100 calls at once."""
    folder = write_project(tmp_path / "project", 130)
    write(folder / "pyproject.toml", "[tool.harness]\nat_once = 100\n")
    for version in ("v1", "v2"):
        prompt = folder / f"prompts/tiny/{version}.yaml"
        write(prompt, prompt.read_text("utf-8").replace("max_tokens: 50", "max_tokens: 400"))
    return folder


def journals(folder: Path) -> list[Journal]:
    return [read_journal(path) for path in sorted((folder / "reports/runs").glob("*.jsonl"))]


def paid(folder: Path) -> Decimal:
    """What the journals say was spent, or may have been."""
    found = journals(folder)
    assert not any(each.open for each in found)
    return sum((one.cost + one.uncertain for each in found for one in each.settled), Decimal(0))


def outcomes(folder: Path) -> Counter[str]:
    return Counter(record.outcome.kind for each in journals(folder) for record in each.records)


@pytest.mark.slow
def test_a_small_budget_on_a_dear_suite_holds_and_what_was_skipped_is_asked_later(costly: Path) -> None:
    plan = read_json(harness(costly, "plan", "--json").stdout)
    assert sum(Decimal(plan[side]["worst_usd"]) for side in ("baseline", "candidate")) >= 5

    with StandIn(dear) as server:
        done = harness(costly, "gate", "--mode", "live", "--budget", str(CAP), url=server.url)
        assert done.returncode == 4, done.stderr
        assert "NOT_MEASURED" in done.stdout
        assert "are left for the run; give a larger --budget" in done.stderr
        assert 0 < server.bill.total <= CAP
        assert server.bill.total <= paid(costly) <= CAP
        assert outcomes(costly) == {"answered": server.attempts, "skipped": 260 - server.attempts}

        refused = harness(costly, "run", "--resume", journals(costly)[0].info.run_id, url=server.url)
        assert refused.returncode == 2
        assert "go on with: harness gate" in refused.stderr
        more = read_json(
            harness(costly, "gate", "--mode", "live", "--budget", "9", "--json", url=server.url).stdout
        )
        assert more["status"] == "PASS"
        assert outcomes(costly) == {"answered": 260}
        assert server.attempts == 260  # no trial was asked twice
        again = read_json(harness(costly, "gate", "--mode", "live", "--json", url=server.url).stdout)
        assert server.attempts == 260  # the gate found both runs whole, and paid for nothing
    assert again["accounting"] == more["accounting"]
    for side in (more["accounting"]["baseline"], more["accounting"]["candidate"]):
        assert (side["planned"], side["answered"]) == (130, 130)


def test_the_budget_of_a_gate_is_for_all_its_suites_together(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", 12)
    write(folder / "evals/twin.yaml", suite_text("twin", 12))
    cap = Decimal("0.0150")  # one call may cost 0.0122 at worst, and costs 0.0002
    with StandIn(tiny_model) as server:
        done = harness(folder, "gate", "--mode", "live", "--budget", str(cap), url=server.url)
    assert done.returncode == 4, done.stderr
    assert server.bill.total <= paid(folder) <= cap
    assert [each.info.suite for each in journals(folder)] == ["tiny", "tiny", "twin", "twin"]


def test_a_model_may_have_a_cap_that_no_flag_lifts(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", 6)
    write(folder / "pyproject.toml", "[tool.harness.budget]\nmodels = {opus-5-5 = 0.005}\n")
    with StandIn(tiny_model) as server:
        done = harness(folder, "run", "tiny", "--mode", "live", "--budget", "9", url=server.url)
    assert (done.returncode, server.attempts) == (4, 0)
    assert "left for the model claude-opus-5-5; raise it in models of [tool.harness.budget]" in done.stderr


def test_a_cap_of_a_model_that_is_not_pinned_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", 6)
    write(folder / "pyproject.toml", "[tool.harness.budget]\nmodels = {opus-55 = 1}\n")
    for argv in (("run", "tiny"), ("gate",), ("check",)):
        done = harness(folder, *argv)
        assert done.returncode == 2
        assert "pyproject.toml:2:1: unknown model 'opus-55'" in done.stderr
        assert "did you mean 'opus-5-5'?" in done.stderr
    assert not (folder / "reports").exists()


def test_at_its_deadline_a_run_ends_and_can_go_on(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", 8)
    write(folder / "pyproject.toml", "[tool.harness]\nat_once = 1\n")
    with StandIn(lambda body: replace(tiny_model(body), latency=0.3)) as server:
        done = harness(folder, "run", "tiny", "--mode", "live", "--deadline", "1s", "--json", url=server.url)
        document = read_json(done.stdout)
        assert done.returncode == 4, done.stderr
        assert document["accounting"]["answered"] == server.attempts < 8
        assert "the 1 s of the command were over; give a larger --deadline" in done.stderr
        more = harness(folder, "run", "--resume", document["run_id"], "--json", url=server.url)
        assert (more.returncode, server.attempts) == (0, 8)


@pytest.mark.slow
def test_two_commands_at_once_share_what_the_day_may_cost(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", 12)
    write(folder / "pyproject.toml", "[tool.harness.budget]\nday_usd = 0.03\n")
    with StandIn(tiny_model) as server:
        command = [sys.executable, "-m", "harness", "run", "tiny", "--mode", "live"]
        both = [
            subprocess.Popen(
                command,
                cwd=folder,
                env=environment(server.url),
                text=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        said = [each.communicate(timeout=100)[1] for each in both]
        assert server.bill.total <= paid(folder) <= Decimal("0.03")
        assert outcomes(folder)["answered"] == server.attempts
    short = [text for text, each in zip(said, both, strict=True) if each.returncode == 4]
    assert all("left for the day 2" in text for text in short)
    assert all("raise day_usd in [tool.harness.budget], or go on tomorrow" in text for text in short)
