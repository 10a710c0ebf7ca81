"""Annotations stand at the line of a case, are few, and are the only commands of the runner in what is printed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.annotations import MOST, folder_of, verdict_commands, workflow_commands
from harness.errors import Place, Problem
from harness.gate.verdict import Status
from harness.report.views.pull import CaseBrief, Pull, SuiteBrief, make_pull
from harness.settings import read_settings
from tests.cli.conftest import Type
from tests.github.runner import Command, commands_in, parsed
from tests.report.examples import hostile_view, views
from tests.report.hostile import nasty
from tests.report.pulls import pull_of

CASE = CaseBrief(
    case_id="late-parcel",
    change="regressed",
    before="3/3",
    after="0/3",
    place="evals/triage.yaml:19:5",
    because="",
    evidence=("wanted 'refunds', got 'billing'",),
    diff=(),
)


def suite(name: str, status: Status, *, cases: int = 0) -> SuiteBrief:
    (brief,) = pull_of([views()["pass"]]).suites
    made = tuple(replace(CASE, case_id=f"{name}-{n}") for n in range(cases))
    return replace(brief, suite=name, status=status, cases=made, worse=cases, told="It `fell`.")


def pull(*suites: SuiteBrief) -> Pull:
    return make_pull(suites, command="harness gate", synthetic=False)


def commands(shown: Pull) -> list[Command]:
    return [parsed(line) for line in verdict_commands(shown)]


def test_a_case_that_became_worse_is_an_error_at_its_line() -> None:
    (made,) = commands(pull(suite("triage", Status.REGRESSED, cases=1)))
    assert made.name == "error"
    assert made.properties == {
        "file": "evals/triage.yaml", "line": "19", "col": "5", "title": "triage: triage-0 regressed"
    }  # fmt: skip
    assert made.message == "3/3 → 0/3; wanted 'refunds', got 'billing'"


def test_what_is_undecided_is_a_warning_and_what_passed_is_nothing() -> None:
    shown = pull(suite("a", Status.INCONCLUSIVE, cases=1), suite("b", Status.PASS, cases=1))
    assert [made.name for made in commands(shown)] == ["warning"]


@pytest.mark.parametrize(
    ("status", "level"), [(Status.NOT_MEASURED, "error"), (Status.INCONCLUSIVE, "warning")]
)
def test_a_suite_in_which_no_case_became_worse_has_an_annotation_of_its_own(
    status: Status, level: str
) -> None:
    (made,) = commands(pull(suite("cost", status)))
    assert (made.name, made.properties) == (level, {"title": f"cost is {status.replace('_', ' ')}"})
    assert made.message == "It fell."


def test_there_are_ten_of_a_level_and_the_last_counts_the_rest() -> None:
    shown = pull(suite("a", Status.REGRESSED, cases=500), suite("b", Status.INCONCLUSIVE, cases=12))
    made = commands(shown)
    assert [each.name for each in made] == ["error"] * MOST + ["warning"] * MOST
    assert made[9].message.endswith("; and 490 more cases became worse")
    assert made[19].message.endswith("; and 2 more cases became worse")
    assert "more case" not in made[8].message


def test_suites_take_turns_so_that_none_hides_another_s_cases() -> None:
    shown = pull(suite("a", Status.REGRESSED, cases=500), suite("b", Status.REGRESSED, cases=500))
    titles = [each.properties["title"] for each in commands(shown)]
    assert [title[:1] for title in titles] == ["a", "b"] * 5


def test_what_a_rule_says_of_a_case_comes_first() -> None:
    brief = replace(suite("a", Status.REGRESSED), cases=(replace(CASE, because="a must-pass case failed"),))
    (made,) = commands(pull(brief))
    assert made.message.startswith("3/3 → 0/3; a must-pass case failed; wanted")


@given(nasty | st.text(alphabet=":,%\r\n=#[]", max_size=30))
def test_no_text_gets_out_of_its_place_in_an_annotation(text: str) -> None:
    case = replace(
        CASE, case_id=text, place=f"{text}.yaml:3:4", because=text, evidence=(text,), change=text, before=text
    )
    brief = replace(suite(text, Status.REGRESSED), cases=(case,), worse=1)
    (line,) = verdict_commands(pull(brief))
    made = parsed(line)
    assert (made.name, sorted(made.properties)) == ("error", ["col", "file", "line", "title"])
    assert (made.properties["line"], made.properties["col"]) == ("3", "4")
    (problem,) = workflow_commands([Problem(Place(text, 3, 4), text, text)])
    assert parsed(problem).properties["line"] == "3"


@pytest.mark.parametrize("place", ["", "evals/x.yaml", "\n", "x:1:2:3:"])
def test_a_place_that_is_none_costs_no_annotation(place: str) -> None:
    (made,) = commands(
        pull(replace(suite("a", Status.REGRESSED), cases=(replace(CASE, place=place),), worse=1))
    )
    assert made.name == "error"
    assert ("file" in made.properties) == bool(place)


def test_a_project_in_a_folder_of_the_repository_is_found_there(tiny: Path) -> None:
    inside = read_settings(tiny, {"GITHUB_WORKSPACE": str(tiny.parent)})
    assert folder_of(inside) == f"{tiny.name}/"
    assert folder_of(read_settings(tiny, {})) == ""
    assert folder_of(read_settings(tiny, {"GITHUB_WORKSPACE": "/elsewhere"})) == ""
    (line,) = workflow_commands([Problem(Place("evals/x.yaml", 3, 4), "wrong")], folder_of(inside))
    assert parsed(line).properties["file"] == f"{tiny.name}/evals/x.yaml"


def test_a_gate_in_a_workflow_annotates_beside_its_json(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    said = typed("gate", "tiny", "--candidate", "v3", "--json")
    assert said.status == 1
    assert json.loads(said.out)["brief"]["worse"] > 0
    made = [parsed(line) for line in commands_in(said.err)]
    assert made
    assert {each.name for each in made} == {"error"}
    lines = (tiny / "evals/tiny.yaml").read_text("utf-8").splitlines()
    for each in made:
        assert each.properties["file"] == "evals/tiny.yaml"
        case = each.properties["title"].removeprefix("tiny: ").removesuffix(" regressed")
        assert case in lines[int(each.properties["line"]) - 1]
    assert commands_in(said.out) == []


def test_a_report_of_what_was_decided_before_annotates_nothing(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [
        json.loads(typed("run", "tiny", "--version", each, "--json").out)["run_id"] for each in ("v1", "v3")
    ]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert commands_in(typed("report", *runs).err) == []
    assert commands_in(typed("compare", *runs).err) != []


def test_a_hostile_view_gives_only_the_commands_that_we_meant() -> None:
    for text in ("::error::x", "##[add-mask]x", "\n::stop-commands::x", "%0A::debug::x"):
        lines = verdict_commands(pull_of([hostile_view(text)]))
        assert {parsed(line).name for line in lines} == {"error"}
