"""`harness check`: every mistake of every file at once, offline."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.cli import choices
from harness.cli.annotations import folder_of, workflow_commands
from harness.cli.console import say, tell, tell_json
from harness.cli.machine_files import write_check
from harness.clock import today
from harness.errors import FilesRejected, Problem
from harness.report.safe import term
from harness.report.words import count
from harness.settings import check_budgets, read_settings
from harness.suite.read import Check, WorkingTree, examine, find_root

_EPILOG = """\
exit status: 0 nothing wrong, 2 problems

example:
  harness check
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument(
        "--sarif", type=Path, metavar="FILE", help="write SARIF 2.1.0 here, for code scanning"
    )
    choices.add_data_only(parser)
    parser.add_argument("--quiet", action="store_true", help="say nothing when nothing is wrong")


def run(args: argparse.Namespace) -> int:
    data_only = bool(args.data_only) or _is_data_only()
    found = examine(WorkingTree(find_root(Path.cwd())), today(), data_only=data_only)
    of_settings, folder = _settings(found)
    warnings = (*found.warnings, *_missing(found))
    problems = tuple(sorted({*found.problems, *of_settings}))
    if args.sarif is not None:
        write_check(args.sarif, problems, warnings, folder or "")
    if args.json:
        tell_json(
            {
                "schema": 1,
                "problems": [_json(each) for each in problems],
                "warnings": [_json(each) for each in warnings],
                **_counts(found),
            }
        )
    elif problems:
        _complain(problems)
    elif not args.quiet:
        for each in warnings:
            say(term(f"warning: {each}"))
        tell(_fine(found))
    if folder is not None:
        for line in workflow_commands(problems, folder):
            say(line)
    return FilesRejected.exit_status if problems else 0


def _missing(found: Check) -> tuple[Problem, ...]:
    """What the experts of the suites need that is not here. Where none is asked, nothing of theirs is loaded."""
    if not found.asked:
        return ()
    from harness.experts.missing import missing

    return tuple(missing(found.asked))


def _is_data_only() -> bool:
    """What the settings say, where they can be read; their mistakes are told with those of the other files."""
    try:
        return read_settings().data_only
    except FilesRejected:
        return False


def _settings(found: Check) -> tuple[tuple[Problem, ...], str | None]:
    """The mistakes in `[tool.harness]`, and where the project lies for GitHub; None where it does not look."""
    folder = None
    try:
        settings = read_settings()
        folder = folder_of(settings) if settings.in_github else None
        if not found.problems:  # with a mistake among the pins, nobody knows which there are
            check_budgets(settings, found.pinned)
    except FilesRejected as rejected:
        return rejected.problems, folder
    return (), folder


def _complain(problems: Sequence[Problem]) -> None:
    for each in problems:
        say(term(str(each)))
    files = len({each.place.file for each in problems})
    say(f"{count(len(problems), 'problem')} in {count(files, 'file')}, nothing was sent.")


def _fine(found: Check) -> str:
    parts = (
        count(found.suites, "suite"),
        count(found.cases, "case"),
        count(found.prompts, "prompt version"),
        count(found.models, "model"),
        *([count(found.routes, "route")] if found.routes else []),
    )
    return f"{', '.join(parts)}: nothing wrong, nothing was sent."


def _counts(found: Check) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("suites", "cases", "prompts", "models", "routes")}


def _json(problem: Problem) -> dict[str, str | int]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "problem": problem.what,
        "remedy": problem.remedy,
    }
