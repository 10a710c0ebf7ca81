"""`harness calibrate --judge`: how far a judge agrees with people, and what moves it besides the answer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

from harness.cli import choices
from harness.cli.console import say, tell, tell_json
from harness.cli.table import Column, number, room, table, text
from harness.errors import UsageError
from harness.pipeline.calibrating_judge import CalibratingJudge, JudgeCalibrated, calibrate_named
from harness.report.machines.judges import calibration_document
from harness.report.safe import term
from harness.report.views.judge_words import calibration_rows
from harness.report.words import count
from harness.settings import check_budgets, read_settings
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.units import Json
from harness.wiring import Terms

_HEADS = (Column(head="measured"), number("size (95 %)"), text("which is"))
_OF_SUITES = ("suite", "repeats", "threshold")
_OF_JUDGES = ("labels", "where", "cut", "mode", "budget")


def configure(parser: argparse.ArgumentParser) -> None:
    given = parser.add_argument_group("calibrating a judge")
    given.add_argument("--judge", metavar="NAME", help="hold this judge against people's labels instead")
    given.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="labelled answers, .parquet, .csv or .jsonl (default: those imported for --run)",
    )
    given.add_argument("--where", metavar="SQL", help="only rows of the file that meet this condition")
    given.add_argument(
        "--cut", type=float, metavar="SCORE", help="from which score on an answer is good (default: 0.5)"
    )
    given.add_argument(
        "--mode", metavar="MODE", help="how it is asked: replay (recordings, the default), live or record"
    )
    given.add_argument("--budget", metavar="USD", help="spend at most this")


def refuse(args: argparse.Namespace) -> None:
    """Raise UsageError for flags of one calibration beside the other."""
    judge = cast("str | None", args.judge)
    others = _OF_JUDGES if judge is None else _OF_SUITES
    named = [name if name == "suite" else f"--{name}" for name in others if getattr(args, name) is not None]
    if named:
        other = "a judge (add --judge NAME)" if judge is None else "a suite (leave out --judge)"
        raise UsageError(f"{', '.join(named)}: only for calibrating {other}")


def run(args: argparse.Namespace) -> int:
    refuse(args)
    cut = cast("float | None", args.cut)
    if cut is not None and not 0 < cut <= 1:
        raise UsageError(f"--cut {cut:g}: must be above 0 and at most 1, like 0.5")
    if args.labels is not None and args.run is not None:
        raise UsageError("--labels and --run: labels come from a file or from a run; name one")
    settings = read_settings()
    asked = CalibratingJudge(
        judge=cast("str", args.judge),
        file=cast("Path | None", args.labels),
        where=cast("str | None", args.where),
        run=cast("str | None", args.run),
        cut=0.5 if cut is None else cut,
        terms=Terms(mode=choices.mode(args, settings), budget=choices.budget(args)),
    )
    project = read_project(WorkingTree(settings.root), data_only=settings.data_only)
    check_budgets(settings, project.models)
    done = calibrate_named(asked, project, settings)
    if args.json:
        tell_json(document(done))
    else:
        _show(done)
    return 0


def document(done: JudgeCalibrated) -> dict[str, Json]:
    """Everything that was found, for other programs."""
    return {
        "schema": 1,
        "judge": done.judge,
        "identity": done.identity,
        "source": done.source,
        "earlier": None if done.before is None else done.before.isoformat(),
        **calibration_document(done.found),
    }


def _show(done: JudgeCalibrated) -> None:
    found = done.found
    what = f"{count(found.judgings, 'judging')} of {count(found.items, 'answer')}, {found.labelled:,} of them labelled and scored"
    tell(term(f"judge {done.judge}   {what}   {done.identity or 'not in prompts/judges.yaml'}"))
    if done.was_another:
        tell("  its prompt, model or scale was another one when it was calibrated last")
    tell(f"  {_verdict(done)}")
    tell("\n" + table(_HEADS, calibration_rows(found), fit=room()))
    if not done.identity:
        say("kept under its name; a gate only knows judges of prompts/judges.yaml")


def _verdict(done: JudgeCalibrated) -> str:
    found = done.found
    if found.lacking:
        return f"not calibrated: {found.lacking}"
    return "calibrated: it agrees with people more than chance would; `gate: {judges: calibrated}` lets it decide"
