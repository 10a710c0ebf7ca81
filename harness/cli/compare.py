"""`harness compare`: two recorded runs, case by case."""

from __future__ import annotations

import argparse
from typing import cast

from harness.cli import choices
from harness.cli.console import say
from harness.cli.ending import ending
from harness.cli.publish import add_outputs, check_outputs, publish, rerun_of
from harness.errors import UsageError
from harness.pipeline.comparing import Compared, compare_runs, stored_run
from harness.pipeline.gating import policy_of
from harness.pipeline.recomputing import recompute_verdict
from harness.pipeline.regrading import cases_of
from harness.report.safe import term
from harness.settings import Settings, read_settings
from harness.store.decisions import find_verdict
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree

_EPILOG = """\
A run is named by its id, by a unique beginning of its id, or by the name it was imported under.
Nothing is asked; the policy is that of the candidate's suite, or the default one for imported suites.

exit status:
  0 PASS   1 REGRESSED   2 usage or configuration error   3 INCONCLUSIVE   4 NOT_MEASURED

examples:
  harness compare triage-v1-opus-5-5-20261121T1314 triage-v3
  harness import results before.parquet --suite bfcl --run before
  harness import results after.parquet --suite bfcl --run after
  harness compare before after --json
  harness compare --verdict 3f2a91c04b7e     what was decided once, decided again from the same rows
  harness compare before after --explain       every number, to check it by hand
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("baseline", nargs="?", help="the run to compare with")
    parser.add_argument("candidate", nargs="?", help="the run to judge")
    parser.add_argument(
        "--verdict",
        metavar="ID",
        help="decide this stored verdict again, and check that it comes out bit for bit as it was (ids: `harness history SUITE --json`)",
    )
    choices.refuse_ladder(parser)
    add_outputs(parser)
    choices.add_data_only(parser)


def run(args: argparse.Namespace) -> int:
    choices.check_no_ladder(args, "compare")
    check_outputs(args)
    settings = choices.trusting(read_settings(), args)
    project = read_project(WorkingTree(settings.root), data_only=settings.data_only)
    compared = _again(args, settings, project) if args.verdict else _compared(args, settings, project)
    publish([compared], args, settings, again=rerun_of(compared))
    return ending([compared])


def _compared(args: argparse.Namespace, settings: Settings, project: Project) -> Compared:
    if args.candidate is None:
        raise UsageError(
            "which two runs? write harness compare BASELINE CANDIDATE, or harness compare --verdict ID"
        )
    baseline = stored_run(cast("str", args.baseline), settings)
    candidate = stored_run(cast("str", args.candidate), settings)
    policy, cases = policy_of(project, candidate.suite), cases_of(candidate.suite, [project])
    return compare_runs(baseline, candidate, policy, settings, cases)


def _again(args: argparse.Namespace, settings: Settings, project: Project) -> Compared:
    if args.baseline is not None:
        raise UsageError(f"--verdict {args.verdict} says which runs; leave {args.baseline} out")
    stored = find_verdict(settings.store, cast("str", args.verdict))
    compared = recompute_verdict(stored.verdict_id, settings, cases_of(stored.suite, [project]))
    say(term(f"verdict {stored.verdict_id[:12]} of {stored.decided_at:%Y-%m-%d %H:%M} comes out as it was"))
    return compared
