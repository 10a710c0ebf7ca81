"""`harness sql`: one SELECT over the stored runs; it can read the store and nothing else."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from harness.cli.console import tell, tell_json
from harness.cli.table import number, room, table, text
from harness.cli.values import as_cell, as_json, as_text
from harness.errors import UsageError
from harness.settings import read_settings
from harness.store.sql import Table, run_sql

_EPILOG = """\
The views v_runs, v_models, v_trials, v_answers, v_calls, v_grades, v_steps, v_case_history, v_flaky, v_cost_daily,
v_verdicts and v_bank are an interface: their columns stay. `-` reads the query from standard input.

examples:
  harness sql "SELECT run_id, mean_score, cost_usd FROM v_runs ORDER BY started_at"
  harness sql "DESCRIBE v_trials"
  harness sql --csv "SELECT * FROM v_flaky" > flaky.csv
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("query", help="one SELECT, or - for standard input")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print it as JSON: columns, and rows as lists")
    form.add_argument("--csv", action="store_true", help="print it as CSV; formulas are made harmless")


def run(args: argparse.Namespace) -> int:
    query = sys.stdin.read() if args.query == "-" else cast("str", args.query)
    if not query.strip():
        raise UsageError('the query is empty; write for instance: harness sql "SELECT * FROM v_runs"')
    found = run_sql(read_settings().store, query)
    if args.json:
        rows = [[as_json(cell) for cell in row] for row in found.rows]
        tell_json({"schema": 1, "columns": found.columns, "rows": rows})
    elif args.csv:
        tell(_csv(found))
    else:
        tell(_table(found))
    return 0


def _table(found: Table) -> str:
    numeric = [_all_numbers([row[place] for row in found.rows]) for place in range(len(found.columns))]
    heads = [
        number(name) if is_number else text(name)
        for name, is_number in zip(found.columns, numeric, strict=True)
    ]
    return table(heads, [[as_text(cell) for cell in row] for row in found.rows], fit=room())


def _all_numbers(cells: Sequence[object]) -> bool:
    return all(isinstance(cell, int | float | Decimal) or cell is None for cell in cells)


def _csv(found: Table) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([as_cell(name) for name in found.columns])
    writer.writerows([as_cell(each) for each in row] for row in found.rows)
    return file.getvalue()
