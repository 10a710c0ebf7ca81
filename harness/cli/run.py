"""`harness run`: ask one variant every case of a suite."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import cast

from harness.cli import choices
from harness.cli.console import check_writable, in_colour, tell, tell_json, verdict_stands, width, write
from harness.cli.progress import add_events, listening, progress
from harness.cli.stopped import explain
from harness.clock import today
from harness.errors import UsageError
from harness.events import Emit
from harness.gate.verdict import EXIT_STATUS, Status
from harness.pipeline.choosing import looked_up
from harness.pipeline.degrading import ladder_of
from harness.pipeline.gating import VariantChoice, suite_of, variant_choice, variant_of
from harness.pipeline.running import resume_run, run_plans
from harness.pipeline.showing import run_document_of, run_view_of
from harness.plan import Plan, make_plan
from harness.record import RunInfo
from harness.settings import Settings, check_budgets, read_settings
from harness.store.journal import journal_path
from harness.store.past import read_journal
from harness.store.read import run_totals
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.route import MARK
from harness.suite.tree import WorkingTree
from harness.units import Usd
from harness.wiring import Terms

_EPILOG = """\
exit status: 0 every trial was measured, 4 some were not (see the accounting), 2 usage,
             130 interrupted, 143 terminated

examples:
  harness run triage                                       the suite's candidate, from recordings
  harness run triage --version v2 --model opus-5-5 --mode live --budget 1.50
  harness run triage --version v2 --route by-size          each case on the model prompts/routes.yaml names for it
  harness run triage --mode live --degrade-to haiku-5-5 --degrade-to cached   answer somehow, and say so
  harness run triage --version v2 --mode record            ask the API, and keep recordings to replay
  harness run --resume triage-v2-opus-5-5-20261121T131415-3f2a
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="?", help="the suite to ask")
    parser.add_argument(
        "--version", metavar="VERSION", help="prompt version (default: the suite's candidate)"
    )
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--model", metavar="MODEL", help="model pin (default: the suite's candidate)")
    asked.add_argument("--route", metavar="ROUTE", help="ask each case of the model this route names for it")
    choices.add_terms(parser)
    choices.add_selection(parser)
    add_events(parser)
    choices.add_ladder(parser)
    parser.add_argument("--resume", metavar="RUN", help="go on with a run that was cut short")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page of the answers here")
    parser.add_argument("--json", action="store_true", help="print what the run came to as JSON")
    choices.add_data_only(parser)


def run(args: argparse.Namespace) -> int:
    settings = choices.trusting(read_settings(), args)
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    check_budgets(settings, project.models)
    resumed = cast("str | None", args.resume)
    if args.html is not None:
        check_writable(cast("Path", args.html))
    info = _new(args, settings, project) if resumed is None else _resumed(resumed, args, settings, project)
    with verdict_stands():
        if args.json:
            tell_json(run_document_of(info, settings, resumed_from=resumed))
        else:
            _show(args, info, settings)
    explain([info.run_id], settings)
    totals = run_totals(settings.store, info.run_id)
    whole = totals.measured == totals.accounting.planned
    return EXIT_STATUS[Status.PASS if whole else Status.NOT_MEASURED]


def _show(args: argparse.Namespace, info: RunInfo, settings: Settings) -> None:
    from harness.report.page import html
    from harness.report.text import terminal

    page = cast("Path | None", args.html)
    view = run_view_of(info, settings, report=None if page is None else str(page))
    if page is not None:
        write(page, html.render_run(view))
    tell(terminal.render_run(view, width=width(), colour=in_colour(no_color=settings.no_color)))


def _new(args: argparse.Namespace, settings: Settings, project: Project) -> RunInfo:
    if args.suite is None:
        raise UsageError(f"which suite? there are: {', '.join(sorted(project.suites))}")
    suite = suite_of(project, cast("str", args.suite))
    choice = variant_choice(cast("str | None", args.version))
    model = cast("str | None", args.model) or (f"{MARK}{args.route}" if args.route else choice.model)
    name = VariantChoice(version=choice.version, model=model).over(suite.candidate)
    variant = variant_of(project, suite, name)
    plan = make_plan(
        suite,
        variant,
        repeats=cast("int | None", args.repeats),
        selection=looked_up(choices.selection(args), suite, variant, project, settings),
    )
    mode = choices.mode(args, settings)
    ladder = ladder_of(cast("list[str]", args.degrade_to), variant, mode, project, settings)
    budget, deadline = choices.budget(args), choices.deadline(args)
    terms = Terms(mode=mode, budget=budget, deadline=deadline, ladder=ladder)
    with _shown(suite.name, args, settings) as emit:
        [info] = run_plans([plan], terms, settings, emit)
    return info


def _resumed(run_id: str, args: argparse.Namespace, settings: Settings, project: Project) -> RunInfo:
    _refuse_to_change(run_id, args)
    path = journal_path(settings.runs, run_id)
    if not path.is_file():
        raise UsageError(f"run {run_id}: there is no such run in {path.parent}; give its whole id")
    info = read_journal(path).info
    if info.mode == "imported":
        raise UsageError(f"run {run_id} was imported; there is nothing to resume")
    if info.purpose in ("screen", "confirm", "rerun"):
        raise UsageError(
            f"run {run_id} is a part of a gate, which decides what is asked next; go on with: "
            f"harness gate {info.suite} --mode {info.mode}"
        )
    plan = _as_planned(info, project)
    cap = choices.budget(args) or _budget_given(info, plan)
    ladder = ladder_of(cast("list[str]", args.degrade_to), plan.variant, info.mode, project, settings)
    terms = Terms(mode=info.mode, budget=cap, deadline=choices.deadline(args), ladder=ladder)
    with _shown(info.suite, args, settings) as emit:
        return resume_run(run_id, plan, terms, settings, emit)


def _budget_given(info: RunInfo, plan: Plan) -> Usd | None:
    """What the run was given with `--budget`; None where it had its suite's own."""
    return None if info.budget == plan.suite.budget else info.budget


@contextlib.contextmanager
def _shown(suite: str, args: argparse.Namespace, settings: Settings) -> Generator[Emit]:
    with listening(args, settings) as listener, progress(suite, args, settings, listener) as emit:
        yield emit


def _refuse_to_change(run_id: str, args: argparse.Namespace) -> None:
    """A resumed run is what it was planned as; only its budget may grow, and what stands in for an answer change."""
    given = vars(args)
    fixed = [
        f"--{name}" for name in ("version", "model", "route", "repeats", "mode", "case", "tag") if given[name]
    ]
    fixed = [args.suite, *fixed] if args.suite is not None else fixed
    if fixed:
        raise UsageError(
            f"--resume {run_id} goes on as planned, so {', '.join(fixed)} cannot be chosen; leave it out, "
            "or start a new run"
        )


def _as_planned(info: RunInfo, project: Project) -> Plan:
    suite = suite_of(project, info.suite)
    name = VariantChoice(version=info.prompt_version, model=info.model).over(suite.candidate)
    return make_plan(suite, variant_of(project, suite, name), repeats=info.repeats)
