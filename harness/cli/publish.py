"""Verdicts to wherever they were asked for: the terminal, JSON, a page, a comment, JUnit, GitHub."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from harness.cli.annotations import folder_of, verdict_commands
from harness.cli.console import check_writable, in_colour, say, tell, tell_json, width, write
from harness.cli.machine_files import add_machine_files, machine_files, write_verdicts
from harness.github import summarise
from harness.pipeline.comparing import Compared
from harness.report.views.parts import ReportView
from harness.report.views.pull import Pull
from harness.settings import Settings
from harness.units import Json

_EXPLAINED = 80
"""Columns of an explanation at most, so that it fits a terminal and a ticket alike."""


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """`--html`, `--markdown`, `--json` and `--explain`, and the files of `machine_files`."""
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write the report here, as one page; of several suites each beside it, with its name (FILE-SUITE)",
    )
    add_machine_files(parser)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write a pull request comment here")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.add_argument(
        "--explain", action="store_true", help="print every number of the verdict, and its formula"
    )


def check_outputs(args: argparse.Namespace) -> None:
    """Raise UsageError for a file that could not be written later on."""
    for path in _files(args):
        check_writable(path)


def _files(args: argparse.Namespace) -> tuple[Path, ...]:
    told = (cast("Path | None", each) for each in (args.html, args.markdown))
    return (*machine_files(args), *(each for each in told if each is not None))


def publish(
    compared: Sequence[Compared],
    args: argparse.Namespace,
    settings: Settings,
    *,
    again: str,
    annotate: bool = True,
) -> None:
    """Write and print everything that was asked for. Files are written before anything is printed.

    `again` is the command that gives the same verdicts again; `annotate` says whether a workflow shows the worst cases
    at their lines.
    """
    shown = settings.step_summary or settings.in_github
    if args.json and not (_files(args) or shown):
        _tell_documents(compared, explained=bool(args.explain))
        return
    pages = _pages(cast("Path | None", args.html), compared)
    views = [each.view(report=page) for each, page in zip(compared, pages, strict=True)]
    pull = _pull(views, settings, again)
    _write_files(views, pull, args)
    write_verdicts(views, args, folder_of(settings))
    try:
        summarise(settings, pull)
    except OSError as error:
        say(f"harness: the step's summary cannot be written ({error.strerror})")
    if args.json:
        _tell_documents(compared, explained=bool(args.explain))
    else:
        _tell_people(compared, views, args, (settings, again))
    if annotate and settings.in_github:
        for line in verdict_commands(pull, folder_of(settings)):
            say(line)


def _pages(path: Path | None, compared: Sequence[Compared]) -> list[str | None]:
    """Where the page of each goes: to `path`, or beside it under the names of the suites where there are several."""
    if path is None or len(compared) == 1:
        return [None if path is None else str(path) for _ in compared]
    return [str(path.with_name(f"{path.stem}-{each.candidate.suite}{path.suffix}")) for each in compared]


def rerun_of(compared: Compared) -> str:
    """The command that compares two stored runs once more."""
    return f"harness compare {shlex.quote(compared.baseline.run_id)} {shlex.quote(compared.candidate.run_id)}"


def _pull(views: Sequence[ReportView], settings: Settings, again: str) -> Pull:
    from harness.report.views.briefs import briefs_of
    from harness.report.views.pull import make_pull

    return make_pull(
        briefs_of(views),
        command=again,
        synthetic=any(view.synthetic for view in views),
        links=[("the run", settings.ci_run)] if settings.ci_run else [],
    )


def _write_files(views: Sequence[ReportView], pull: Pull, args: argparse.Namespace) -> None:
    from harness.report.markdown import comment as markdown
    from harness.report.page import html

    if args.html is not None:
        for view in views:
            write(Path(str(view.report)), html.render(view))
    if args.markdown is not None:
        write(cast("Path", args.markdown), markdown.comment(pull))


def _tell_people(
    compared: Sequence[Compared],
    views: Sequence[ReportView],
    args: argparse.Namespace,
    told_by: tuple[Settings, str],
) -> None:
    from harness.report.text import explained as explain_text
    from harness.report.text import terminal
    from harness.report.views.overview import make_overview

    settings, again = told_by
    colour = in_colour(no_color=settings.no_color)
    if args.explain:
        room = min(width(), _EXPLAINED)
        tell("\n".join(explain_text.render(each.explained(), width=room) for each in compared))
        return
    if len(views) > 1:
        overview = make_overview(views, command=again)
        tell(terminal.render_suites(overview, width=width(), colour=colour))
        return
    tell(terminal.render(views[0], width=width(), colour=colour))


def _document(compared: Compared, *, explained: bool) -> dict[str, Json]:
    """The verdict as JSON, with every number of it under `explain` where that is wanted."""
    from harness.report.explain.explanation import explanation_document

    document = compared.told()
    return {**document, "explain": explanation_document(compared.explained())} if explained else document


def _tell_documents(compared: Sequence[Compared], *, explained: bool) -> None:
    documents: list[Json] = [_document(each, explained=explained) for each in compared]
    tell_json(documents[0] if len(documents) == 1 else documents)
