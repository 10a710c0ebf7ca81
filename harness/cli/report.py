"""`harness report`: what is stored of a run, or of two, as a page, a comment, JUnit or JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

from harness.cli.annotations import folder_of
from harness.cli.console import in_colour, tell, tell_json, width, write
from harness.cli.machine_files import write_run
from harness.cli.publish import add_outputs, check_outputs, publish, rerun_of
from harness.errors import UsageError
from harness.pipeline.comparing import compare_runs, stored_run
from harness.pipeline.gating import policy_of
from harness.pipeline.regrading import cases_of
from harness.pipeline.showing import run_document_of, run_view_of
from harness.record import RunInfo
from harness.settings import Settings, read_settings
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree

_EPILOG = """\
One run is shown as it is; two are compared, baseline first. Exit status 0 when the report was written,
whatever it says: use `harness compare` or `harness gate` to fail a build.

examples:
  harness report triage-v3 --html reports/triage-v3.html
  harness report triage-v1 triage-v3 --markdown comment.md
  harness report triage-v3 --junit reports/triage-v3.xml   a test case for every case of the run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("run", nargs="+", help="one run to show, or a baseline and a candidate")
    add_outputs(parser)


def run(args: argparse.Namespace) -> int:
    settings = read_settings()
    names = cast("list[str]", args.run)
    if len(names) > 2:
        raise UsageError(f"{len(names)} runs: name one to show it, or two to compare them")
    check_outputs(args)
    infos = [stored_run(name, settings) for name in names]
    if len(infos) == 1:
        _one(infos[0], args, settings)
        return 0
    project, suite = read_project(WorkingTree(settings.root), data_only=settings.data_only), infos[1].suite
    policy, cases = policy_of(project, suite), cases_of(suite, [project])
    compared = compare_runs(infos[0], infos[1], policy, settings, cases)
    publish([compared], args, settings, again=rerun_of(compared), annotate=False)
    return 0


def _one(info: RunInfo, args: argparse.Namespace, settings: Settings) -> None:
    from harness.report.page import html
    from harness.report.text import terminal

    if args.markdown is not None or args.explain:
        raise UsageError("--markdown and --explain show a comparison; name a baseline and a candidate")
    page = cast("Path | None", args.html)
    view = run_view_of(info, settings, report=None if page is None else str(page))
    if page is not None:
        write(page, html.render_run(view))
    write_run(view, args, folder_of(settings))
    if args.json:
        tell_json(run_document_of(info, settings))
    else:
        tell(terminal.render_run(view, width=width(), colour=in_colour(no_color=settings.no_color)))
