"""The way in and the way out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli import main as way_in
from harness.cli.main import COMMANDS, entry, main, parser_of, top_parser
from tests.cli.conftest import Type
from tests.projects import ROOT, environment


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, typed: Type) -> None:
    said = typed(name, "--help")
    assert said.status == 0
    assert f"harness {name}" in said.out


def test_the_top_lists_every_command_and_the_exit_statuses(typed: Type) -> None:
    said = typed("--help")
    assert all(name in said.out for name in COMMANDS)
    assert "4 NOT_MEASURED" in said.out
    assert top_parser().prog == "harness"
    assert parser_of("gate").prog == "harness gate"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["gaet"], "did you mean 'gate'?"),
        (["xyzzy"], "invalid choice"),
        ([], "usage: harness"),
        (["--nosuch"], "required: command"),
        (["gate", "--candidat", "v3"], "unrecognized arguments: --candidat; did you mean --candidate?"),
        (["gate", "--zzz"], "unrecognized arguments: --zzz\n"),
    ],
)
def test_a_slip_of_the_pen_is_a_usage_error(typed: Type, argv: list[str], words: str) -> None:
    said = typed(*argv)
    assert said.status == 2
    assert words in said.err


def test_mistakes_in_files_are_listed_and_counted(tiny: Path, typed: Type) -> None:
    suite = tiny / "evals/tiny.yaml"
    suite.write_text(suite.read_text("utf-8").replace("baseline", "basline"), "utf-8")
    said = typed("gate")
    assert said.status == 2
    assert said.err.splitlines()[-1].endswith("in 1 file, nothing was sent.")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command with a bug, and one that is interrupted."""
    package = ROOT / "tests/cli"
    monkeypatch.setattr("harness.cli.__path__", [*sys.modules["harness.cli"].__path__, str(package)])
    monkeypatch.setitem(way_in.COMMANDS, "broken", ("a_broken_command", "breaks"))


def test_a_bug_of_ours_is_said_to_be_one_and_can_be_pasted(broken: None, typed: Type) -> None:
    said = typed("broken", "bug")
    assert said.status == 70
    assert "a bug of ours" in said.err
    assert "- command: harness broken bug" in said.err
    assert "ZeroDivisionError" in said.err


def test_a_report_of_a_bug_holds_no_key(broken: None, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SERVICE_TOKEN", "only-known-by-value")
    made_up = "sk-ant-" + "api03-" + "x1" * 30
    said = typed("broken", f"bug only-known-by-value {made_up}")
    assert "only-known-by-value" not in said.err
    assert made_up not in said.err
    assert "[REDACTED:value:" in said.err
    assert "[REDACTED:anthropic:" in said.err
    assert made_up not in typed("gate", "--key", made_up).err


def test_an_interrupt_before_anything_began_is_130(broken: None, typed: Type) -> None:
    said = typed("broken", "interrupt")
    assert (said.status, said.err) == (130, "harness: interrupted\n")


@pytest.mark.parametrize(("argv", "status"), [(["--version"], 0), (["chekc"], 2), (["gate", "--nosuch"], 2)])
def test_the_console_script_ends_with_the_status(
    monkeypatch: pytest.MonkeyPatch, argv: list[str], status: int
) -> None:
    monkeypatch.setattr(sys, "argv", ["harness", *argv])
    with pytest.raises(SystemExit) as ended:
        entry()
    assert ended.value.code == status


def test_a_text_as_exit_code_is_still_a_number() -> None:
    assert main(["completion", "bash"]) == 0


def test_python_m_harness_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "--version"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("harness ")
