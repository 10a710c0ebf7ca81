"""What somebody may try who wants a gate to be green, typed as a user types it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.projects import harness, read_json, suite_text, tiny_model, write, write_project
from tests.standin import StandIn

pytestmark = pytest.mark.loopback
CASES = 40


def suite(project: Path, *, rerun: int = 8, cases: int = CASES) -> None:
    gate = f"{{quality: {{margin: 10pt}}, cost: {{max_increase: 20%}}, latency: off, cases: {{repeats: {rerun}}}}}"
    candidate = "{version: v4, model: opus-5-5}"
    write(project / "evals/tiny.yaml", suite_text("tiny", cases, gate=gate, candidate=candidate))


@pytest.mark.slow
def test_neither_other_rules_nor_one_more_case_nor_another_name_make_a_broken_case_pass(
    tmp_path: Path,
) -> None:
    project = write_project(tmp_path / "project", CASES)
    with StandIn(tiny_model) as server:

        def gated(*argv: str) -> tuple[int, Any, str, int]:
            """Exit status, document, stderr and requests."""
            before = server.attempts
            done = harness(project, "gate", "tiny", "--mode", "live", "--json", *argv, url=server.url)
            return done.returncode, read_json(done.stdout), done.stderr, server.attempts - before

        suite(project, rerun=3)
        status, said, _, _ = gated()
        assert (status, said["reruns"][0]["regressed"]) == (3, False)  # 3 of 3 against 0 of 3 proves nothing
        suite(project)
        status, said, _, asked = gated()
        assert (status, said["reruns"][0]["regressed"], asked) == (1, True, 16)
        assert gated()[::3] == (1, 0)
        suite(project, cases=CASES + 1)
        status, _, told, _ = gated()
        assert status == 1
        assert "the error rate is 2.5 % this time" in told
        suite(project)
        write(project / "prompts/tiny/v6.yaml", (project / "prompts/tiny/v4.yaml").read_text())
        status, _, told, asked = gated("--candidate", "v6")
        assert (status, asked) == (1, 0)
        assert "asking again cannot change that" in told
