"""`harness show`: one case with both answers side by side, or the cases of a suite to choose from."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import cast

from harness.cli.console import in_colour, tell, tell_json, width
from harness.compare.change import Change
from harness.errors import UsageError
from harness.pipeline.looking import Wanted, look, matter_of, meant, newest_matter, search
from harness.report.text.paper import Paper
from harness.report.views.cases import WORSE
from harness.report.views.one_case import Matter, one_case
from harness.settings import Settings, read_settings
from harness.store.duck import reading

_WIDEST = 200
_CHANGES: Mapping[str, frozenset[Change]] = {
    "regressed": WORSE,
    "broke": frozenset({Change.BROKE}),
    "improved": frozenset({Change.IMPROVED}),
    "unsure": frozenset({Change.UNSURE}),
}
_MANY = (*_CHANGES, "failing", "tag")
_ONE = ("repeat", "prompt")
_EPILOG = """\
WHAT is the id of a case, SUITE/CASE where several suites have it, or a suite, whose cases are listed worst first.
Shown is the newest verdict that has the case, else the newest run; --runs names others. Nothing is asked: everything
comes from the store. Words in [-...-] are only in the baseline, words in {+...+} only in the candidate.

exit status: 0 when it was shown, whatever it says; 2 when there is no such thing

examples:
  harness show refund-late-parcel-ur
  harness show triage/refund-late-parcel-ur --repeat 2 --prompt
  harness show triage --regressed | less
  harness show triage --failing equals --tag urdu
  harness show refund-late-parcel-ur --runs triage-v1 triage-v3 --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("what", metavar="WHAT", help="a case, SUITE/CASE, or a suite")
    parser.add_argument(
        "--runs",
        nargs="+",
        default=[],
        metavar="RUN",
        help="these runs: one alone, or a baseline and a candidate",
    )
    one = parser.add_argument_group("of one case")
    one.add_argument("--repeat", type=int, metavar="N", help="this repeat (default: the most telling one)")
    one.add_argument(
        "--prompt",
        action="store_true",
        help="all that was asked (default: its end, or where the sides differ)",
    )
    many = parser.add_argument_group("of a suite")
    many.add_argument("--regressed", action="store_true", help="only cases that became worse, or broke")
    many.add_argument("--broke", action="store_true", help="only cases that are not measured any more")
    many.add_argument("--improved", action="store_true", help="only cases that became better")
    many.add_argument("--unsure", action="store_true", help="only cases whose difference may be chance")
    many.add_argument(
        "--failing", metavar="GRADER", help="only cases that this grader, or criterion, did not pass"
    )
    many.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="only cases with this tag; may be repeated"
    )
    many.add_argument("--limit", type=int, default=50, metavar="N", help="the worst N (default 50; 0: all)")
    parser.add_argument("--json", action="store_true", help="print it as JSON, with whole answers")


def run(args: argparse.Namespace) -> int:
    settings, runs, what = read_settings(), cast("list[str]", args.runs), cast("str", args.what)
    if len(runs) > 2:
        raise UsageError(f"--runs: {len(runs)} runs; name one, or a baseline and a candidate")
    with reading(settings.store):  # opened once, and all that is shown is of one moment
        matter, case_id = _named(what, runs, settings)
        if case_id is None:
            _list(matter, args, settings)
        else:
            _show(matter, case_id, args, settings)
    return 0


def _named(what: str, runs: Sequence[str], settings: Settings) -> tuple[Matter, str | None]:
    """The runs to look at, and the case, where it is one that was named."""
    if runs:
        matter = matter_of(runs, settings)
        return matter, None if what == matter.suite else what.removeprefix(f"{matter.suite}/")
    suite, case_id = meant(what, settings)
    return newest_matter(suite, case_id, settings), case_id


def _show(matter: Matter, case_id: str, args: argparse.Namespace, settings: Settings) -> None:
    from harness.report.machines.one_case import case_document
    from harness.report.text.one_case import render

    _refuse(_MANY, args, f"{case_id} is a case", "a suite")
    found = look(matter, case_id, settings)
    try:
        case = one_case(
            matter, found.change, found.answers, repeat=cast("int | None", args.repeat), notes=found.notes
        )
    except ValueError as error:
        raise UsageError(f"case {case_id}: {error}") from None
    if args.json:
        tell_json(case_document(case, found.answers))
    else:
        tell(render(case, _paper(settings), whole_prompt=bool(args.prompt)))


def _list(matter: Matter, args: argparse.Namespace, settings: Settings) -> None:
    from harness.report.machines.one_case import list_document
    from harness.report.text.listed_cases import render_list

    _refuse(_ONE, args, f"{matter.suite} is a suite", "one case")
    wanted, limit = _wanted(args), cast("int", args.limit)
    if limit < 0:
        raise UsageError(f"--limit {limit}: write a number of cases, or 0 for all")
    if matter.baseline is None and wanted.changes:
        raise UsageError(
            f"run {matter.candidate.run_id} is looked at alone, so nothing became better or worse; "
            f"write harness show {matter.suite} --runs BASELINE CANDIDATE"
        )
    found = search(matter, wanted, settings, limit or None)
    if args.json:
        tell_json(list_document(matter, found.rows, found=found.found, cases=found.cases))
    else:
        tell(render_list(matter, found, _paper(settings)))


def _wanted(args: argparse.Namespace) -> Wanted:
    chosen = [kinds for flag, kinds in _CHANGES.items() if getattr(args, flag)]
    return Wanted(
        changes=frozenset(change for kinds in chosen for change in kinds),
        tags=frozenset(cast("list[str]", args.tag)),
        failing=cast("str | None", args.failing),
    )


def _refuse(flags: Sequence[str], args: argparse.Namespace, what: str, other: str) -> None:
    """What says something about another kind of thing would be ignored in silence."""
    given = [f"--{flag}" for flag in flags if getattr(args, flag)]
    if given:
        raise UsageError(f"{what}, and {', '.join(given)} is for {other}; leave it out")


def _paper(settings: Settings) -> Paper:
    return Paper(width=width(_WIDEST), colour=in_colour(no_color=settings.no_color))
