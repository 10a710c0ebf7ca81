"""What every command says of itself, and completion."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.cli.main import COMMANDS
from tests.cli.conftest import Type

VERBS = {
    "prompts": ("list", "show", "diff", "lock"),
    "models": ("list", "check"),
    "baseline": ("bless", "measure", "list", "show", "expire", "stale"),
    "import": ("results", "labels"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_line_about_itself_and_an_example(name: str, typed: Type) -> None:
    said = typed(name, "--help")
    assert said.status == 0
    assert COMMANDS[name][1][1:] in " ".join(said.out.split())
    assert f"  harness {name}" in said.out


@pytest.mark.parametrize(("name", "verb"), [(name, verb) for name, verbs in VERBS.items() for verb in verbs])
def test_every_verb_has_an_example(name: str, verb: str, typed: Type) -> None:
    said = typed(name, verb, "--help")
    assert said.status == 0
    assert f"example:\n  harness {name} {verb}" in said.out


@pytest.mark.parametrize(
    "argv", [["prompts"], ["prompts", "lst"], ["export", "v_runs"], ["completion", "fish"]]
)
def test_a_wrong_command_line_is_a_usage_error(argv: list[str], typed: Type) -> None:
    said = typed(*argv)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("usage: harness ")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_completion_script_knows_commands_verbs_and_flags(shell: str, typed: Type) -> None:
    script = typed("completion", shell).out
    assert all(word in script for word in ("baseline", "bless", "--fail-within"))


def test_tcsh_knows_commands_and_verbs(typed: Type) -> None:
    script = typed("completion", "tcsh").out
    assert all(word in script for word in ("baseline", "bless"))


def test_bash_can_read_its_script(typed: Type) -> None:
    script = typed("completion", "bash").out
    subprocess.run(
        ["/bin/sh", "-c", "command -v bash >/dev/null || exit 0; exec bash -n"],
        input=script,
        text=True,
        check=True,
    )


def test_without_the_extra_the_remedy_is_named(typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    said = typed("completion", "bash")
    assert said.status == 2
    assert "pip install 'prompt-harness[completion]'" in said.err
