"""`harness history`: how a suite did over time."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from harness.cli.console import check_writable, say, tell, tell_json, write
from harness.cli.flaky import show_flaky
from harness.cli.table import Column, number, room, table, text
from harness.errors import UsageError
from harness.pipeline.looking_back import past_runs, past_suites
from harness.report.safe import term
from harness.report.views.past import PastRun, PastVerdict
from harness.report.words import dollars, percent
from harness.settings import Settings, read_settings
from harness.store.flaky import read_flaky
from harness.store.read import list_runs
from harness.units import Json

_EPILOG = """\
Newest runs last. A score stands with its 95 % interval; a verdict is what the gate said of the run as candidate.
Beside the mode stands what a run was for, where a gate or the bank asked it: measure, screen, confirm, rerun; or
regrade, where `harness grade` graded the replies of another run once more.

examples:
  harness history triage
  harness history triage --limit 5 --json
  harness history triage --flaky         the cases that the same variant both passed and failed
  harness history --html history.html    every suite on one page: trends, moves, flaky cases, cost per day
"""
_HEADS = (
    Column(head="started"),
    Column(head="suite"),
    text("run"),
    text("variant"),
    Column(head="mode"),
    number("score"),
    Column(head="95 %"),
    number("measured"),
    number("cost"),
    Column(head="verdict"),
)


_SHOWN = 20
_DRAWN = 120
"""Runs that a page of one suite draws."""
_DRAWN_OF_EACH = 40
"""And one of several."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="?", help="of this suite only")
    parser.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help=f"only the newest N runs, or the flakiest N cases (default {_SHOWN}; on a page {_DRAWN} runs, of every suite {_DRAWN_OF_EACH})",
    )
    parser.add_argument(
        "--flaky", action="store_true", help="cases that passed and failed, flakiest first, over all runs"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write scores, moves, flaky cases and costs over time here, as one page",
    )


def run(args: argparse.Namespace) -> int:
    """Show the runs, or the flaky cases, and write the page where one is wanted."""
    suite, page = cast("str | None", args.suite), cast("Path | None", args.html)
    limit = _SHOWN if args.limit is None else cast("int", args.limit)
    if limit < 1:
        raise UsageError(f"--limit {limit}: show at least one run")
    if page is not None:
        check_writable(page)
    settings = read_settings()
    past = past_runs(settings.store, suite, limit=1 if args.flaky else limit)
    if not past and suite is not None and not (settings.root / "evals" / f"{suite}.yaml").is_file():
        some = sorted({each.info.suite for each in list_runs(settings.store, suite=None, limit=limit)})
        there = f"; runs are of: {', '.join(some)}" if some else ""
        raise UsageError(f"there is no suite {suite!r}, and no run of one{there}")
    if page is not None:
        _write(page, suite, cast("int | None", args.limit), settings)
    if args.flaky:
        show_flaky(read_flaky(settings.store, suite), limit=limit, as_json=args.json)
    else:
        _tell(past, suite, as_json=bool(args.json))
    if page is not None:
        say(term(f"report   {page}"))
    return 0


def _tell(past: Sequence[PastRun], suite: str | None, *, as_json: bool) -> None:
    if as_json:
        tell_json({"schema": 1, "runs": [_json(each) for each in past]})
    elif past:
        tell(table(_HEADS, [_row(each) for each in past], fit=room()))
    else:
        say(f"no run of suite {suite!r} yet; `harness run {suite}` makes one")


def _write(page: Path, suite: str | None, limit: int | None, settings: Settings) -> None:
    """The page. Raises UsageError where there is nothing to show, or where it cannot be written."""
    from harness.report.page.history import render_history
    from harness.report.views.history import make_history

    drawn = limit or (_DRAWN if suite is not None else _DRAWN_OF_EACH)
    suites, others = past_suites(settings.store, suite, limit=drawn)
    if not suites:
        raise UsageError(f"nothing to write to {page}: there is no run yet; `harness run` makes one")
    write(page, render_history(make_history(suites, others)))


def _row(past: PastRun) -> tuple[str, ...]:
    info, score = past.info, past.score
    return (
        f"{info.started_at:%Y-%m-%d %H:%M}",
        info.suite,
        info.run_id,
        "" if info.mode == "imported" else info.variant,
        ", ".join(filter(None, [info.mode, "synthetic" * info.synthetic, info.purpose])),
        "" if score is None else percent(score.mean),
        "" if score is None else f"{percent(score.lower)} to {percent(score.upper)}",
        f"{past.measured}/{past.accounting.planned}",
        dollars(past.cost),
        past.verdicts[0].status if past.verdicts else "",
    )


def _json(past: PastRun) -> Json:
    info, score = past.info, past.score
    counts = past.accounting
    return {
        "run_id": info.run_id,
        "suite": info.suite,
        "started_at": info.started_at.isoformat(),
        "prompt_version": info.prompt_version,
        "model_id": info.model_id,
        "mode": info.mode,
        "purpose": info.purpose,
        "synthetic": info.synthetic,
        "score": None if score is None else {"mean": score.mean, "lower": score.lower, "upper": score.upper},
        "accounting": {
            name: getattr(counts, name) for name in ("planned", "answered", "degraded", "failed", "skipped")
        },
        "measured": past.measured,
        "cost_usd": None if past.cost is None else format(past.cost, "f"),
        "verdicts": [_verdict(each) for each in past.verdicts],
    }


def _verdict(verdict: PastVerdict) -> Json:
    return {
        "verdict_id": verdict.verdict_id,
        "baseline_run": verdict.baseline_run,
        "status": verdict.status,
        "label": verdict.label,
        "decided_at": verdict.decided_at.isoformat(),
    }
