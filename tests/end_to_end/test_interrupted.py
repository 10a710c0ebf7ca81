"""Runs that are killed or interrupted over real HTTP: nothing finished is asked again, and nothing is forgotten."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.store.past import read_journal
from tests.projects import environment, harness, read_json, tiny_model, write, write_project
from tests.standin import Answer, StandIn, last_text

pytestmark = pytest.mark.loopback
AT_ONCE = 2
UNDER_WAY = 4 * AT_ONCE  # trials that are asked or kept at the same time


def slowly(body: Any) -> Answer:
    return replace(tiny_model(body), latency=0.1)


@pytest.fixture
def patient() -> Iterator[StandIn]:
    """A stand-in that takes its time."""
    with StandIn(slowly) as server:
        yield server


@pytest.fixture
def unhurried(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "project", 12)
    write(folder / "pyproject.toml", f"[tool.harness]\nat_once = {AT_ONCE}\n")
    return folder


def started(folder: Path, server: StandIn, *argv: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "harness",
        "run",
        *(argv or ("tiny", "--version", "v4", "--mode", "live")),
    ]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment(server.url),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_until_asked(server: StandIn, count: int) -> None:
    for _ in range(2000):
        if server.attempts >= count:
            return
        time.sleep(0.01)
    raise AssertionError(f"only {server.attempts} requests came")


def killed(folder: Path, server: StandIn, after: int, *argv: str) -> frozenset[str]:
    """Run, and `kill -9` once `after` requests came; gives the cases that were finished by then."""
    process = started(folder, server, *argv)
    wait_until_asked(server, after)
    process.kill()
    process.communicate()
    [path] = (folder / "reports/runs").glob("*.jsonl")
    return frozenset(case for case, _ in read_journal(path).finished)


def run_id(folder: Path) -> str:
    [path] = (folder / "reports/runs").glob("*.jsonl")
    return path.stem


def resumed(folder: Path, server: StandIn) -> Any:
    done = harness(folder, "run", "--resume", run_id(folder), "--json", url=server.url)
    assert done.returncode == 0, done.stderr
    return read_json(done.stdout)


def asked(server: StandIn, start: int = 0) -> Counter[str]:
    texts = (last_text(seen.body) for seen in server.log[start:])
    return Counter(
        f"c{int(''.join(filter(str.isdigit, text.split('is ')[-1].split('?')[0]))):02}" for text in texts
    )


def check_mended(folder: Path, server: StandIn, finished: frozenset[str], before: int) -> None:
    document = resumed(folder, server)
    # Killed between the line that says so and the wire, a request is on record and was not sent. Others never.
    assert 0 <= document["attempts"] - server.attempts <= AT_ONCE
    assert document["accounting"] == {"planned": 12, "answered": 12, "degraded": 0, "failed": 0, "skipped": 0}
    assert not finished & asked(server, before).keys()
    # Asked twice: what was on the wire, and what was answered but not on disk yet; both are under way.
    assert server.attempts - 12 <= UNDER_WAY
    paid = Decimal(document["cost_usd"]) + Decimal(document["cost_uncertain_usd"])
    assert Decimal(document["cost_usd"]) <= server.bill.total <= paid


def same_verdict(folder: Path, name: str, other: str) -> bool:
    """Whether the two runs are the same to the gate, trial by trial."""
    done = harness(folder, "compare", name, other, "--json")
    found = read_json(done.stdout)
    return bool(
        found["quality"]["difference"] == 0 and found["quality"]["baseline"] == pytest.approx(11 / 12)
    )


def test_a_killed_run_goes_on_where_it_was_and_comes_to_the_same_verdict(
    unhurried: Path, patient: StandIn
) -> None:
    finished = killed(unhurried, patient, 7)
    assert 3 <= len(finished) < 12
    check_mended(unhurried, patient, finished, patient.attempts)

    cut_short = run_id(unhurried)
    document = read_json(
        started(unhurried, patient, "tiny", "--version", "v4", "--mode", "live", "--json").communicate()[0]
    )
    assert same_verdict(unhurried, document["run_id"], cut_short)


@pytest.mark.kill
@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", range(1, 13))
def test_a_run_killed_after_any_request_loses_and_repeats_nothing(
    unhurried: Path, patient: StandIn, after: int
) -> None:
    finished = killed(unhurried, patient, after)
    check_mended(unhurried, patient, finished, patient.attempts)


@pytest.mark.kill
@pytest.mark.timeout(300)
def test_a_run_killed_again_and_again_comes_to_its_end(unhurried: Path, patient: StandIn) -> None:
    finished = killed(unhurried, patient, 3)
    for _ in range(3):
        before = patient.attempts
        finished |= killed(unhurried, patient, before + 2, "--resume", run_id(unhurried))
    document = resumed(unhurried, patient)
    assert document["accounting"]["answered"] == 12
    assert patient.attempts - 12 <= 4 * UNDER_WAY  # four crashes


@pytest.mark.parametrize(
    ("by", "status", "again", "most"),
    [(signal.SIGINT, 130, False, 4.0), (signal.SIGINT, 130, True, 3.0), (signal.SIGTERM, 143, False, 4.0)],
)
def test_a_signal_keeps_what_is_answered_and_says_how_to_go_on(
    unhurried: Path, patient: StandIn, *, by: signal.Signals, status: int, again: bool, most: float
) -> None:
    process = started(unhurried, patient)
    wait_until_asked(patient, 4)
    began = time.monotonic()
    process.send_signal(by)
    if again:
        process.send_signal(by)
    _, said = process.communicate(timeout=60)
    assert process.returncode == status
    assert time.monotonic() - began < most + 4
    assert f"harness run --resume {run_id(unhurried)}" in said
    assert "Traceback" not in said
    sent = patient.attempts
    assert sent <= 4 + AT_ONCE
    [path] = (unhurried / "reports/runs").glob("*.jsonl")
    journal = read_journal(path)
    assert len(journal.records) == 12
    assert journal.ended == "interrupted"
    check_mended(unhurried, patient, frozenset(case for case, _ in journal.finished), sent)


def test_the_first_interrupt_lets_calls_under_way_finish(unhurried: Path) -> None:
    with StandIn(lambda body: replace(tiny_model(body), latency=1.0)) as server:
        process = started(unhurried, server)
        wait_until_asked(server, AT_ONCE)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    [path] = (unhurried / "reports/runs").glob("*.jsonl")
    assert len(read_journal(path).finished) == AT_ONCE


def test_the_second_interrupt_does_not_wait(unhurried: Path) -> None:
    with StandIn(lambda body: replace(tiny_model(body), latency=60.0)) as server:
        process = started(unhurried, server)
        wait_until_asked(server, AT_ONCE)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 130
    [path] = (unhurried / "reports/runs").glob("*.jsonl")
    assert read_journal(path).cost_uncertain > 0
    told = map(json.loads, path.with_suffix(".log").read_text("utf-8").splitlines())
    stops = [each for each in told if each["event"] == "stopping"]
    assert [each["at_most_s"] for each in stops] == [5.0, 0.0]
    assert stops[1]["t"] - stops[0]["t"] < stops[0]["at_most_s"] / 2
