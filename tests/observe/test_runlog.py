"""The log of a run: every event in its own run's file, whole lines, and never a reason for a run to fail."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from harness.currency import Rate
from harness.errors import UsageError
from harness.events import (
    AttemptEnded,
    AttemptStarted,
    BreakerMoved,
    Event,
    RunBegan,
    RunEnded,
    Settled,
    TrialEnded,
)
from harness.observe.redact import Redactor
from harness.observe.retold import find_log, read_log
from harness.observe.runlog import Means, RunLogs, log_path
from harness.units import FREE, Seconds, Usd
from tests.doubles import FakeClock
from tests.values import run_began

SECRET = 'only "known" by value'
WHO = {"origin": "tiny/c00#2@tiny-v1", "model": "claude-opus-5-5"}
BEGAN = run_began()
STARTED = AttemptStarted(**WHO, attempt=1)
ENDED = AttemptEnded(
    **WHO,
    attempt=1,
    latency=Seconds(0.5),
    fault="overloaded",
    detail=f"529, {SECRET}",
    status=529,
    request_id="req_1",
)
SETTLED = Settled(**WHO, attempt=1, cost=Usd(Decimal("0.01")), uncertain=FREE)
DONE = TrialEnded(
    origin=WHO["origin"],
    model=WHO["model"],
    outcome="answered",
    score=1.0,
    cost=Usd(Decimal("0.01")),
    uncertain=FREE,
)
OVER = RunEnded(run_id="one", side="", why="finished", answered=1, degraded=0, failed=0, skipped=0)
RATE = Rate(code="PKR", per_usd=Decimal("281.50"), as_of=date(2026, 11, 20))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def means(tmp_path: Path, clock: FakeClock, said: list[str]) -> Means:
    return Means(runs=tmp_path, clock=clock, redactor=Redactor([SECRET]), complain=said.append)


def lines(folder: Path, run_id: str = "one") -> tuple[Any, ...]:
    return read_log(log_path(folder, run_id)).lines


def test_a_line_says_when_where_and_what(means: Means, tmp_path: Path, clock: FakeClock) -> None:
    logs = RunLogs(means)
    logs.heed(BEGAN)
    logs.heed(STARTED)
    clock.advance(1.5)
    for event in (ENDED, SETTLED, DONE, OVER):
        logs.heed(event)
    began, started, ended, settled, done, over = lines(tmp_path)
    assert [began["event"], over["event"]] == ["run_began", "run_ended"]
    bound = {"run": "one", "suite": "tiny", "case": "c00", "trial": "c00#2", "attempt": 1}
    assert bound.items() <= started.items()
    assert (started["t"], ended["t"]) == (0.0, 1.5)
    assert ended["at"] == "2026-11-21T12:00:01.500000+00:00"
    assert (ended["fault"], ended["latency_s"], ended["status"]) == ("overloaded", 0.5, 529)
    assert settled["cost_usd"] == "0.01"
    assert (done["outcome"], done["score"], done["took_s"], done["cost_usd"]) == (
        "answered",
        1.0,
        1.5,
        "0.01",
    )


def test_no_line_holds_a_secret(means: Means, tmp_path: Path) -> None:
    logs = RunLogs(means)
    for event in (BEGAN, ENDED, OVER):
        logs.heed(event)
    assert json.dumps(SECRET)[1:-1] not in log_path(tmp_path, "one").read_text("utf-8")
    assert lines(tmp_path)[1]["detail"].startswith("529, [REDACTED:value:")


def test_costs_are_said_in_the_currency_that_was_set_with_its_rate_and_date(
    means: Means, tmp_path: Path
) -> None:
    logs = RunLogs(replace(means, rate=RATE))
    for event in (BEGAN, SETTLED, OVER):
        logs.heed(event)
    assert lines(tmp_path)[1]["cost_local"] == {
        "amount": "2.8150",
        "currency": "PKR",
        "per_usd": "281.50",
        "as_of": "2026-11-20",
    }


def test_runs_that_are_made_together_get_their_own_events_and_share_what_concerns_all(
    means: Means, tmp_path: Path
) -> None:
    logs = RunLogs(means)
    for side in ("baseline", "candidate"):
        logs.heed(replace(BEGAN, run_id=side, side=side))
    logs.heed(replace(STARTED, origin="candidate:tiny/c00#1@tiny-v2"))
    logs.heed(BreakerMoved(model="m", state="open", because="5 of 5"))
    logs.heed(replace(OVER, side="baseline"))
    logs.heed(BreakerMoved(model="m", state="closed", because="it answers"))
    logs.close()
    names = {side: [line["event"] for line in lines(tmp_path, side)] for side in ("baseline", "candidate")}
    assert names["baseline"] == ["run_began", "breaker_moved", "run_ended"]
    assert names["candidate"] == ["run_began", "attempt_started", "breaker_moved", "breaker_moved"]


@pytest.mark.parametrize("kind", get_args(Event))
def test_every_kind_of_event_is_a_line(
    kind: type[Event], means: Means, tmp_path: Path, said: list[str]
) -> None:
    logs = RunLogs(means)
    if kind is not RunBegan:
        logs.heed(BEGAN)
    logs.heed(made_up(kind))
    logs.close()
    assert len(lines(tmp_path)) == (1 if kind is RunBegan else 2)
    assert said == []


def made_up(kind: type[Event]) -> Event:
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        first = (get_args(hint) or (hint,))[0]
        some = {Usd: FREE, Seconds: Seconds(1.0), int: 1, float: 1.0, str: "some", bool: True}
        values[name] = {"origin": WHO["origin"], "side": "", "run_id": "one"}.get(name, some.get(first, ()))
    assert values.keys() == {field.name for field in dataclasses.fields(kind)}
    return kind(**values)


def test_a_log_that_was_cut_by_a_kill_goes_on_on_a_new_line(means: Means, tmp_path: Path) -> None:
    log_path(tmp_path, "one").write_bytes(b'{"at":"x","event":"run_began"}\n{"at":"y","ev')
    logs = RunLogs(means)
    for event in (BEGAN, OVER):
        logs.heed(event)
    log = read_log(log_path(tmp_path, "one"))
    assert [line["event"] for line in log.lines] == ["run_began", "run_began", "run_ended"]
    assert log.damaged == (2,)


@pytest.mark.parametrize("rest", ["", '{"event": "x"', "[1]", "\xff", "[" * 100_000])
def test_what_is_no_line_is_left_out_and_named(tmp_path: Path, rest: str) -> None:
    (tmp_path / "one.log").write_text('{"event":"run_began"}\n' + rest, encoding="latin-1")
    log = read_log(tmp_path / "one.log")
    assert len(log.lines) == 1
    assert log.damaged == ((2,) if rest else ())


def test_a_full_disk_ends_the_log_and_not_the_run(means: Means, tmp_path: Path, said: list[str]) -> None:
    logs = RunLogs(means)
    logs.heed(BEGAN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = log_path(tmp_path, "one").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, hard))  # the system takes a part of the next line
    try:
        for event in (ENDED, SETTLED, DONE, OVER):
            logs.heed(event)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(said) == 1
    assert "the log of this run stops here (File too large); the run goes on" in said[0]
    log = read_log(log_path(tmp_path, "one"))
    assert [line["event"] for line in log.lines] == ["run_began"]
    assert log.damaged == ()


def test_a_folder_nobody_may_write_to_is_said_once(means: Means, tmp_path: Path, said: list[str]) -> None:
    logs = RunLogs(replace(means, runs=tmp_path / "gone"))
    for event in (BEGAN, ENDED, OVER):
        logs.heed(event)
    assert len(said) == 1
    assert "No such file" in said[0]


def test_a_line_nobody_can_write_ends_the_log_and_not_the_run(
    means: Means, tmp_path: Path, said: list[str]
) -> None:
    logs = RunLogs(means)
    for event in (BEGAN, replace(DONE, score=float("nan")), OVER):
        logs.heed(event)
    assert "ValueError" in said[0]
    assert len(lines(tmp_path)) == 1


def test_a_file_that_cannot_even_be_cut_says_both(
    means: Means, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> int:
        raise OSError(5, "Input/output error")

    logs = RunLogs(means)
    logs.heed(BEGAN)
    monkeypatch.setattr(os, "ftruncate", gone)
    logs.heed(replace(DONE, score=float("nan")))
    assert "ValueError; Input/output error" in said[0]


def test_an_origin_of_another_form_is_kept_as_it_is(means: Means, tmp_path: Path) -> None:
    logs = RunLogs(means)
    for event in (BEGAN, replace(STARTED, origin="somewhere else"), OVER):
        logs.heed(event)
    assert lines(tmp_path)[1]["trial"] == "somewhere else"


def test_nobody_s_log_is_looked_for_in_vain(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no log of any run yet"):
        find_log(tmp_path, None)
    (tmp_path / "one.log").touch()
    assert find_log(tmp_path, None) == find_log(tmp_path, "one") == tmp_path / "one.log"
    with pytest.raises(UsageError, match=r"run two: it has no log in .*; the newest that have: one"):
        find_log(tmp_path, "two")


def test_complaints_go_to_stderr(
    means: Means, tmp_path: Path, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    RunLogs(Means(runs=tmp_path / "gone", clock=clock, redactor=means.redactor)).heed(BEGAN)
    said = capsys.readouterr()
    assert said.out == ""
    assert "the run goes on" in said.err
