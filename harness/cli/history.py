"""`harness history`: how a suite did over time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.cli.console import say, tell, tell_json
from harness.cli.flaky import show_flaky
from harness.cli.table import Column, number, room, table, text
from harness.compare.comparison import Score, score_of_side
from harness.errors import UsageError
from harness.report.words import dollars, percent
from harness.settings import read_settings
from harness.store.decisions import StoredVerdict, list_verdicts
from harness.store.flaky import read_flaky
from harness.store.read import RunSummary, list_runs, read_side
from harness.units import Json

_EPILOG = """\
Newest runs last. A score stands with its 95 % interval; a verdict is what the gate said of the run as candidate.
Beside the mode stands what a run was for, where a gate or the bank asked it: measure, screen, confirm, rerun; or
regrade, where `harness grade` graded the replies of another run once more.

examples:
  harness history triage
  harness history triage --limit 5 --json
  harness history triage --flaky         the cases that the same variant both passed and failed
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


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="?", help="of this suite only")
    parser.add_argument(
        "--limit",
        type=int,
        default=20,
        metavar="N",
        help="only the newest N runs, or the flakiest N cases (default 20)",
    )
    parser.add_argument(
        "--flaky", action="store_true", help="cases that passed and failed, flakiest first, over all runs"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    run: RunSummary
    score: Score | None
    verdicts: tuple[StoredVerdict, ...]


def run(args: argparse.Namespace) -> int:
    if args.limit < 1:
        raise UsageError(f"--limit {args.limit}: show at least one run")
    settings = read_settings()
    past = _past(settings.store, args.suite, limit=1 if args.flaky else args.limit)
    if not past and args.suite is not None and not (settings.root / "evals" / f"{args.suite}.yaml").is_file():
        some = sorted({each.info.suite for each in list_runs(settings.store, suite=None, limit=args.limit)})
        there = f"; runs are of: {', '.join(some)}" if some else ""
        raise UsageError(f"there is no suite {args.suite!r}, and no run of one{there}")
    if args.flaky:
        show_flaky(read_flaky(settings.store, args.suite), limit=args.limit, as_json=args.json)
    elif args.json:
        tell_json({"schema": 1, "runs": [_json(each) for each in past]})
    elif past:
        tell(table(_HEADS, [_row(each) for each in past], fit=room()))
    else:
        say(f"no run of suite {args.suite!r} yet; `harness run {args.suite}` makes one")
    return 0


def _past(store: Path, suite: str | None, *, limit: int) -> Sequence[_Past]:
    newest = list_runs(store, suite=suite, limit=limit)
    verdicts = _by_candidate(list_verdicts(store, suite=suite))
    return [
        _Past(
            run=each,
            score=score_of_side(read_side(store, each.info.run_id)),
            verdicts=tuple(verdicts.get(each.info.run_id, ())),
        )
        for each in reversed(newest)
    ]


def _by_candidate(verdicts: Sequence[StoredVerdict]) -> Mapping[str, Sequence[StoredVerdict]]:
    found: dict[str, list[StoredVerdict]] = {}
    for each in verdicts:
        found.setdefault(each.candidate_run, []).append(each)
    return found


def _row(past: _Past) -> tuple[str, ...]:
    info, totals, score = past.run.info, past.run.totals, past.score
    return (
        f"{info.started_at:%Y-%m-%d %H:%M}",
        info.suite,
        info.run_id,
        "" if info.mode == "imported" else info.variant,
        ", ".join(filter(None, [info.mode, "synthetic" * info.synthetic, info.purpose])),
        "" if score is None else percent(score.mean),
        "" if score is None else f"{percent(score.lower)} to {percent(score.upper)}",
        f"{totals.measured}/{totals.accounting.planned}",
        dollars(totals.cost),
        past.verdicts[0].status if past.verdicts else "",
    )


def _json(past: _Past) -> Json:
    info, totals, score = past.run.info, past.run.totals, past.score
    counts = totals.accounting
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
        "measured": totals.measured,
        "cost_usd": None if totals.cost is None else format(totals.cost, "f"),
        "verdicts": [_verdict(each) for each in past.verdicts],
    }


def _verdict(verdict: StoredVerdict) -> Json:
    return {
        "verdict_id": verdict.verdict_id,
        "baseline_run": verdict.baseline_run,
        "status": verdict.status,
        "label": verdict.label,
        "decided_at": verdict.decided_at.isoformat(),
    }
