"""Flags that several commands share, and what they mean."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import cast

from harness.errors import UsageError
from harness.record import Mode
from harness.selection import Sample, Selection
from harness.settings import Settings, mode_of
from harness.units import MOST, Seconds, Usd


def add_selection(parser: argparse.ArgumentParser) -> None:
    """`--case`, `--tag`, `--text`, `--changed-since`, `--last-failed`, `--sample` and `--seed`: each narrows the others."""
    parser.add_argument(
        "--case", action="append", default=[], metavar="ID", help="only this case; may be repeated"
    )
    parser.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="only cases with this tag; may be repeated"
    )
    parser.add_argument("--text", metavar="TEXT", help="only cases with this text in their id or inputs")
    parser.add_argument(
        "--changed-since",
        metavar="REF",
        help="only cases that are new or changed since this commit; all, if the prompt or the model changed",
    )
    parser.add_argument(
        "--last-failed", action="store_true", help="only cases that did not pass in the newest run"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="only N of them, drawn by chance")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="draw another sample (default: 0; the same seed draws the same)"
    )


def add_terms(parser: argparse.ArgumentParser) -> None:
    """`--repeats`, `--budget`, `--deadline` and `--mode`."""
    parser.add_argument(
        "--repeats", type=int, metavar="N", help="ask every case N times (default: as the suite says)"
    )
    parser.add_argument(
        "--budget",
        metavar="USD",
        help="spend at most this, all suites and both sides together; the budget_usd of the suites does not count then",
    )
    parser.add_argument(
        "--deadline",
        metavar="TIME",
        help="send nothing more after this long (90, 90s, 15m or 2h); what is on the wire has 15 s to come back",
    )
    parser.add_argument(
        "--mode",
        metavar="MODE",
        help="replay (recordings, free, the default), live (the API), or record (the API, keeping recordings)",
    )


def add_data_only(parser: argparse.ArgumentParser) -> None:
    """`--data-only`."""
    parser.add_argument(
        "--data-only",
        action="store_true",
        help="refuse every suite that runs code of the project (Python, JavaScript): for files of a stranger",
    )


def trusting(settings: Settings, args: argparse.Namespace) -> Settings:
    """The settings, with `--data-only` where it was said."""
    return replace(settings, data_only=settings.data_only or bool(args.data_only))


def add_ladder(parser: argparse.ArgumentParser) -> None:
    """`--degrade-to`."""
    parser.add_argument(
        "--degrade-to",
        action="append",
        default=[],
        metavar="RUNG",
        help="when the provider failed for good, take this instead, and mark it: a model pin, cached (a recording "
        "of the question) or partial (what had arrived of a stream); may be repeated, in order",
    )


def refuse_ladder(parser: argparse.ArgumentParser) -> None:
    """Take `--degrade-to` where nothing may degrade, so that it can be refused with the reason."""
    parser.add_argument("--degrade-to", action="append", default=[], help=argparse.SUPPRESS)


def check_no_ladder(args: argparse.Namespace, command: str) -> None:
    """Raises UsageError where `--degrade-to` was given."""
    rungs = cast("list[str]", args.degrade_to)
    if rungs:
        raise UsageError(
            f"harness {command} --degrade-to {rungs[0]}: what stands in for an answer says nothing about what was "
            "asked, so it is never compared; only harness run takes it"
        )


def selection(args: argparse.Namespace) -> Selection:
    """The cases that were asked for. Raises UsageError."""
    return Selection(
        ids=frozenset(cast("list[str]", args.case)),
        tags=frozenset(cast("list[str]", args.tag)),
        text=cast("str | None", args.text) or "",
        since=cast("str | None", args.changed_since),
        last_failed=bool(args.last_failed),
        sample=_sample(cast("int | None", args.sample), cast("int | None", args.seed)),
    )


def _sample(count: int | None, seed: int | None) -> Sample | None:
    if count is None:
        if seed is not None:
            raise UsageError(f"--seed {seed} draws nothing without --sample N")
        return None
    if count < 1:
        raise UsageError(f"--sample {count}: draw at least one case")
    return Sample(count=count, seed=seed or 0)


def mode(args: argparse.Namespace, settings: Settings) -> Mode:
    """The mode that was asked for. Raises UsageError for one that does not exist.

    Recordings change files that people commit, so in CI they are made only where the command line says so.
    """
    if args.mode is not None:
        return mode_of(cast("str", args.mode))
    if settings.mode == "record" and settings.in_ci:
        raise UsageError("[tool.harness] says mode = 'record', but this is CI; say --mode record to mean it")
    return settings.mode


def budget(args: argparse.Namespace) -> Usd | None:
    """The cap that was asked for. Raises UsageError for anything but an amount of money above 0."""
    text = cast("str | None", args.budget)
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or not 0 < amount <= MOST:
        raise UsageError(
            f"--budget {text}: not an amount of dollars above 0; write for instance --budget 2.50"
        )
    return Usd(amount)


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def deadline(args: argparse.Namespace) -> Seconds | None:
    """The time that was given. Raises UsageError for anything but a length of time above 0."""
    text = cast("str | None", args.deadline)
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([smh]?)", text)
    length = 0.0 if found is None else float(found[1]) * _UNITS[found[2]]
    if length <= 0:
        raise UsageError(
            f"--deadline {text}: not a length of time above 0; write for instance --deadline 90s or --deadline 15m"
        )
    return Seconds(length)
