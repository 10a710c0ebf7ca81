"""Events as JSON lines: whole, in order, redacted, and never in the way of a run."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.clock import SystemClock
from harness.events import Event
from harness.observe.redact import Redactor
from harness.progress import stream as module
from harness.progress.stream import Stream
from harness.units import Seconds
from tests.doubles import FakeClock
from tests.progress.scenes import MODEL, began, ended, moved, over, reserved, sent, settled, stopping, waits

SECRET = "hunter2-hunter2-hunter2"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    number = os.open(tmp_path / "events.jsonl", os.O_RDWR | os.O_CREAT)
    yield number
    os.close(number)


def written(file: int) -> list[dict[str, Any]]:
    text = os.pread(file, 10_000_000, 0).decode()
    assert text.endswith("\n") or not text
    return [json.loads(line) for line in text.splitlines()]


def told(file: int, *events: Event) -> list[dict[str, Any]]:
    """The lines of these events, written at once; the last is the snapshot."""
    stream = Stream(file, SystemClock(), Redactor([SECRET]))
    for event in events:
        stream.hear(event)
    assert stream.close() is None
    return written(file)


def test_each_event_is_a_line_with_its_time_its_run_and_its_own_keys(file: int) -> None:
    lines = told(file, began("baseline"), began("candidate"), sent(1, "candidate"), moved("open"))
    assert [line["event"] for line in lines] == [
        "run_began",
        "run_began",
        "attempt_started",
        "breaker_moved",
        "progress",
    ]
    assert [line["run"] for line in lines] == [
        "run-baseline",
        "run-candidate",
        "run-candidate",
        None,
        None,
    ]
    for line in lines:
        assert list(line)[:5] == ["schema", "at", "t", "run", "event"]
        assert line["schema"] == 1
        assert line["t"] >= 0
    assert lines[2]["attempt"] == 1
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)


def test_the_last_snapshot_says_what_it_all_came_to(file: int) -> None:
    events: list[Event] = [
        began(planned=3, kept=1),
        reserved(1),
        sent(1),
        settled(1, "0.002", "0.001"),
        over(1),
    ]
    waiting: list[Event] = [waits(2, "rate", 30.0), waits(3, "slot"), moved("open"), waits(4, "breaker", 9.0)]
    *_, last = told(file, *events, *waiting, stopping(5.0))
    assert last | {"at": "", "t": 0} == {
        "schema": 1,
        "at": "",
        "t": 0,
        "run": None,
        "event": "progress",
        "planned": 3,
        "done": 2,
        "runs": [
            {
                "side": "",
                "run": "run-alone",
                "planned": 3,
                "kept": 1,
                "answered": 1,
                "degraded": 0,
                "failed": 0,
                "skipped": 0,
                "measured": 0,
                "passed": 0,
                "ended": None,
            }
        ],
        "in_flight": 0,
        "waiting": [
            {"why": "breaker", "calls": 1, "longest_s": pytest.approx(9, abs=1)},
            {"why": "rate", "calls": 1, "longest_s": pytest.approx(30, abs=1)},
            {"why": "slot", "calls": 1, "longest_s": None},
        ],
        "circuits": [
            {
                "model": MODEL,
                "state": "open",
                "because": "5 of the last 9 calls failed, the last with overloaded",
                "probe_in_s": pytest.approx(9, abs=1),
            }
        ],
        "reasons": {},
        "retries": 0,
        "spent_usd": "0.002",
        "uncertain_usd": "0.001",
        "reserved_usd": "0",
        "budget_usd": "2",
        "left_s": None,
        "left_is_least": False,
        "stopping": {"why": "interrupted", "detail": "", "at_most_s": pytest.approx(5, abs=1)},
    }


def test_a_snapshot_without_trouble_has_nothing_to_tell_of_it(file: int) -> None:
    *_, last = told(file, began(budget=None), moved("open"), waits(1, "rate", 8.0))
    assert (last["budget_usd"], last["stopping"], last["left_is_least"]) == (None, None, True)
    assert last["left_s"] == pytest.approx(8, abs=1)
    assert last["circuits"][0]["probe_in_s"] is None


def test_a_secret_is_taken_out_and_what_cannot_be_seen_is_spelled_out(file: int) -> None:
    because = f"{SECRET} \u202e ##[error]"
    moved_line = told(file, began(), moved("open", because))[1]
    text = os.pread(file, 100_000, 0).decode()
    assert SECRET not in text
    assert "\u202e" not in text
    assert "##[" not in text
    assert moved_line["because"].startswith("[REDACTED:value:")
    assert moved_line["because"].endswith("\u202e ##[error]")


def test_a_reader_that_went_away_is_told_of_once_and_costs_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = Stream(writer, SystemClock(), Redactor())
    for _ in range(3):
        stream.hear(began())
    assert stream.close() == "Broken pipe"
    os.close(writer)


def test_a_full_disk_is_told_of() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    stream = Stream(full, SystemClock(), Redactor())
    stream.hear(began())
    assert stream.close() == "No space left on device"
    os.close(full)


def test_a_reader_that_is_too_slow_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2000)
    monkeypatch.setattr(module, "_PATIENCE", Seconds(0.1))
    reader, writer = os.pipe()
    stream = Stream(writer, SystemClock(), Redactor())
    for _ in range(5000):
        stream.hear(began())
    assert stream.close() == "whoever reads them is too slow"
    drained = threading.Thread(target=_drain, args=(reader,))
    drained.start()
    stream.close()
    os.close(writer)
    drained.join()
    os.close(reader)


def _drain(reader: int) -> None:
    while os.read(reader, 65536):
        pass


def test_snapshots_come_with_news_and_as_a_sign_of_life(file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY", Seconds(3600.0))
    clock = FakeClock()
    stream = Stream(file, clock, Redactor())

    def snapshots(after: float, *events: Event) -> int:
        clock.advance(after)
        for event in events:
            stream.hear(event)
        stream._write()
        return sum(line["event"] == "progress" for line in written(file))

    assert snapshots(0.5) == 0
    assert snapshots(0.1, began()) == 0
    assert snapshots(0.5) == 1  # a second after the beginning
    assert snapshots(0.5, sent(1)) == 1
    assert snapshots(0.5) == 2
    assert snapshots(5.0) == 2
    assert snapshots(5.0) == 3  # nothing new, but alive
    assert snapshots(0.1, ended()) == 3
    assert snapshots(0.9) == 4
    assert snapshots(20.0) == 4  # it is over
    assert stream.close() is None
