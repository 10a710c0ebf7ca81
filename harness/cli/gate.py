"""`harness gate`: run both sides, compare, decide."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from harness.call.tab import Tab
from harness.cli import choices
from harness.cli.console import say, verdict_stands
from harness.cli.ending import ending
from harness.cli.progress import add_events, listening, progress, say_of_several
from harness.cli.publish import add_outputs, check_outputs, publish
from harness.cli.stopped import explain
from harness.clock import today
from harness.errors import UsageError
from harness.events import Emit, Event, GateNoted, Looked
from harness.pipeline.comparing import Compared
from harness.pipeline.gating import Question, gate_suite, variant_choice
from harness.report.safe import term
from harness.settings import Settings, read_settings
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import GitTree, WorkingTree

_EPILOG = """\
exit status:
  0 PASS   1 REGRESSED   2 usage or configuration error   3 INCONCLUSIVE   4 NOT_MEASURED

examples:
  harness gate triage                          the suite's own baseline and candidate, from recordings
  harness gate triage --candidate v3           another version of the prompt
  harness gate --base origin/main --mode live  every suite, against what the branch started from
  harness gate triage --baseline v2@opus-5-5 --candidate v2@sonnet-5-5   a change of model
  harness gate triage --baseline @opus-5-5 --candidate @route:by-size   a route against one model
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("suite", nargs="*", help="suites to gate (default: every suite)")
    parser.add_argument("--baseline", metavar="VERSION[@MODEL]", help="compare with this variant")
    parser.add_argument("--candidate", metavar="VERSION[@MODEL]", help="judge this variant")
    parser.add_argument("--base", metavar="REF", help="compare with the files of this commit")
    choices.add_terms(parser)
    choices.add_selection(parser)
    choices.refuse_ladder(parser)
    parser.add_argument("--fresh", action="store_true", help="ask again even where a paid run is stored")
    parser.add_argument(
        "--allow-inconclusive", action="store_true", help="exit 0 on INCONCLUSIVE; never on NOT_MEASURED"
    )
    add_events(parser)
    add_outputs(parser)
    choices.add_data_only(parser)


def run(args: argparse.Namespace) -> int:
    choices.check_no_ladder(args, "gate")
    settings = choices.trusting(read_settings(), args)
    project = read_project(WorkingTree(settings.root), today(), data_only=settings.data_only)
    ref = cast("str | None", args.base)
    base = (
        None
        if ref is None
        else read_project(GitTree(settings.root, ref), today(), data_only=settings.data_only)
    )
    named = cast("list[str]", args.suite)
    if base is not None and not named:
        _refuse_a_suite_that_is_gone(project, base, str(ref))
    suites = named or sorted(project.suites)
    check_outputs(args)
    if len(suites) > 1:
        say(
            f"harness: {len(suites)} suites block together, so each has 1/{len(suites)} of its error rate (alpha)"
        )
    with listening(args, settings) as listener:
        asking = Asking(args, settings, project, listener, Tab(), len(suites))
        compared = [_gate(name, asking, base if named else _with_suite(base, name)) for name in suites]
    with verdict_stands():
        publish(compared, args, settings, again=_again(compared, named))
    again = {
        run.run_id: f"harness gate {each.candidate.suite}{each.flags}"
        for each in compared
        for run in (each.baseline, each.candidate)
        if run.purpose
    }
    explain([run.run_id for each in compared for run in (each.baseline, each.candidate)], settings, again)
    return ending(compared, allow=bool(args.allow_inconclusive))


def _again(compared: Sequence[Compared], named: Sequence[str]) -> str:
    """The command that was typed, as far as it decides anything."""
    suites = "".join(f" {shlex.quote(name)}" for name in named)
    return f"harness gate{suites}{compared[0].flags}"


@dataclass(frozen=True, slots=True)
class Asking:
    """What all suites of one command share."""

    args: argparse.Namespace
    settings: Settings
    project: Project
    listener: Emit
    tab: Tab
    suites: int


def _gate(name: str, asking: Asking, base: Project | None) -> Compared:
    args, settings = asking.args, asking.settings
    question = Question(
        suite=name,
        baseline=variant_choice(cast("str | None", args.baseline)),
        candidate=variant_choice(cast("str | None", args.candidate)),
        mode=choices.mode(args, settings),
        repeats=cast("int | None", args.repeats),
        budget=choices.budget(args),
        deadline=choices.deadline(args),
        tab=asking.tab,
        selection=choices.selection(args),
        base=None if base is None else cast("str | None", args.base),
        fresh=bool(args.fresh),
        shared_by=asking.suites,
    )
    with progress(name, args, settings, asking.listener) as emit:
        compared = gate_suite(question, asking.project, base, settings, _noting(emit))
    say_of_several(compared, asking.suites)
    return compared


def _noting(emit: Emit) -> Emit:
    """What a gate says of its way goes to stderr as well."""

    def heard(event: Event) -> None:
        if isinstance(event, GateNoted):
            say(f"harness: {event.suite}: {term(event.note)}")
        if isinstance(event, Looked) and not event.decided:
            so_far = f"look {event.look} of {event.looks}: not decided"
            say(f"harness: {event.suite}: {so_far}, {event.answers} answers so far")
        emit(event)

    return heard


def _with_suite(base: Project | None, name: str) -> Project | None:
    """`base`, where it has the suite. A new suite is gated against its own baseline when nobody named it."""
    if base is None or name in base.suites:
        return base
    say(f"suite {name!r} is new: gated against its own baseline")
    return None


def _refuse_a_suite_that_is_gone(project: Project, base: Project, ref: str) -> None:
    """A branch must not pass by deleting what it would fail."""
    gone = sorted(base.suites.keys() - project.suites.keys())
    if gone:
        raise UsageError(
            f"{ref} has suites that are not here any more: {', '.join(gone)}; "
            "if that is meant, name the suites to gate"
        )
