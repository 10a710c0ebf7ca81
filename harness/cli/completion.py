"""`harness completion`: a script that completes commands and flags in a shell."""

from __future__ import annotations

import argparse
import importlib
from typing import cast

from harness.cli.console import tell
from harness.errors import UsageError

_SHELLS = ("bash", "zsh", "tcsh")
_EPILOG = """\
examples:
  harness completion bash > ~/.local/share/bash-completion/completions/harness
  harness completion zsh > "${fpath[1]}/_harness"
  harness completion tcsh | sudo tee /etc/profile.d/harness.completion.csh
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("shell", choices=_SHELLS)


def run(args: argparse.Namespace) -> int:
    try:
        import shtab
    except ImportError:
        raise UsageError(
            "completion scripts are written by shtab, which is not installed; "
            "`pip install 'prompt-harness[completion]'` adds it"
        ) from None
    tell(shtab.complete(_whole_parser(), args.shell))
    return 0


def _whole_parser() -> argparse.ArgumentParser:
    """Every command with its arguments: what the entry avoids building, since it imports every command."""
    from harness.cli.main import COMMANDS, Command

    parser = argparse.ArgumentParser(prog="harness")
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers()
    for name, (module, summary) in COMMANDS.items():
        command = cast("Command", importlib.import_module(f"harness.cli.{module}"))
        command.configure(commands.add_parser(name, help=summary))
    return parser
