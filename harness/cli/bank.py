"""`harness baseline measure` and `show`: asking a baseline anew, and what stands for it."""

from __future__ import annotations

import argparse
import os
from typing import cast

from harness.call.tab import Tab
from harness.cli import choices
from harness.cli.console import say, tell, tell_json
from harness.cli.progress import add_events, listening, progress
from harness.cli.stopped import explain
from harness.cli.table import Column, number, room, table, text
from harness.clock import SystemClock, today
from harness.gate.verdict import EXIT_STATUS, Status
from harness.pipeline.auditing import audit, user_name
from harness.pipeline.gating import variant_choice
from harness.pipeline.measuring import OFF, Measurement, Standing, days_ago, is_needed, measure, standing
from harness.record import Mode, RunInfo
from harness.report.safe import term
from harness.report.words import count, percent
from harness.settings import Settings, read_settings
from harness.store.bank import Bank, Refused
from harness.store.bank_rules import Member
from harness.store.baselines import Baseline, bless
from harness.store.read import run_totals
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.units import Json
from harness.wiring import redactor

_HEADS = (
    Column(head="run"),
    Column(head="as"),
    number("days old"),
    text("left"),
)


def add_variant(parser: argparse.ArgumentParser) -> None:
    """`--version` and `--as-base`."""
    parser.add_argument(
        "--version", metavar="VERSION[@MODEL]", help="this variant (default: the suite's baseline)"
    )
    parser.add_argument(
        "--as-base",
        action="store_true",
        help="the suite's candidate: what `harness gate --base` compares a change of these files with",
    )


def add_measure(parser: argparse.ArgumentParser) -> None:
    """The arguments of `measure`."""
    parser.add_argument("suite", nargs="*", help="suites to measure (default: every suite)")
    add_variant(parser)
    parser.add_argument(
        "--repeats",
        type=int,
        metavar="N",
        help="ask every case N times, at least 5 (default: as the policy aims at, 10)",
    )
    parser.add_argument("--budget", metavar="USD", help="spend at most this, all suites together")
    parser.add_argument(
        "--deadline", metavar="TIME", help="send nothing more after this long (90, 90s, 15m or 2h)"
    )
    parser.add_argument(
        "--mode", metavar="MODE", help="live (the API) or record (the API, keeping recordings)"
    )
    parser.add_argument(
        "--if-needed",
        action="store_true",
        help="leave a suite alone where old samples will stand for it for half of their time yet",
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="why")
    add_events(parser)


def run_measure(args: argparse.Namespace) -> int:
    """Measure, and bless what is whole."""
    settings = read_settings()
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    mode, tab = choices.mode(args, settings), Tab()
    every = [
        measurement(name, args, mode=mode, tab=tab)
        for name in cast("list[str]", args.suite) or sorted(project.suites)
    ]
    if args.if_needed:
        every = [each for each in every if _is_needed(each, project, settings)]
    whole = [_measure(each, args, project, settings) for each in every]
    return EXIT_STATUS[Status.PASS if all(whole) else Status.NOT_MEASURED]


def measurement(suite: str, args: argparse.Namespace, *, mode: Mode, tab: Tab) -> Measurement:
    """What was asked for; `show` has none of the terms."""
    given = vars(args)
    return Measurement(
        suite=suite,
        variant=variant_choice(cast("str | None", args.version)),
        as_base=bool(args.as_base),
        repeats=cast("int | None", given.get("repeats")),
        mode=mode,
        budget=choices.budget(args) if "budget" in given else None,
        deadline=choices.deadline(args) if "deadline" in given else None,
        tab=tab,
    )


def _is_needed(wanted: Measurement, project: Project, settings: Settings) -> bool:
    if is_needed(wanted, project, settings):
        return True
    stands = standing(wanted, project, settings)
    why = "; ".join(stands.reasons) or f"{_samples(stands)} of {stands.label} still stand for it"
    say(term(f"{stands.suite}: {why}; nothing to measure"))
    return False


def _measure(wanted: Measurement, args: argparse.Namespace, project: Project, settings: Settings) -> bool:
    return _declare(_asked(wanted, args, project, settings), args, settings)


def _asked(wanted: Measurement, args: argparse.Namespace, project: Project, settings: Settings) -> RunInfo:
    with listening(args, settings) as listener, progress(wanted.suite, args, settings, listener) as emit:
        return measure(wanted, project, settings, emit)


def _declare(info: RunInfo, args: argparse.Namespace, settings: Settings) -> bool:
    """Bless what is whole; gives whether it was."""
    totals = run_totals(settings.store, info.run_id)
    if totals.measured < totals.accounting.planned:
        explain([info.run_id], settings)
        say(term(f"{info.suite}: not blessed; once it is whole: harness baseline bless {info.run_id}"))
        return False
    bless_run(info, args, settings)
    return True


def bless_run(info: RunInfo, args: argparse.Namespace, settings: Settings) -> None:
    """Bless a run, write it into the audit trail, and say so."""
    by = cast("str | None", vars(args).get("by")) or user_name(os.getuid())
    note = redactor(settings).redact_text(cast("str", args.note))
    done = bless(settings.store, info, by=by, note=note, at=SystemClock().now())
    audit(settings, "baseline_blessed", {"suite": done.suite, "run": done.run_id, "by": by, "note": note})
    say(term(f"{done.suite} is compared with {done.run_id} from now on"))


def standing_of(args: argparse.Namespace, settings: Settings) -> Standing:
    """What stands for the variant that was named, or for the baseline of the suite."""
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    return standing(measurement(cast("str", args.suite), args, mode="live", tab=Tab()), project, settings)


def run_show(args: argparse.Namespace) -> int:
    """Show what stands for the baseline of a suite."""
    stands = standing_of(args, read_settings())
    if args.json:
        tell_json({"schema": 1, "baseline": baseline_json(stands.baseline), "bank": _json(stands)})
    else:
        tell("".join(f"{term(line)}\n" for line in _lines(stands)))
        if stands.members:
            tell(table(_HEADS, [_row(each) for each in stands.members], fit=room()))
    return 0


def _lines(stands: Standing) -> list[str]:
    """What stands for the variant, and what would make it stand."""
    blessed = stands.baseline
    since = (
        "none was blessed"
        if blessed is None
        else (
            f"{blessed.run_id} since {blessed.blessed_at:%Y-%m-%d %H:%M} by {blessed.blessed_by}"
            + (f": {blessed.note}" if blessed.note else "")
        )
    )
    lines = [f"{stands.suite}: baseline {since}"]
    score, until = stands.score, stands.expires()
    if isinstance(stands.found, Refused) or score is None:
        lines.append(f"  bank of {stands.label}: not usable, so a gate asks both sides")
        lines += [f"    {reason}" for reason in stands.reasons]
        calls = count(stands.needed, "trial")
        remedy = [f"    {stands.command} asks {calls}, and makes it usable"] * (stands.found is not OFF)
        return [*lines, *remedy]
    mean, lower, upper = percent(score.mean), percent(score.lower), percent(score.upper)
    return [
        *lines,
        f"  bank of {stands.label}: usable, so a gate asks the candidate alone",
        f"    {_samples(stands)}; its oldest run counts until {until:%Y-%m-%d %H:%M}",
        f"    mean score {mean} (95 %: {lower} to {upper})",
    ]


def _samples(stands: Standing) -> str:
    return f"{stands.fewest} samples of every case or more ({stands.median:g} in the middle)"


def _row(member: Member) -> tuple[str, ...]:
    left = "" if member.left_at is None else f"{member.left_at:%Y-%m-%d}: {member.left_why}"
    age = days_ago(member.info.started_at, SystemClock().now())
    return (member.info.run_id, member.joined_as, str(age), left)


def baseline_json(baseline: Baseline | None) -> Json:
    """A baseline as other programs read it."""
    if baseline is None:
        return None
    return {
        "suite": baseline.suite,
        "run_id": baseline.run_id,
        "blessed_at": baseline.blessed_at.isoformat(),
        "blessed_by": baseline.blessed_by,
        "note": baseline.note,
        "expired_at": None if baseline.expired_at is None else baseline.expired_at.isoformat(),
    }


def _json(stands: Standing) -> Json:
    found, score, until = stands.found, stands.score, stands.expires()
    return {
        "variant": stands.label,
        "usable": isinstance(found, Bank),
        "reasons": list(stands.reasons),
        "samples": {
            "fewest": stands.fewest,
            "median": stands.median,
            "least": stands.rules.least,
            "target": stands.rules.target,
        },
        "expires_at": None if until is None else until.isoformat(),
        "score": None if score is None else {"mean": score.mean, "lower": score.lower, "upper": score.upper},
        "runs": [_member_json(each) for each in stands.members],
        "remedy": None
        if isinstance(found, Bank) or found is OFF
        else {"command": stands.command, "trials": stands.needed},
    }


def _member_json(member: Member) -> Json:
    return {
        "run_id": member.info.run_id,
        "variant": member.info.variant,
        "started_at": member.info.started_at.isoformat(),
        "joined_at": member.joined_at.isoformat(),
        "joined_as": member.joined_as,
        "left_at": None if member.left_at is None else member.left_at.isoformat(),
        "left_why": member.left_why,
    }
