"""`harness export`: stored rows as a file for other tools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast, get_args

from harness.cli.console import say
from harness.errors import UsageError
from harness.report.safe import term
from harness.report.words import count
from harness.settings import read_settings
from harness.store.export import Form, export

_EPILOG = """\
WHAT is a run (its id, or a unique beginning of it: every trial with question and answer) or one of the views
v_runs, v_models, v_trials, v_answers, v_calls, v_grades, v_steps, v_case_history, v_flaky, v_cost_daily, v_verdicts,
v_bank.

examples:
  harness export triage-v2 --to triage-v2.parquet
  harness export v_cost_daily --to costs.csv
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("what", help="a run or a view")
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
    rows = export(read_settings().store, args.what, file, form=form)
    say(term(f"{count(rows, 'row')} of {args.what} in {file}"))
    return 0


def _form(file: Path) -> Form:
    forms: tuple[Form, ...] = get_args(Form)
    for form in forms:
        if file.suffix.lower() == f".{form}":
            return form
    raise UsageError(f"--to {file}: name it .parquet, .csv or .jsonl, which says how it is written")
