"""From a measured baseline to verdicts that anybody can decide again, typed as a user types it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_live import sql
from tests.projects import harness, read_json, tiny_model, write_project
from tests.standin import StandIn

pytestmark = pytest.mark.loopback
CASES = 40


@pytest.mark.slow
def test_a_bank_spares_a_side_a_regression_stands_and_every_verdict_comes_out_again(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", CASES)
    with StandIn(tiny_model) as server:

        def typed(*argv: str) -> tuple[int, Any, str, int]:
            """Exit status, document, stderr and requests."""
            before = server.attempts
            done = harness(project, *argv, url=server.url)
            said = read_json(done.stdout) if "--json" in argv else None
            return done.returncode, said, done.stderr, server.attempts - before

        assert typed("baseline", "measure", "tiny", "--mode", "live", "--repeats", "5")[::3] == (0, 5 * CASES)
        gate = ("gate", "tiny", "--mode", "live", "--json")
        status, said, _, asked = typed(*gate)
        assert (status, said["asked"]["calls"]) == (0, asked)
        assert (said["bank"]["samples_per_case"], said["bank"]["oldest_days"] < 1) == ([5, 5], True)
        assert asked <= 3 * CASES
        assert typed(*gate)[::3] == (0, 0)
        status, said, _, asked = typed(*gate, "--candidate", "v3")
        assert (status, said["status"]) == (1, "REGRESSED")
        assert (
            said["asked"]["calls"]
            == asked
            == sum(each["calls"] for each in said["asked"]["by_purpose"].values())
        )
        status, _, told, asked = typed(*gate, "--candidate", "v3", "--fresh")
        assert (status, asked) == (1, 0)
        assert "asking again cannot change that" in told
        promoted = sql(project, "SELECT run_id FROM runs WHERE prompt_version = 'v2'")[0][0]
        assert "was the candidate of a verdict" in typed("baseline", "bless", promoted)[2]
    assert harness(project, "rebuild").returncode == 0
    members = sql(project, "SELECT joined_as FROM v_bank ORDER BY 1")
    assert members == [["confirm"], ["measured"]]
    listed = harness(project, "history", "tiny").stdout
    assert ("live, measure" in listed, "live, screen" in listed, "live, confirm" in listed) == (
        True,
        True,
        True,
    )
    for verdict, status in sql(project, "SELECT verdict_id, status FROM v_verdicts"):
        again = harness(project, "compare", "--verdict", verdict)
        assert again.returncode == (1 if status == "REGRESSED" else 0)
        assert "comes out as it was" in again.stderr


@pytest.mark.slow
def test_a_confirmation_that_the_money_cut_short_confirms_nothing_and_goes_on(tmp_path: Path) -> None:
    cases = 100  # of which ten fell: the few answers there is money for cannot hold enough of them
    project = write_project(tmp_path / "project", cases)
    gate = ("gate", "tiny", "--mode", "live", "--candidate", "v3", "--json")
    with StandIn(tiny_model) as server:
        harness(project, "baseline", "measure", "tiny", "--mode", "live", "--repeats", "5", url=server.url)
        each, before = server.bill.total / server.attempts, server.attempts
        cut = harness(
            project, *gate, "--budget", f"{(cases + 10) * each + Decimal('0.0125'):.6f}", url=server.url
        )
        said = read_json(cut.stdout)
        assert (cut.returncode, said["status"]) == (3, "INCONCLUSIVE"), cut.stdout + cut.stderr
        assert "only " in said["summary"]
        assert "the same command asks for the rest" in said["summary"]
        tried = said["confirmation"]
        assert 0 < tried["candidate_answers"] < tried["wanted"]
        assert said["reruns"] == []
        whole = harness(project, *gate, url=server.url)
        assert (whole.returncode, read_json(whole.stdout)["status"]) == (1, "REGRESSED")
        tried = read_json(whole.stdout)["confirmation"]
        assert tried["candidate_answers"] == tried["baseline_answers"] == tried["wanted"]
        assert tried["lacking"] == ""
        screened = read_json(whole.stdout)["sequential"]["asked"]
        assert server.attempts - before == screened + 2 * tried["wanted"]
