"""The way in and the way out: finds the subcommand, runs it, and turns what it raises into an exit status.

Only this module ends the process, and only the subcommand that was asked for is imported: `harness check`
must feel instant, so it cannot pay for the SDK or for DuckDB.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import re
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn, Protocol, cast

from harness import __version__
from harness.cli.console import all_told, say, speak_plainly
from harness.errors import FilesRejected, HarnessError, Interrupted, UsageError


class Command(Protocol):
    """What a module of this package has to offer. Both functions, nothing else."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the result is the exit status."""
        ...


COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "a working project in an empty folder"),
    "check": ("check", "validate every file offline: all mistakes at once, nothing is sent"),
    "plan": ("plan", "what a run would ask and cost, and the smallest change it could see"),
    "calibrate": ("calibrate", "what a suite's gate does where nothing changed: its false alarms, its noise"),
    "run": ("run", "ask one variant of a prompt every case of a suite"),
    "grade": ("grade", "the replies of a stored run, graded once more by the cases and graders of today"),
    "compare": ("compare", "two recorded runs, case by case"),
    "gate": ("gate", "run both sides, compare, decide: the command for CI"),
    "upgrade": ("upgrade", "every suite on the model that runs now and on another one"),
    "report": ("report", "a stored run or comparison as HTML, Markdown, JUnit or JSON"),
    "show": ("show", "one case with both answers side by side, or the cases of a suite, worst first"),
    "baseline": ("baseline", "measure, bless, show and expire baselines"),
    "prompts": ("prompts", "list, diff and lock prompt versions"),
    "models": ("models", "list and check model pins: lifecycle, prices, capabilities"),
    "history": ("history", "how a suite did over time"),
    "log": ("log", "what happened in a run, in order: waits, attempts, faults, costs, outcomes"),
    "sql": ("sql", "read-only SQL over the documented views"),
    "export": ("export", "stored rows as Parquet, CSV or JSON lines"),
    "import": ("importing", "results that somebody else graded, as a run, and labels of people"),
    "harvest": ("harvest", "production logs as proposed cases, for a person to decide on"),
    "audit": ("audit", "who did what in this project, and whether the trail of it was changed"),
    "scan": ("scan", "look for secrets in fixtures, reports, logs and prompts"),
    "rebuild": ("rebuild", "make the store again from the journals of all runs"),
    "completion": ("completion", "a completion script for your shell"),
}

_STATUS = """\
exit status:
  0 PASS   1 REGRESSED   2 usage or configuration error   3 INCONCLUSIVE   4 NOT_MEASURED
  70 a bug of ours   130 interrupted, 143 terminated: partial results kept

example:
  harness gate triage --candidate v3 --html reports/triage-v3.html
"""


def entry() -> NoReturn:
    """The console script."""
    speak_plainly()
    try:
        status = main(sys.argv[1:])
    except SystemExit as said:  # argparse, for `--help` and usage
        status = said.code if isinstance(said.code, int) else 0
    sys.exit(all_told(status))


def main(argv: Sequence[str]) -> int:
    """Run one command line and give its exit status. Raises nothing but SystemExit, for `--help` and usage."""
    try:
        return _dispatch(argv)
    except KeyboardInterrupt:
        _complain("harness: interrupted")
        return Interrupted.exit_status
    except Exception as error:  # noqa: BLE001 - the last line of defence: a report instead of a bare traceback
        return _explain(error, argv)


def _explain(error: Exception, argv: Sequence[str]) -> int:
    if isinstance(error, FilesRejected):
        return _rejected(error)
    if isinstance(error, HarnessError) and error.exit_status != HarnessError.exit_status:
        _complain(f"harness: {error}")
        return error.exit_status
    return _bug(argv)


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one subcommand, with its arguments."""
    module, summary = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"harness {name}",
        description=summary[0].upper() + summary[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _command(module).configure(parser)
    return parser


def top_parser() -> argparse.ArgumentParser:
    """The parser of `harness` itself; its subcommands have no arguments here."""
    parser = argparse.ArgumentParser(
        prog="harness",
        description="Regression tests for prompts and models.",
        epilog=_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True, title="commands")
    for name, (_module, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary)
    return parser


def _dispatch(argv: Sequence[str]) -> int:
    if not argv:
        top_parser().print_help(sys.stderr)
        return UsageError.exit_status
    name = argv[0]
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        if near:
            raise UsageError(f"there is no command {name!r}; did you mean {near[0]!r}?")
        top_parser().parse_args(argv)
    parser = parser_of(name)
    args, unknown = parser.parse_known_args(argv[1:])
    if unknown:
        flags = re.findall(r"--[a-z-]+", parser.format_help())
        near = difflib.get_close_matches(unknown[0].partition("=")[0], flags, n=1)
        parser.error(
            f"unrecognized arguments: {_without_secrets(' '.join(unknown))}"
            + (f"; did you mean {near[0]}?" if near else "")
        )
    return _command(COMMANDS[name][0]).run(args)


def _command(module: str) -> Command:
    return cast("Command", importlib.import_module(f"harness.cli.{module}"))


def _rejected(rejected: FilesRejected) -> int:
    for problem in rejected.problems:
        _complain(str(problem))
    files = len({problem.place.file for problem in rejected.problems})
    _complain(f"{_count(len(rejected.problems), 'problem')} in {_count(files, 'file')}, nothing was sent.")
    return rejected.exit_status


def _complain(text: str) -> None:
    """To stderr, made harmless: a message may quote what a file, a query or a model says, and a key with it."""
    from harness.report.safe import term_block

    for line in term_block(_without_secrets(text)):
        say(line)


def _without_secrets(text: str) -> str:
    from harness.observe.redact import Redactor
    from harness.settings import secrets_in

    return Redactor(secrets_in()).redact_text(text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _bug(argv: Sequence[str]) -> int:
    """Say that it is our fault, in a form that can be pasted into a report."""
    _complain(
        "harness: a bug of ours; what was finished is kept. Please report the lines below.\n\n"
        f"- version: harness {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n"
        f"- command: harness {' '.join(argv)}\n\n```\n{traceback.format_exc()}```"
    )
    return HarnessError.exit_status
