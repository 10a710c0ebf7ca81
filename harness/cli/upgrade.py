"""`harness upgrade`: every suite on the model that runs now, and on another one."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from harness.call.tab import Tab
from harness.cli import choices
from harness.cli.console import check_writable, say, tell, tell_json, verdict_stands, write
from harness.cli.ending import worst_of
from harness.cli.progress import add_events, listening, progress, say_of_several
from harness.cli.stopped import explain
from harness.cli.table import Column, number, room, table, text
from harness.clock import today
from harness.events import Emit
from harness.gate.verdict import EXIT_STATUS, Status
from harness.pipeline.comparing import Compared
from harness.pipeline.gating import Question, flags, gate_suite
from harness.pipeline.upgrading import Move, Moves, moves, upgrade_of
from harness.report.machines.upgrade import upgrade_document
from harness.report.markdown.upgrade import upgrade_comment
from harness.report.safe import term
from harness.report.views.upgrade import HEADS, Upgrade, facts
from harness.settings import Settings, check_budgets, read_settings
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree

_EPILOG = """\
What runs now is each suite's candidate; the same prompt version on the new model is judged against it. One suite that
regressed is enough to stop, so each is tested at its alpha divided by the number of suites.

exit status, of the worst suite:
  0 PASS   1 REGRESSED   2 usage or configuration error   3 INCONCLUSIVE   4 NOT_MEASURED

examples:
  harness upgrade --to sonnet-5-5                      every suite, from recordings
  harness upgrade --to sonnet-5-5 triage               one suite
  harness upgrade --to sonnet-5-5 --mode live --budget 20 --markdown upgrade.md
  harness upgrade --to sonnet-5-5 --html upgrade.html  all suites on one page, with every model known to the store
"""
_COLUMNS = (
    Column(head=HEADS[0]),
    text(HEADS[1]),
    Column(head=HEADS[2]),
    text(HEADS[3]),
    number(HEADS[4]),
    Column(head=HEADS[5]),
    Column(head=HEADS[6]),
    number(HEADS[7]),
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="*", help="suites to look at (default: every suite)")
    parser.add_argument("--to", required=True, metavar="MODEL", help="the pin, or route:NAME, to go to")
    choices.add_terms(parser)
    choices.add_selection(parser)
    choices.refuse_ladder(parser)
    parser.add_argument("--fresh", action="store_true", help="ask again even where a paid run is stored")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table here, as Markdown")
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write all suites here, as one page: advice, quality against cost, the worst cases of each",
    )
    parser.add_argument("--json", action="store_true", help="print every verdict as JSON")
    add_events(parser)


def run(args: argparse.Namespace) -> int:
    choices.check_no_ladder(args, "upgrade")
    settings = read_settings()
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    check_budgets(settings, project.models)
    for path in (args.markdown, args.html):
        if path is not None:
            check_writable(cast("Path", path))
    found = moves(project, cast("str", args.to), cast("list[str]", args.suite))
    fitting = [each for each in found.asked if not each.unfit]
    _tell_unfit(found)
    like = _question(args, settings, shared_by=max(1, len(fitting)))
    with listening(args, settings) as listener:
        compared = {each.suite: _ask(each, like, project, args, (settings, listener)) for each in fitting}
    upgrade = upgrade_of(found, project, compared, _status(found, compared))
    with verdict_stands():
        _write_files(upgrade, compared, args, settings)
        _publish(upgrade, args)
    runs = [info.run_id for each in compared.values() for info in (each.baseline, each.candidate)]
    explain(runs, settings, dict.fromkeys(runs, _again(like, found)))
    return EXIT_STATUS[upgrade.status]


def _question(args: argparse.Namespace, settings: Settings, *, shared_by: int) -> Question:
    """The terms all suites share; the suite and its variants are each move's own.

    One suite is enough to keep a model out, so together they must not cry wolf more often than one alone.
    """
    return Question(
        suite="",
        mode=choices.mode(args, settings),
        repeats=cast("int | None", args.repeats),
        budget=choices.budget(args),
        deadline=choices.deadline(args),
        tab=Tab(),
        selection=choices.selection(args),
        fresh=bool(args.fresh),
        shared_by=shared_by,
    )


def _again(like: Question, found: Moves) -> str:
    """The command that goes on where this one stopped."""
    suites = (shlex.quote(each.suite) for each in found.asked)
    return f"harness upgrade --to {shlex.quote(found.to)} {' '.join(suites)}{flags(like)}"


def _tell_unfit(found: Moves) -> None:
    """Before anything is sent: whoever pays for the others should know that they are not all."""
    for each in found.asked:
        for what in each.unfit:
            say(term(f"{each.suite}: {what}"))


def _ask(
    move: Move, like: Question, project: Project, args: argparse.Namespace, room_of: tuple[Settings, Emit]
) -> Compared:
    settings, listener = room_of
    with progress(move.suite, args, settings, listener) as emit:
        compared = gate_suite(move.question(like), project, None, settings, emit)
    say_of_several(compared, like.shared_by)
    return compared


def _status(found: Moves, compared: Mapping[str, Compared]) -> Status:
    refused = [Status.NOT_MEASURED] * (len(found.asked) - len(compared))
    return worst_of([*refused, *(each.verdict.status for each in compared.values())])


def _write_files(
    upgrade: Upgrade, compared: Mapping[str, Compared], args: argparse.Namespace, settings: Settings
) -> None:
    if args.markdown is not None:
        write(cast("Path", args.markdown), upgrade_comment(upgrade))
    if args.html is not None:
        from harness.pipeline.weighing import page_of
        from harness.report.page.upgrade import render_upgrade

        write(cast("Path", args.html), render_upgrade(page_of(upgrade, compared, settings)))
        say(term(f"report   {args.html}"))


def _publish(upgrade: Upgrade, args: argparse.Namespace) -> None:
    if args.json:
        tell_json(upgrade_document(upgrade))
        return
    tell(table(_COLUMNS, [each.cells for each in upgrade.rows], fit=room()))
    for each in upgrade.rows:
        if each.because:
            tell(term(f"{each.suite}: {each.because}"))
    for fact in facts(upgrade):
        tell(term(fact))
    if upgrade.synthetic:
        tell("replies are synthetic recordings")
