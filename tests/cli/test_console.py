"""How commands talk, to terminals, pipes and files that may refuse."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli.console import (
    all_told,
    check_writable,
    in_colour,
    say,
    speak_plainly,
    tell,
    verdict_stands,
    width,
    write,
)
from harness.errors import UsageError
from tests.projects import environment

BIN = Path(sys.executable).parent


def shell(folder: Path, line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A line as a user types it, with the installed command on the path."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {line}"],
        cwd=folder, env=environment(PATH=path, **more), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["harness check --json | true", "harness --help | true", "harness --version >&-"],
)
def test_a_reader_that_went_away_is_no_error(tiny: Path, text: str) -> None:
    done = shell(tiny, text)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_verdict_survives_a_reader_that_went_away(tiny: Path) -> None:
    done = shell(tiny, "harness gate tiny --candidate v3 --json | head -1")
    assert (done.returncode, done.stdout, done.stderr) == (1, "{\n", "")


def test_mistakes_survive_a_reader_that_went_away(tiny: Path) -> None:
    assert shell(tiny, "harness chekc 2>&1 | true").returncode == 2


def test_output_that_is_lost_is_no_success(tiny: Path) -> None:
    done = shell(tiny, "harness check --json > /dev/full")
    assert done.returncode == 2
    assert "stdout cannot be written (No space left on device)" in done.stderr


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("harness gate tiny > /dev/full", 0),
        ("harness gate tiny --candidate v3 2> /dev/full > /dev/full", 1),
        ("harness gate tiny --candidate v5 >&- 2>&-", 4),
        ("harness run tiny --events /dev/full", 0),
    ],
)
def test_a_verdict_stands_wherever_its_words_are_lost(tiny: Path, line: str, status: int) -> None:
    done = shell(tiny, line)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_words_of_a_verdict_that_are_lost_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        Path("/dev/full").open("w", encoding="utf-8") as full,
        contextlib.redirect_stdout(full),
        verdict_stands(),
    ):
        tell("x" * 100_000)
    with nobody_listening(), verdict_stands():
        tell("short")
    said = capsys.readouterr().err
    assert said.count("stdout cannot be written (No space left on device)") == 1
    assert "the exit status still counts" in said


def test_short_words_of_a_verdict_that_are_lost_on_their_way_out_are_told_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with (
        Path("/dev/full").open("w", encoding="utf-8", buffering=10_000) as full,
        contextlib.redirect_stdout(full),
        verdict_stands(),
    ):
        tell("short")
    said = capsys.readouterr().err
    assert said.startswith("harness: stdout cannot be written (No space left on device)")
    assert said.endswith("; the exit status still counts\n")


def test_talk_on_a_full_disk_is_lost_and_nothing_else_is() -> None:
    full = Path("/dev/full").open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 - closed below
    with contextlib.closing(full), contextlib.redirect_stderr(full):
        say("one")
        say("two")


def test_characters_a_terminal_cannot_show_are_spelled_out(tiny: Path) -> None:
    done = shell(tiny, "harness run tiny --version v3 --case c00", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()


def in_terminal(columns: int, code: str, **more: str) -> str:
    """What Python code writes to a terminal this wide."""
    import fcntl
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=environment(**more),
        check=True,
    )
    os.close(inner)
    assert done.returncode == 0
    said = b""
    while True:
        try:
            said += os.read(outer, 4096)
        except OSError:
            break
    os.close(outer)
    return said.decode()


@pytest.mark.parametrize(("columns", "shown"), [(4, 20), (40, 40), (80, 80), (200, 120)])
def test_a_terminal_is_filled_up_to_a_bearable_width(columns: int, shown: int) -> None:
    code = "from harness.cli.console import width, in_colour; print(width(), in_colour(no_color=False))"
    assert in_terminal(columns, code).split() == [str(shown), "True"]


def test_a_pipe_looks_the_same_everywhere_and_is_not_coloured() -> None:
    assert width() == 100
    assert not in_colour(no_color=False)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write(tmp_path / "new" / "page.html", "old")
    write(tmp_path / "new" / "page.html", "new")
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["page.html"]
    assert (tmp_path / "new" / "page.html").read_text() == "new"


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(UsageError, match=r"cannot write .*page\.html"):
        write(tmp_path / "page.html", "new")
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


@contextlib.contextmanager
def nobody_listening() -> Iterator[None]:
    """A stdout and a stderr whose readers went away. (pytest swaps the streams, so this is no fixture.)"""
    with contextlib.ExitStack() as streams:
        for redirect in (contextlib.redirect_stdout, contextlib.redirect_stderr):
            reader, writer = os.pipe()
            os.close(reader)
            streams.enter_context(redirect(streams.enter_context(os.fdopen(writer, "w", encoding="ascii"))))
        yield


def test_talking_to_nobody_is_no_error() -> None:
    with nobody_listening():
        for _ in range(2):
            tell("x" * 100_000)
            say("x" * 100_000)
        tell("short")
        assert all_told(3) == 3


def test_the_last_words_to_nobody_are_no_error_either() -> None:
    with nobody_listening():
        speak_plainly()
        tell("short é")
        assert all_told(1) == 1


def test_a_long_text_that_is_lost_is_a_usage_error() -> None:
    with (
        Path("/dev/full").open("w", encoding="utf-8") as full,
        contextlib.redirect_stdout(full),
    ):
        with pytest.raises(UsageError, match="stdout cannot be written"):
            tell("x" * 100_000)
        assert all_told(0) == 0


@pytest.mark.parametrize(("status", "shown"), [(0, 2), (3, 3)])
def test_a_lost_text_turns_success_into_an_error_and_leaves_a_verdict(status: int, shown: int) -> None:
    full = Path("/dev/full").open("w", encoding="utf-8", buffering=10_000)  # noqa: SIM115 - closed below
    with contextlib.closing(full), contextlib.redirect_stdout(full):
        tell("short")
        assert all_told(status) == shown


def test_streams_that_the_shell_closed_are_replaced() -> None:
    with contextlib.redirect_stdout(None):
        speak_plainly()
        with contextlib.closing(sys.stdout):
            tell("nobody reads this")


def test_a_place_that_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "page.html")
    assert list((tmp_path / "new").iterdir()) == []
