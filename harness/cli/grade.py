"""`harness grade`: the replies of stored runs, graded once more."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import cast

from harness.cli.console import tell, tell_json, verdict_stands
from harness.cli.table import number, room, table, text
from harness.clock import today
from harness.gate.verdict import EXIT_STATUS, Status
from harness.pipeline.grading import GradedAgain, Moved, grade_again
from harness.report.safe import term
from harness.report.words import count, percent
from harness.settings import read_settings
from harness.store.read import run_totals
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.units import Json

_EPILOG = """\
Sends nothing and costs nothing: the replies are those that were kept. Each run becomes a new run, graded by the cases and
graders as they are now, and stays as it was itself. Replies to cases that ask something else now are left out, and listed.
Give both sides of a comparison, so that both are held to the same expectations.

exit status: 0 every answer has a score, 4 some have none (a grader or a judge could not grade them), 2 usage

examples:
  harness grade triage-v2-opus-5-5-20261121T131415-3f2a
  harness grade triage-v1 triage-v2               the beginning of an id will do; the next command compares them
"""
_SHOWN = 10


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("run", nargs="+", help="a stored run, by its id or the beginning of it")
    parser.add_argument("--json", action="store_true", help="print what came of it as JSON")


def run(args: argparse.Namespace) -> int:
    settings = read_settings()
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    graded = [grade_again(name, project, settings) for name in cast("list[str]", args.run)]
    with verdict_stands():
        if args.json:
            listed: list[Json] = [_document(each) for each in graded]
            tell_json(listed[0] if len(listed) == 1 else listed)
        else:
            for each in graded:
                before, after = (
                    run_totals(settings.store, info.run_id).mean_score for info in (each.of, each.info)
                )
                _show(each, before, after)
            tell(_next(graded))
    whole = all(each.unmeasured == 0 for each in graded)
    return EXIT_STATUS[Status.PASS if whole else Status.NOT_MEASURED]


def _document(graded: GradedAgain) -> dict[str, Json]:
    return {
        "run_id": graded.info.run_id,
        "graded_from": graded.of.run_id,
        "suite": graded.info.suite,
        "trials": graded.trials,
        "unmeasured": graded.unmeasured,
        "moved": [
            {"case": each.case_id, "repeat": each.repeat, "before": each.before, "after": each.after}
            for each in graded.moved
        ],
        "left_out": dict(graded.left_out),
        "graders": [{"grader": name, "before": was, "after": now} for name, was, now in graded.graders],
    }


def _show(graded: GradedAgain, before: float | None, after: float | None) -> None:
    tell(f"{term(graded.of.run_id)}\n  -> {term(graded.info.run_id)}")
    tell(
        f"{count(graded.trials, 'trial')}, {percent(before)} before, {percent(after)} now; "
        f"{count(len(graded.moved), 'score')} moved, nothing was sent"
    )
    for name, was, now in graded.graders:
        tell(f"grader {term(name)}: {term(was)}, now {term(now)}")
    if graded.unmeasured:
        tell(
            f"{count(graded.unmeasured, 'answer')} could not be graded: harness report {shlex.quote(graded.info.run_id)}"
        )
    for case, why in list(graded.left_out.items())[:_SHOWN]:
        tell(f"left out: {term(case)}, {why}")
    if len(graded.left_out) > _SHOWN:
        tell(f"left out: {len(graded.left_out) - _SHOWN} more")
    if graded.moved:
        tell("\n" + _moves(graded.moved))
    tell("")


def _moves(moved: Sequence[Moved]) -> str:
    rows = [
        (term(each.case_id), str(each.repeat), _score(each.before), _score(each.after))
        for each in moved[:_SHOWN]
    ]
    more = f"\n... {len(moved) - _SHOWN} more (--json lists them)" if len(moved) > _SHOWN else ""
    return table((text("case"), number("repeat"), number("before"), number("now")), rows, fit=room()) + more


def _score(score: float | None) -> str:
    return "none" if score is None else f"{score:.3g}"


def _next(graded: Sequence[GradedAgain]) -> str:
    ids = " ".join(shlex.quote(each.info.run_id) for each in graded)
    return f"next     harness {'compare' if len(graded) == 2 else 'report'} {ids if len(graded) <= 2 else graded[0].info.run_id}"
