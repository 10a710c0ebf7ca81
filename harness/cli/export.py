"""`harness export`: stored rows as a file for other tools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast, get_args

from harness.cli.console import say
from harness.errors import UsageError
from harness.pipeline.comparing import stored_run
from harness.pipeline.gating import policy_of
from harness.pipeline.regrading import cases_of
from harness.pipeline.tabling import compared_cases
from harness.report.safe import term
from harness.report.words import count
from harness.settings import read_settings
from harness.store.export import Form, export, export_rows
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree

_EPILOG = """\
WHAT is a run (its id, or a unique beginning of it: every trial with question and answer) or one of the views
v_runs, v_models, v_trials, v_answers, v_calls, v_grades, v_steps, v_case_history, v_flaky, v_cost_daily, v_verdicts,
v_bank. Of two runs, baseline first: every case with its change, and the score, cost, latency and tokens of both sides.

A CSV holds texts of models: where a spreadsheet would take one for a formula, an apostrophe stands before it. Parquet and
JSON lines have every text as it is; money is exact.

examples:
  harness export triage-v2 --to triage-v2.parquet
  harness export v_cost_daily --to costs.csv
  harness export triage-v2 triage-v3 --to cases.parquet
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("what", help="a run or a view")
    parser.add_argument("candidate", nargs="?", help="another run: then the cases of both, compared")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FILE", help="a file named .parquet, .csv or .jsonl"
    )


def run(args: argparse.Namespace) -> int:
    file = cast("Path", args.to)
    form = _form(file)
    if not file.parent.is_dir():
        raise UsageError(f"--to {file}: there is no folder {file.parent}; make it first")
    if file.is_dir():
        raise UsageError(f"--to {file}: this is a folder; name a file in it")
    if args.candidate is None:
        rows, what = export(read_settings().store, args.what, file, form=form), cast("str", args.what)
    else:
        rows, what = _compared(args, file, form), f"{args.what} and {args.candidate}"
    say(term(f"{count(rows, 'row')} of {what} in {file}"))
    return 0


def _compared(args: argparse.Namespace, file: Path, form: Form) -> int:
    settings = read_settings()
    project = read_project(WorkingTree(settings.root), data_only=settings.data_only)
    baseline, candidate = (stored_run(name, settings) for name in (args.what, args.candidate))
    policy, cases = policy_of(project, candidate.suite), cases_of(candidate.suite, [project])
    table = compared_cases(baseline, candidate, policy, settings, cases)
    return export_rows(table.columns, table.rows, file, form=form)


def _form(file: Path) -> Form:
    forms: tuple[Form, ...] = get_args(Form)
    for form in forms:
        if file.suffix.lower() == f".{form}":
            return form
    raise UsageError(f"--to {file}: name it .parquet, .csv or .jsonl, which says how it is written")
