"""Verdicts to wherever they were asked for: the terminal, JSON, a page, a comment, JUnit, GitHub."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from harness.cli.console import check_writable, in_colour, say, tell, tell_json, width, write
from harness.github import summarise
from harness.pipeline.comparing import Compared
from harness.settings import Settings
from harness.units import Json


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """`--html`, `--junit`, `--markdown` and `--json`."""
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report here, as one page")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML here")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write a pull request comment here")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")


def check_outputs(args: argparse.Namespace) -> None:
    """Raise UsageError for a file that could not be written later on."""
    for path in (args.html, args.junit, args.markdown):
        if path is not None:
            check_writable(cast("Path", path))


def publish(compared: Sequence[Compared], args: argparse.Namespace, settings: Settings) -> None:
    """Write and print everything that was asked for. Files are written before anything is printed."""
    from harness.report import html, junit, markdown, terminal
    from harness.report.overview import make_overview

    page = cast("Path | None", args.html)
    views = [each.view(report=None if page is None else str(page)) for each in compared]
    if page is not None:
        write(page, html.render(views[0]))
    if args.junit is not None:
        write(cast("Path", args.junit), junit.render(views))
    if args.markdown is not None:
        write(cast("Path", args.markdown), markdown.comment(make_overview(views)))
    try:
        summarise(settings, views)
    except OSError as error:
        say(f"harness: the step's summary cannot be written ({error.strerror})")
    if args.json:
        documents: list[Json] = [each.document() for each in compared]
        tell_json(documents[0] if len(documents) == 1 else documents)
        return
    for view in views:
        tell(terminal.render(view, width=width(), colour=in_colour(no_color=settings.no_color)))
