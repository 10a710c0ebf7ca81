"""A gate that is killed in the middle of a part goes on where it was, and comes to the same verdict."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.projects import environment, harness, read_json, write, write_project
from tests.standin import Answer, StandIn, last_text

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(300), pytest.mark.kill]
AT_ONCE = 2
UNDER_WAY = 4 * AT_ONCE
GATE = "{quality: {margin: 10pt}, cost: off, latency: off}"


def by_content(body: Mapping[str, Any]) -> Answer:
    """v3 loses every third case. The same question has the same answer, however often it is asked."""
    number = int(re.findall(r"number is (\d+)", last_text(body))[0])
    is_wrong = "You are v3." in str(body["system"]) and number % 4 == 0
    return Answer(text="I do not know" if is_wrong else f"number {number}", latency=0.02)


def gated(folder: Path, server: StandIn, candidate: str) -> tuple[int, Any, str]:
    argv = ("gate", "tiny", "--mode", "live", "--json", "--candidate", candidate)
    done = harness(folder, *argv, url=server.url)
    document = read_json(done.stdout)
    return done.returncode, {name: document[name] for name in ("status", "quality", "slices")}, done.stderr


def kill_in(folder: Path, server: StandIn, candidate: str, *, at: int) -> None:
    """`kill -9` once so many requests came."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "gate", "tiny", "--mode", "live", "--candidate", candidate],
        cwd=folder,
        env=environment(server.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while server.attempts < at and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("candidate", "at"),
    [
        pytest.param("v3", 80, id="in the confirmation"),
        pytest.param("v2", 75, id="in the second wave"),
        pytest.param("v3", 20, id="in the first wave"),
    ],
)
def test_a_killed_gate_pays_for_nothing_twice_and_says_the_same(
    tmp_path: Path, candidate: str, at: int
) -> None:
    sent: list[int] = []
    said: list[tuple[int, Any]] = []
    for is_killed in (False, True):
        folder = write_project(tmp_path / str(is_killed), 24, repeats="3", gate=GATE)
        write(folder / "pyproject.toml", f"[tool.harness]\nat_once = {AT_ONCE}\n")
        with StandIn(by_content) as server:
            if is_killed:
                kill_in(folder, server, candidate, at=at)
                assert at <= server.attempts < sent[0]
            status, document, _ = gated(folder, server, candidate)
            sent.append(server.attempts)
        said.append((status, document))
    assert said[0][0] == said[1][0]
    assert said[0][1]["status"] == said[1][1]["status"]
    assert 0 <= sent[1] - sent[0] <= UNDER_WAY  # what was on the wire, or not on disk yet, when it was killed
