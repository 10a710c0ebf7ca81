"""`harness log`: what happened in a run, in order."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from harness.cli.console import say, tell
from harness.cli.table import Column, number, room, table, text
from harness.cli.values import field
from harness.errors import UsageError
from harness.observe.retold import Line, find_log, read_log
from harness.report.safe import json_text
from harness.settings import read_settings

_EPILOG = """\
One line per event, from the log that every run writes beside its journal. docs/log.md lists the fields.

examples:
  harness log                                           the newest run
  harness log triage-v2-opus-5-5-20261121T131415-3f2a --case refund-late
  harness log --json | jq 'select(.event == "attempt_ended" and .fault)'
"""
_HEADS = (number("s"), Column(head="event"), Column(head="trial"), number("try"), text("what"))
_SHORT_S = 0.01
_BOUND = frozenset(
    {"at", "t", "event", "run", "run_id", "suite", "side", "case", "trial", "attempt", "model"}
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("run", nargs="?", help="the run's id (default: the newest run)")
    parser.add_argument("--case", metavar="ID", help="only what happened to this case")
    parser.add_argument(
        "--json", action="store_true", help="print the lines as they are, one JSON object each"
    )


def run(args: argparse.Namespace) -> int:
    settings = read_settings()
    path = find_log(settings.runs, args.run)
    log = read_log(path)
    lines = [line for line in log.lines if args.case is None or line.get("case") == args.case]
    if args.case is not None and not lines:
        cases = sorted({str(line["case"]) for line in log.lines if "case" in line})
        raise UsageError(f"--case {args.case}: {path.name} says nothing of it; it knows: {', '.join(cases)}")
    for damaged in log.damaged:
        say(f"{path}:{damaged}: this line is not whole, and was left out")
    if args.json:
        tell("".join(f"{json_text(json.dumps(line, ensure_ascii=False))}\n" for line in lines))
    else:
        tell(table(_HEADS, [_row(line) for line in lines if _is_worth_a_row(line)], fit=room()))
        rate = _rate(lines)
        if rate is not None:
            say(rate)
    return 0


def _row(line: Line) -> Sequence[str]:
    model = [] if "trial" in line or "model" not in line else [str(line["model"])]
    fields = (field(key, value) for key, value in line.items() if key not in _BOUND and value != [])
    said = [*model, *fields]
    when = line.get("t")
    return (
        f"{when:.3f}" if isinstance(when, int | float) else "",
        str(line["event"]).replace("_", " "),
        str(line.get("trial", "")),
        str(line.get("attempt", "")),
        ", ".join(said),
    )


def _is_worth_a_row(line: Line) -> bool:
    """Waits too short to see are in the log, and only there."""
    length = line.get("length_s")
    return (
        line["event"] not in {"waiting", "wait_began"}
        or not isinstance(length, int | float)
        or length >= _SHORT_S
    )


def _rate(lines: Sequence[Line]) -> str | None:
    for line in lines:
        local = line.get("cost_local")
        if isinstance(local, dict):
            return f"one dollar was {local['per_usd']} {local['currency']} on {local['as_of']}"
    return None
