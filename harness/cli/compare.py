"""`harness compare`: two recorded runs, case by case."""

from __future__ import annotations

import argparse
from typing import cast

from harness.cli import choices
from harness.cli.ending import ending
from harness.cli.publish import add_outputs, publish
from harness.pipeline.comparing import compare_runs, stored_run
from harness.pipeline.gating import policy_of
from harness.pipeline.regrading import cases_of
from harness.settings import read_settings
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
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("baseline", help="the run to compare with")
    parser.add_argument("candidate", help="the run to judge")
    choices.refuse_ladder(parser)
    add_outputs(parser)


def run(args: argparse.Namespace) -> int:
    choices.check_no_ladder(args, "compare")
    settings = read_settings()
    baseline = stored_run(cast("str", args.baseline), settings)
    candidate = stored_run(cast("str", args.candidate), settings)
    project = read_project(WorkingTree(settings.root))
    policy, cases = policy_of(project, candidate.suite), cases_of(candidate.suite, [project])
    compared = compare_runs(baseline, candidate, policy, settings, cases)
    publish([compared], args, settings)
    return ending([compared])
