"""`harness baseline`: which run a suite is compared with."""

from __future__ import annotations

import argparse
import os
from typing import cast

from harness.cli.console import say, tell, tell_json
from harness.cli.table import Column, room, table, text
from harness.cli.verbs import Verbs, add_json, run
from harness.clock import SystemClock
from harness.errors import UsageError
from harness.pipeline.auditing import audit, user_name
from harness.report.safe import term
from harness.settings import read_settings
from harness.store.baselines import Baseline, bless, expire, list_baselines, show_baseline
from harness.store.read import find_run
from harness.units import Json
from harness.wiring import redactor

__all__ = ["configure", "run"]

_EPILOG = """\
Only a whole run can be blessed: every planned trial answered by the pinned model, and graded.

examples:
  harness baseline bless triage-v2 --note "release 12"
  harness baseline list
"""
_HEADS = (
    Column(head="suite"),
    Column(head="run"),
    Column(head="since"),
    Column(head="until"),
    text("by"),
    text("note"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    verbs = Verbs(parser)
    blessing = verbs.add("bless", "make a run the baseline of its suite", _bless, "baseline bless triage-v2")
    listing = verbs.add("list", "every baseline there ever was", _list, "baseline list triage")
    show = verbs.add("show", "the baseline of a suite", _show, "baseline show triage")
    end = verbs.add("expire", "end the baseline of a suite", _expire, "baseline expire triage")
    blessing.add_argument("run", help="id of the run, or a unique beginning of it")
    blessing.add_argument("--note", default="", metavar="TEXT", help="why")
    blessing.add_argument("--by", metavar="NAME", help="who says so (default: the user of this machine)")
    listing.add_argument("suite", nargs="?", help="of this suite only")
    for each in (show, end):
        each.add_argument("suite")
    add_json(listing, show)


def _bless(args: argparse.Namespace) -> int:
    settings = read_settings()
    info = find_run(settings.store, args.run)
    by = user_name(os.getuid()) if args.by is None else cast("str", args.by)
    note = redactor(settings).redact_text(args.note)
    done = bless(settings.store, info, by=by, note=note, at=SystemClock().now())
    audit(settings, "baseline_blessed", {"suite": done.suite, "run": done.run_id, "by": by, "note": note})
    say(term(f"{done.suite} is compared with {done.run_id} from now on"))
    return 0


def _list(args: argparse.Namespace) -> int:
    found = list_baselines(read_settings().store, suite=args.suite)
    if args.json:
        tell_json({"schema": 1, "baselines": [_json(each) for each in found]})
    elif found:
        tell(table(_HEADS, [_row(each) for each in found], fit=room()))
    else:
        say("no baseline yet; `harness baseline bless RUN` makes one")
    return 0


def _show(args: argparse.Namespace) -> int:
    found = show_baseline(read_settings().store, suite=args.suite)
    if found is None:
        raise UsageError(f"suite {args.suite!r} has no baseline; `harness baseline bless RUN` makes one")
    if args.json:
        tell_json({"schema": 1, "baseline": _json(found)})
    else:
        tell(table(_HEADS, [_row(found)], fit=room()))
    return 0


def _expire(args: argparse.Namespace) -> int:
    settings = read_settings()
    ended = expire(settings.store, suite=args.suite, at=SystemClock().now())
    audit(settings, "baseline_expired", {"suite": ended.suite, "run": ended.run_id})
    say(term(f"{ended.suite} is no longer compared with {ended.run_id}"))
    return 0


def _row(baseline: Baseline) -> tuple[str, ...]:
    until = "" if baseline.expired_at is None else f"{baseline.expired_at:%Y-%m-%d %H:%M}"
    since = f"{baseline.blessed_at:%Y-%m-%d %H:%M}"
    return (baseline.suite, baseline.run_id, since, until, baseline.blessed_by, baseline.note)


def _json(baseline: Baseline) -> Json:
    return {
        "suite": baseline.suite,
        "run_id": baseline.run_id,
        "blessed_at": baseline.blessed_at.isoformat(),
        "blessed_by": baseline.blessed_by,
        "note": baseline.note,
        "expired_at": None if baseline.expired_at is None else baseline.expired_at.isoformat(),
    }
