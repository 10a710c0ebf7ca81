"""The command that asks one case again: what was told, but for the cases, quoted for a shell."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from harness.cli.main import parser_of
from harness.compare.comparison import Change
from harness.report.views.parts import Heading
from harness.report.views.repeating import NOT_AGAIN, gate_again, run_again
from tests.report import examples
from tests.report.hostile import PAYLOADS

REPLAYED = replace(examples.info("v2"), mode="replay"), replace(examples.info("v3"), mode="replay")


def command(heading: Heading, case_id: str = "c1", change: Change = Change.REGRESSED) -> str:
    return gate_again(examples.comparison(), heading).command(case_id, change)


def test_a_gate_is_asked_as_it_was_told_but_for_its_cases() -> None:
    flags = " --base origin/main --mode live --repeats 2 --case a --tag 'b c' --text x --sample 9 --seed 3 --changed-since HEAD"
    said = command(Heading(baseline=REPLAYED[0], candidate=REPLAYED[1], flags=flags))
    assert said == "harness gate triage --base origin/main --mode live --repeats 2 --fresh --case c1"


def test_two_stored_runs_are_asked_again_by_their_variants() -> None:
    said = command(Heading(baseline=REPLAYED[0], candidate=REPLAYED[1]))
    assert said == "harness gate triage --baseline v2@opus-5-5 --candidate v3@opus-5-5 --case c1"


def test_a_case_the_baseline_never_had_is_asked_of_the_candidate_alone() -> None:
    routed = replace(REPLAYED[1], model="route:by-size", mode="live")
    said = command(Heading(baseline=REPLAYED[0], candidate=routed), change=Change.ADDED)
    assert said == "harness run triage --version v3 --route by-size --mode live --case c1"


def test_what_cannot_be_asked_again_has_no_command() -> None:
    imported = examples.comparison(baseline=examples.side("v2", mode="imported"))
    both = Heading(baseline=REPLAYED[0], candidate=REPLAYED[1])
    assert gate_again(imported, both) == NOT_AGAIN
    assert run_again(replace(REPLAYED[1], mode="imported")) == NOT_AGAIN
    assert command(Heading()) == ""
    assert command(both, change=Change.REMOVED) == ""
    same = Heading(
        baseline=REPLAYED[1], candidate=REPLAYED[1]
    )  # files of two commits, and nobody knows which
    assert command(same) == ""
    assert command(same, change=Change.ADDED) != ""


@pytest.mark.parametrize("case_id", [*PAYLOADS, "-v", "--help", "a'b", "$(reboot)", "`x`", "; rm", "é"])
def test_a_shell_takes_any_id_for_what_it_is(case_id: str) -> None:
    words = shlex.split(command(Heading(baseline=REPLAYED[0], candidate=REPLAYED[1]), case_id))
    args = parser_of("gate").parse_args(words[2:])
    assert args.case == [case_id]
