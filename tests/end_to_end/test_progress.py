"""A run as it is seen by whoever sits at a terminal, and as programs hear of it, over real HTTP."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.docs.rooms import ROOT
from tests.end_to_end.test_interrupted import run_id
from tests.projects import environment, harness, tiny_model, write, write_project
from tests.standin import Answer, StandIn, Trouble

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LIVE = ("run", "tiny", "--version", "v4", "--mode", "live")


@dataclass(frozen=True)
class Seen:
    """What one command showed on its terminal, controls included."""

    status: int
    raw: str

    @property
    def text(self) -> str:
        return CONTROLS.sub("", self.raw)


def in_terminal(
    folder: Path, url: str, *argv: str, at: Sequence[str] = (), module: str = "harness", columns: int = 100
) -> Seen:
    """Run with a terminal 100 columns wide; press Ctrl-C whenever the next text of `at` is seen."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *argv],
        cwd=folder,
        env=environment(url, TERM="xterm-256color", COLUMNS=str(columns)),
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    raw, waiting = b"", list(at)
    while True:
        select.select([outer], [], [], 60)
        try:
            raw += os.read(outer, 65536)
        except OSError:  # the last writer has gone
            break
        if waiting and waiting[0] in CONTROLS.sub("", raw.decode(errors="replace")):
            waiting.pop(0)
            process.send_signal(signal.SIGINT)
    os.close(outer)
    return Seen(process.wait(60), raw.decode())


@pytest.fixture
def two_at_once(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "project", 12)
    write(folder / "pyproject.toml", "[tool.harness]\nat_once = 2\n")
    return folder


def taking(length: float) -> StandIn:
    """A stand-in whose every answer takes this long."""

    def answer(body: Mapping[str, Any]) -> Answer:
        return replace(tiny_model(body), latency=length)

    return StandIn(answer)


def documented() -> Mapping[str, list[str]]:
    """The keys of each event, as `docs/json.md` has them."""
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    table = page.partition("<!-- events -->")[2].partition("<!-- end -->")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): re.findall(r"`(\w+)`", row[-1]) for row in rows}


@pytest.mark.loopback
def test_a_wait_is_shown_while_it_lasts_and_told_as_documented(two_at_once: Path) -> None:
    busy = Trouble(kind="status", status=429, error_type="rate_limit_error", headers={"retry-after": "3"})
    with StandIn(tiny_model, troubles=[None, None, busy]) as server:
        seen = in_terminal(two_at_once, server.url, *LIVE, "--events", "events.jsonl")
    assert seen.status == 0, seen.text
    assert re.search(r"\d+/12 .*waiting \d s: the API asked for it \(Retry-After\)", seen.text, re.DOTALL)
    assert "1 retry" in seen.text
    assert seen.raw.rindex("\x1b[?25h") > seen.raw.rindex("\x1b[?25l")
    known = documented()
    lines = [json.loads(line) for line in (two_at_once / "events.jsonl").read_text().splitlines()]
    for line in lines:
        assert list(line) == ["schema", "at", "t", "run", "event", *known[line["event"]]]
    last = lines[-1]
    assert (last["event"], last["planned"], last["done"], last["retries"]) == ("progress", 12, 12, 1)
    assert (last["in_flight"], last["waiting"], last["reserved_usd"]) == (0, [], "0")
    assert any(wait["why"] == "retry_after" for line in lines for wait in line.get("waiting", ()))


@pytest.mark.loopback
def test_ctrl_c_says_what_it_does_and_a_resumed_run_what_it_found(two_at_once: Path) -> None:
    with taking(1.0) as server:
        seen = in_terminal(two_at_once, server.url, *LIVE, at=["2 in flight"])
        assert seen.status == 130
        assert re.search(r"stopping: 2 calls under way, at most \d s; press Ctrl-C again to stop", seen.text)
        command = f"harness run --resume {run_id(two_at_once)}"
        assert f"what was answered is kept, 2 of 12. Go on with:\r\n  {command}\r\n" in seen.text
        again = in_terminal(two_at_once, server.url, *command.split()[1:])
    assert again.status == 0
    assert "2 of 12 kept from before" in again.text


@pytest.mark.slow
@pytest.mark.loopback
def test_whoever_reads_a_log_is_told_of_both_interrupts_and_nothing_else(two_at_once: Path) -> None:
    with taking(60.0) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "harness", *LIVE],
            cwd=two_at_once, env=environment(server.url), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        while server.attempts < 2:
            select.select([], [], [], 0.01)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert first == "harness: stopping: 2 calls under way, at most 5 s; press Ctrl-C again to stop at once\n"
    assert rest.splitlines() == [
        "harness: stopped: 2 calls under way cancelled, what was answered is being saved",
        "harness: interrupted; what was answered is kept, 0 of 12. Go on with:",
        f"  harness run --resume {run_id(two_at_once)}",
    ]


@pytest.mark.slow
def test_a_log_of_a_run_that_goes_well_has_nothing_but_its_result(tiny: Path) -> None:
    done = harness(tiny, "gate", "tiny")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("argv", "shown"), [((), True), pytest.param(("-q",), False, marks=pytest.mark.slow)]
)
def test_pytest_shows_how_far_the_asking_is_unless_it_is_to_be_quiet(
    tiny: Path, argv: Sequence[str], *, shown: bool
) -> None:
    plain = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly")
    seen = in_terminal(tiny, "", "evals", *plain, *argv, module="pytest")
    assert seen.status == 0, seen.text
    assert ("tiny   starting" in seen.text or "replayed, $0" in seen.text) is shown
