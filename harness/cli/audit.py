"""`harness audit`: who did what in this project, and whether the trail can be believed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from harness.cli.console import say, tell, tell_json
from harness.cli.table import Column, number, room, table, text
from harness.cli.values import field
from harness.errors import UsageError
from harness.observe.audit import Entry, read_trail
from harness.report.words import count
from harness.settings import read_settings
from harness.units import Json

_EPILOG = """\
Lists the audit trail, reports/audit.jsonl, and verifies its chain: an entry that was edited, taken out or put in
breaks it there. docs/log.md lists the actions.

exit status: 0 the chain holds, 1 it is broken, 2 there is no trail yet

examples:
  harness audit
  harness audit --limit 0                               only verify
  harness audit --json
"""
_HEADS = (number("no"), Column(head="at"), Column(head="who"), Column(head="action"), text("what"))
_BOUND = frozenset({"seq", "at", "who", "pid", "action"})


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "--limit", type=int, default=50, metavar="N", help="only the newest N entries (default 50)"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(args: argparse.Namespace) -> int:
    if args.limit < 0:
        raise UsageError(f"--limit {args.limit}: 0 or more")
    path = read_settings().audit
    trail = read_trail(path)
    shown = trail.entries[len(trail.entries) - args.limit if args.limit < len(trail.entries) else 0 :]
    if args.json:
        breaks: list[Json] = [{"line": each.line, "what": each.what} for each in trail.breaks]
        tell_json(
            {"schema": 1, "holds": not breaks, "breaks": breaks, "entries": [dict(each) for each in shown]}
        )
    elif shown:
        tell(table(_HEADS, [_row(each) for each in shown], fit=room()))
    for each in trail.breaks:
        say(
            f"{path}:{each.line}: {each.what}; compare with a copy of the file, and ask who could write to it"
        )
    if trail.breaks:
        return 1
    say(f"the chain holds, over {count(len(trail.entries), 'line')}")
    return 0


def _row(entry: Entry) -> Sequence[str]:
    said = [field(key, value) for key, value in entry.items() if key not in _BOUND]
    at = str(entry.get("at", "")).partition(".")[0].replace("T", " ")
    action = str(entry.get("action", "")).replace("_", " ")
    return (str(entry.get("seq", "")), at, str(entry.get("who", "")), action, ", ".join(said))
