"""`harness import results`: what somebody else graded, as a run to compare with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

from harness.cli.console import say, tell, tell_json
from harness.cli.verbs import Verbs, add_json, run
from harness.pipeline.auditing import audit
from harness.report.safe import term
from harness.report.words import count, percent
from harness.settings import read_settings
from harness.store.imported import Import, import_results
from harness.store.journal import tools
from harness.store.read import run_totals
from harness.units import Json
from harness.wiring import redactor

__all__ = ["configure", "run"]

_EPILOG = """\
Columns: case_id and score in [0, 1]; where there, repeat, cluster, tags (or slice), weight, cost_usd, latency_s and
error_type. A row without a score counts as unmeasured.

examples:
  harness import results before.parquet --suite bfcl --run before
  harness import results all.parquet --suite bfcl --run after --where "model = 'after'"
  harness compare before after
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    results = Verbs(parser).add(
        "results",
        "rows of case_id and score, as a run",
        _results,
        "import results before.parquet --suite bfcl --run before",
    )
    results.add_argument("file", type=Path, help="a .parquet, .csv or .jsonl file")
    results.add_argument("--suite", required=True, metavar="NAME", help="the suite they belong to")
    results.add_argument("--run", required=True, metavar="NAME", help="the id the run gets")
    results.add_argument("--where", metavar="SQL", help="only rows that meet this condition")
    results.add_argument("--replace", action="store_true", help="take the place of an earlier import")
    add_json(results)


def _results(args: argparse.Namespace) -> int:
    settings = read_settings()
    wanted = Import(
        file=cast("Path", args.file), suite=args.suite, run=args.run, where=args.where, replace=args.replace
    )
    run_id = import_results(settings.store, wanted, tools(redactor(settings).redact_text))
    totals = run_totals(settings.store, run_id)
    facts: dict[str, Json] = {
        "run": run_id,
        "suite": wanted.suite,
        "file": wanted.file.name,
        "where": wanted.where,
    }
    audit(
        settings, "results_imported", {**facts, "rows": totals.accounting.planned, "replaced": wanted.replace}
    )
    if args.json:
        planned, measured = totals.accounting.planned, totals.measured
        found: dict[str, Json] = {
            "run_id": run_id,
            "suite": wanted.suite,
            "planned": planned,
            "measured": measured,
        }
        tell_json({"schema": 1, **found, "mean_score": totals.mean_score})
        return 0
    tell(run_id)
    trials = count(totals.accounting.planned, "trial")
    say(
        term(
            f"{trials} of {wanted.suite}, {totals.measured:,} measured, mean score {percent(totals.mean_score)}"
        )
    )
    return 0
