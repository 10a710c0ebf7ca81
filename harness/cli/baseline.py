"""`harness baseline`: which run a suite is compared with, and which old samples stand for it."""

from __future__ import annotations

import argparse
from typing import cast

from harness.cli import bank
from harness.cli.console import say, tell, tell_json
from harness.cli.table import Column, room, table, text
from harness.cli.verbs import Verbs, add_json, run
from harness.clock import SystemClock
from harness.errors import UsageError
from harness.pipeline.auditing import audit
from harness.report.safe import term
from harness.report.words import count
from harness.settings import read_settings
from harness.store.bank import mark_stale
from harness.store.baselines import Baseline, expire, list_baselines
from harness.store.read import find_run
from harness.wiring import redactor

__all__ = ["configure", "run"]

_EPILOG = """\
A baseline is a whole run that somebody declared good: every planned trial graded, none of it substituted. `measure`
asks a variant anew and blesses the run; that is how a candidate that passed becomes the baseline, since the run it
passed with was lucky more often than not, and cannot be blessed.

Live and recorded runs that were blessed are in the bank, with every other whole run of the same thing, and with what
gates ask of the baseline. While the bank has enough young samples, a live gate asks the candidate alone.

examples:
  harness baseline measure triage --version v2@opus-5-5 --mode live --note "release 12"
  harness baseline show triage
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
    measuring = verbs.add(
        "measure",
        "ask a variant anew, and make that run the baseline",
        bank.run_measure,
        "baseline measure triage --mode live --budget 2.00",
    )
    listing = verbs.add("list", "every baseline there ever was", _list, "baseline list triage")
    show = verbs.add(
        "show", "the baseline of a suite, and what stands for it", bank.run_show, "baseline show triage"
    )
    end = verbs.add("expire", "end the baseline of a suite", _expire, "baseline expire triage")
    stale = verbs.add(
        "stale",
        "let the samples of a suite's baseline stand for it no more",
        _stale,
        'baseline stale triage --why "the provider changed its model"',
    )
    blessing.add_argument("run", help="id of the run, or a unique beginning of it")
    blessing.add_argument("--note", default="", metavar="TEXT", help="why")
    blessing.add_argument("--by", metavar="NAME", help="who says so (default: the user of this machine)")
    bank.add_measure(measuring)
    listing.add_argument("suite", nargs="?", help="of this suite only")
    for each in (show, end, stale):
        each.add_argument("suite")
    stale.add_argument("--why", required=True, metavar="TEXT", help="what changed")
    for each in (show, stale):
        bank.add_variant(each)
    add_json(listing, show)


def _bless(args: argparse.Namespace) -> int:
    settings = read_settings()
    bank.bless_run(find_run(settings.store, args.run), args, settings)
    return 0


def _list(args: argparse.Namespace) -> int:
    found = list_baselines(read_settings().store, suite=args.suite)
    if args.json:
        tell_json({"schema": 1, "baselines": [bank.baseline_json(each) for each in found]})
    elif found:
        tell(table(_HEADS, [_row(each) for each in found], fit=room()))
    else:
        say("no baseline yet; `harness baseline measure SUITE` or `harness baseline bless RUN` makes one")
    return 0


def _expire(args: argparse.Namespace) -> int:
    settings = read_settings()
    ended = expire(settings.store, suite=args.suite, at=SystemClock().now())
    audit(settings, "baseline_expired", {"suite": ended.suite, "run": ended.run_id})
    say(term(f"{ended.suite} is no longer compared with {ended.run_id}, and no old sample stands for it"))
    return 0


def _stale(args: argparse.Namespace) -> int:
    settings, suite = read_settings(), cast("str", args.suite)
    stands = bank.standing_of(args, settings)
    why = redactor(settings).redact_text(cast("str", args.why))
    left = mark_stale(settings.store, stands.key, why, SystemClock().now()) if stands.members else ()
    if not left:
        raise UsageError(
            f"no sample of {stands.label} is in the bank of {suite!r}; `harness baseline show {suite}` lists it"
        )
    audit(settings, "baseline_stale", {"suite": suite, "runs": list(left), "why": why})
    say(term(f"{suite}: {count(len(left), 'run')} left the bank; {stands.command} fills it again"))
    return 0


def _row(baseline: Baseline) -> tuple[str, ...]:
    until = "" if baseline.expired_at is None else f"{baseline.expired_at:%Y-%m-%d %H:%M}"
    since = f"{baseline.blessed_at:%Y-%m-%d %H:%M}"
    return (baseline.suite, baseline.run_id, since, until, baseline.blessed_by, baseline.note)
