"""`harness import`: what somebody else graded, as a run to compare with, and what people say of the answers of a run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

from harness.cli.console import say, tell, tell_json
from harness.cli.promptfoo_import import add_promptfoo
from harness.cli.suites import add_suites
from harness.cli.verbs import Verbs, add_json, run
from harness.clock import SystemClock
from harness.pipeline.auditing import audit
from harness.report.safe import term
from harness.report.words import count, percent
from harness.settings import read_settings
from harness.store.imported import Import, import_results
from harness.store.journal import tools
from harness.store.labels import import_labels
from harness.store.read import run_totals
from harness.units import Json
from harness.wiring import redactor

__all__ = ["configure", "run"]

_EPILOG = """\
Columns of results: case_id and score in [0, 1]; where there, repeat, cluster, tags (or slice), weight, cost_usd, latency_s,
answer_confidence (what the answer claims of itself, in [0, 1]) and error_type. A row without a score counts as unmeasured.
Columns of labels: case_id and score in [0, 1]; where there, repeat (a label without one speaks of all answers to its case) and
criterion (without one it is of the whole answer: those correct the grades of a comparison).

examples:
  harness import results before.parquet --suite bfcl --run before
  harness import results all.parquet --suite bfcl --run after --where "model = 'after'"
  harness compare before after
  harness import labels people.csv --run triage-v2-opus-5-5-20261121T101500-ab12
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    verbs = Verbs(parser)
    results = verbs.add(
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
    labels = verbs.add(
        "labels",
        "what people say of the answers of a run, to correct its grades with",
        _labels,
        "import labels people.csv --run triage-v2-opus-5-5-20261121T101500-ab12",
    )
    labels.add_argument("file", type=Path, help="a .parquet, .csv or .jsonl file")
    labels.add_argument("--run", required=True, metavar="RUN", help="the run whose answers they are of")
    labels.add_argument("--where", metavar="SQL", help="only rows that meet this condition")
    add_json(results, labels)
    add_promptfoo(verbs)
    add_suites(verbs)


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


def _labels(args: argparse.Namespace) -> int:
    settings = read_settings()
    file, where = cast("Path", args.file), cast("str | None", args.where)
    found = import_labels(settings.store, file, run=args.run, where=where, at=SystemClock().now())
    facts: dict[str, Json] = {"run": found.run_id, "file": file.name, "where": where}
    audit(settings, "labels_imported", {**facts, "rows": found.labels, "replaced": found.replaced})
    if args.json:
        numbers: dict[str, Json] = {"labels": found.labels, "replaced": found.replaced}
        trials: dict[str, Json] = {"labelled": found.trials, "measured": found.measured}
        tell_json({"schema": 1, "run_id": found.run_id, **numbers, **trials})
        return 0
    tell(found.run_id)
    taken = f", {found.replaced:,} in place of earlier ones" if found.replaced else ""
    answers = f"{found.trials:,} of {count(found.measured, 'answer')}"
    say(term(f"{count(found.labels, 'label')}{taken}; {answers} of {found.run_id} have one now"))
    return 0
