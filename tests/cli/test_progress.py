"""What is going on, only for those who look or listen."""

from __future__ import annotations

import argparse
import io
import json
import os
import pty
import sys
from pathlib import Path

import pytest

from harness.cli.progress import listening, progress, say_what_stops
from harness.errors import UsageError
from harness.events import nobody
from harness.settings import Settings, read_settings
from tests.progress.scenes import began, over, stopping


@pytest.fixture
def settings(tiny: Path) -> Settings:
    return read_settings(tiny, {})


def asked_for(events: str | None) -> argparse.Namespace:
    return argparse.Namespace(events=events)


def test_nobody_listens_unless_asked(settings: Settings) -> None:
    with listening(asked_for(None), settings) as emit:
        assert emit is nobody


def test_a_log_file_gets_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with progress("tiny", asked_for(None), settings, nobody) as emit:
        emit(began())
        emit(over(1))
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_terminal_is_drawn_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    outer, inner = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(inner, "w", encoding="utf-8") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        with progress("tiny", asked_for(None), settings, nobody) as emit:
            emit(began())
        drawn = os.read(outer, 65536)
        while b"tiny" not in drawn:  # a terminal hands out what is there, in pieces
            drawn += os.read(outer, 65536)
        assert drawn.startswith(b"\x1b[?25l")
    os.close(outer)


def test_whoever_presses_ctrl_c_is_told_what_that_did(capsys: pytest.CaptureFixture[str]) -> None:
    for event in (stopping(5.0), stopping(0.0), stopping(None, under_way=0), stopping(None, "unauthorized")):
        say_what_stops(event)
    assert capsys.readouterr().err.splitlines() == [
        "harness: stopping: 2 calls under way, at most 5 s; press Ctrl-C again to stop at once",
        "harness: stopped: 2 calls under way cancelled, what was answered is being saved",
        "harness: stopping: what was answered is being saved",
    ]


def test_events_go_to_the_file_that_was_named_in_a_folder_that_is_made(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "events.jsonl"
    args = asked_for(str(file))
    with listening(args, settings) as listener, progress("tiny", args, settings, listener) as emit:
        emit(began())
    assert [json.loads(line)["event"] for line in file.read_text().splitlines()] == ["run_began", "progress"]


def test_events_to_stderr_leave_no_room_for_a_drawing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        args = asked_for("-")
        with listening(args, settings) as listener, progress("tiny", args, settings, listener) as emit:
            emit(began())
    with os.fdopen(reader) as said:
        assert [json.loads(line)["event"] for line in said] == ["run_began", "progress"]


def test_a_file_that_cannot_be_opened_is_a_usage_error(settings: Settings, tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="Is a directory; choose another file"),
        listening(asked_for(str(tmp_path)), settings),
    ):
        pass


def test_a_disk_that_fills_up_is_said_once_and_changes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with listening(asked_for("/dev/full"), settings) as emit:
        for number in range(10):
            emit(over(number))
    assert capsys.readouterr().err == (
        "harness: --events /dev/full: No space left on device; events are missing there, and nothing else is\n"
    )


def test_a_stderr_that_went_away_is_not_told_about_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    said = io.StringIO()
    with os.fdopen(writer, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with listening(asked_for("-"), settings) as emit:
            emit(began())
            monkeypatch.setattr(sys, "stderr", said)
    assert said.getvalue() == ""
