"""`harness harvest`: production logs become proposed cases, and a person decides on each."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from harness.cli.console import say, tell, tell_json
from harness.clock import SystemClock
from harness.errors import UsageError
from harness.intake.constructs import ALL_CARRIED, SOME_LISTED
from harness.intake.harvest.accepting import Verdict, expectation_of
from harness.intake.harvest.harvest import Harvest
from harness.intake.harvest.proposals import Proposal, proposals_file
from harness.pipeline.addressing import suite_of_logs, suite_of_proposals
from harness.pipeline.harvesting import Desk, Wanted, accept, harvest_logs, open_desk, reject
from harness.report.safe import term
from harness.report.words import count
from harness.settings import Settings, read_settings
from harness.units import Json

_EPILOG = """\
LOG is a file of JSON lines: {inputs, reply, ...}, {request, response} of the Anthropic API, or OpenTelemetry spans (OTLP).
What is like another is left out; failures, bad feedback, refusals, truncated and unsure answers come first. Proposals stand
in evals/proposed/ and count for nothing until a person accepts them and says what a good answer is.
Secrets and personal data are taken out.

exit status: 0 everything was read, 2 usage or files, or nothing could be read, 3 some lines could not be read

examples:
  harness harvest log.jsonl --suite triage --most 20
  harness harvest --suite triage --review
  harness harvest --suite triage --accept refund-twice-3fa9c1d2 --expect 'contains: refund' --must-pass
  harness harvest --suite triage --reject hello-there-77aa01bc --because "no question at all"
"""
_SHOWN = 300
_WHY = {
    "failure": "it failed",
    "bad_feedback": "people said it was bad",
    "refusal": "it refused",
    "truncation": "it was cut off",
    "low_confidence": "it was unsure",
    "outage": "the provider failed",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("logs", nargs="*", type=Path, metavar="LOG", help="logs to read")
    parser.add_argument(
        "--suite", metavar="NAME", help="the suite the cases are for (default: the only one that fits)"
    )
    parser.add_argument(
        "--most", type=int, default=50, metavar="N", help="cases to propose at most (default: 50)"
    )
    parser.add_argument(
        "--input", metavar="NAME", help="the input that takes the user's words, for logs of messages"
    )
    parser.add_argument(
        "--keep-personal",
        action="store_true",
        help="leave e-mail, phone, card and account numbers as they are",
    )
    parser.add_argument("--review", action="store_true", help="show what is proposed and not yet decided")
    parser.add_argument("--accept", nargs="+", metavar="ID", help="make cases of these proposals")
    parser.add_argument(
        "--expect", action="append", default=[], metavar="YAML", help="what a good answer satisfies"
    )
    parser.add_argument("--must-pass", action="store_true", help="the accepted cases must never fail")
    parser.add_argument("--reject", nargs="+", metavar="ID", help="turn these down, for good")
    parser.add_argument("--because", default="", metavar="TEXT", help="why they are turned down")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(args: argparse.Namespace) -> int:
    _check(args)
    settings = read_settings()
    desk = open_desk(settings, cast("str | None", args.suite) or _suite(args, settings))
    if args.accept:
        return _accept(args, desk)
    if args.reject:
        return _reject(args, desk)
    return _review(args, desk) if args.review else _harvest(args, desk)


def _suite(args: argparse.Namespace, settings: Settings) -> str | None:
    """The suite that is meant where nobody names one: that of the logs, or of the proposals."""
    if args.logs:
        return suite_of_logs(settings, cast("list[Path]", args.logs))
    ids = cast("list[str]", args.accept or args.reject or [])
    return suite_of_proposals(settings, ids) if ids else None


def _check(args: argparse.Namespace) -> None:
    asked = [bool(args.logs), bool(args.review), bool(args.accept), bool(args.reject)]
    if sum(asked) != 1:
        raise UsageError("name logs to read, or one of --review, --accept and --reject")
    if (args.expect or args.must_pass) and not args.accept:
        raise UsageError("--expect and --must-pass go with --accept")
    if args.because and not args.reject:
        raise UsageError("--because goes with --reject")
    if args.most < 1:
        raise UsageError(f"--most {args.most}: propose at least one case")


def _harvest(args: argparse.Namespace, desk: Desk) -> int:
    wanted = Wanted(
        logs=tuple(cast("list[Path]", args.logs)),
        most=args.most,
        into=cast("str | None", args.input),
        keep_personal=bool(args.keep_personal),
    )
    found = harvest_logs(desk, wanted)
    if args.json:
        tell_json(_document(desk, found))
    else:
        for each in found.proposals:
            tell(term(f"{each.id}: {_why(each)}"))
    for problem in found.problems:
        say(term(str(problem)))
    for line in _summary(desk, found):
        say(term(line))
    if not found.tally.seen:
        return UsageError.exit_status
    return SOME_LISTED if found.unread else ALL_CARRIED


def _why(proposal: Proposal) -> str:
    return ", ".join(_WHY.get(each, each) for each in proposal.why) or "nothing speaks against it"


def _summary(desk: Desk, found: Harvest) -> Iterator[str]:
    tally = found.tally
    if found.unread:
        more = found.unread - len(found.problems)
        shown = f", {more:,} of them not shown" if more else ""
        yield f"{count(found.unread, 'log line')} could not be read{shown}"
    if found.other_spans:
        yield f"{count(found.other_spans, 'span')} passed over: no call of a model"
    for guess, times in sorted(tally.guessed.items()):
        yield f"{count(times, 'answer')}: {guess}"
    for reason, times in sorted(tally.unfit.items()):
        yield f"{count(times, 'answer')} passed over: the question {reason}"
    rest = (
        (tally.repeated, "repeated"),
        (tally.decided, "known already"),
        (tally.near, "nearly the same as another"),
        (tally.over_budget, "beyond --most"),
    )
    left = ", ".join(f"{number:,} {what}" for number, what in rest if number)
    said = f"{count(tally.seen, 'answer')} seen, {count(tally.proposed, 'case')} proposed"
    yield f"{said}{f'; {left}' if left else ''}"
    if tally.proposed:
        yield f"they stand in {proposals_file(desk.suite.name)}, and count for nothing yet: `harness harvest --review`"


def _document(desk: Desk, found: Harvest) -> dict[str, Json]:
    tally = found.tally
    return {
        "schema": 1,
        "suite": desk.suite.name,
        "file": proposals_file(desk.suite.name),
        "documents": found.documents,
        "kinds": dict(sorted(found.kinds.items())),
        "unread": found.unread,
        "other_spans": found.other_spans,
        "seen": tally.seen,
        "proposed": tally.proposed,
        "repeated": tally.repeated,
        "decided": tally.decided,
        "near": tally.near,
        "over_budget": tally.over_budget,
        "unfit": dict(sorted(tally.unfit.items())),
        "guessed": dict(sorted(tally.guessed.items())),
        "proposals": [each.spelled() for each in found.proposals],
    }


def _review(args: argparse.Namespace, desk: Desk) -> int:
    if args.json:
        proposals: list[Json] = [each.spelled() for each in desk.proposals]
        tell_json({"schema": 1, "suite": desk.suite.name, "proposals": proposals})
        return 0
    for each in desk.proposals:
        for line in _shown(each):
            tell(term(line))
    accepted = sum(each.decision == "accepted" and each.suite == desk.suite.name for each in desk.decisions)
    rejected = sum(each.decision == "rejected" and each.suite == desk.suite.name for each in desk.decisions)
    say(
        term(
            f"{count(len(desk.proposals), 'proposal')} for {desk.suite.name}; {accepted:,} accepted, {rejected:,} rejected"
        )
    )
    return 0


def _shown(proposal: Proposal) -> Iterator[str]:
    yield f"{proposal.id}: {_why(proposal)}"
    for name in ("cluster", "inputs", "turns", "expect"):
        if proposal.case.get(name):
            yield f"  {name}: {_short(proposal.case[name])}"
    for name, value in proposal.seen.items():
        yield f"  {name}: {_short(value)}"


def _short(value: Json) -> str:
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=dict)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _accept(args: argparse.Namespace, desk: Desk) -> int:
    expect = tuple(map(expectation_of, cast("list[str]", args.expect)))
    verdict = Verdict(expect=expect, must_pass=bool(args.must_pass))
    ids = list(dict.fromkeys(cast("list[str]", args.accept)))
    file = accept(desk, ids, verdict, SystemClock().now())
    return _decided(
        args, "accepted", ids, f"{count(len(ids), 'case')} added to {file}, which {desk.suite.name} names"
    )


def _reject(args: argparse.Namespace, desk: Desk) -> int:
    ids = reject(desk, cast("list[str]", args.reject), cast("str", args.because), SystemClock().now())
    return _decided(args, "rejected", list(ids), f"{count(len(ids), 'proposal')} turned down, for good")


def _decided(args: argparse.Namespace, decision: str, ids: list[str], said: str) -> int:
    if args.json:
        cases: list[Json] = list(ids)
        tell_json({"schema": 1, "decision": decision, "cases": cases})
    else:
        for each in ids:
            tell(term(each))
    say(term(said))
    return 0
