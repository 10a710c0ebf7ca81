"""Ten configurations in the words of promptfoo's documentation: nothing is dropped, and what is written is right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.intake.constructs import Construct
from harness.intake.promptfoo.imported import Imported
from harness.suite.project import Project
from harness.suite.read import check, read_project
from tests.intake.projects import imported, made
from tests.intake.promptfoo.walker import in_file

CONFIGS = Path(__file__).parent / "configs"
# Every configuration, with the files it takes tests and defaults from.
FILES = {
    "texts": ["promptfooconfig.yaml"],
    "files": [
        "promptfooconfig.json",
        "tests/one.yaml",
        "tests/two.yaml",
        "tests/more.jsonl",
        "tests/rows.csv",
    ],
    "tables": ["promptfooconfig.yml", "rows.csv"],
    "defaults": ["promptfooconfig.yaml", "shared.yaml"],
    "scenarios": ["promptfooconfig.yaml"],
    "code": ["promptfooconfig.yaml"],
    "judged": ["promptfooconfig.yaml"],
    "structures": ["promptfooconfig.yaml"],
    "templates": ["promptfooconfig.yaml"],
    "unusual": ["promptfooconfig.yaml"],
}


def _assertions(found: Imported) -> list[Construct]:
    return [each for each in found.inventory.constructs if each.kind == "assertion"]


def _project(name: str) -> Project:
    return read_project(made(imported(CONFIGS / name)))


@pytest.mark.parametrize("name", FILES)
def test_every_assertion_is_accounted_for(name: str) -> None:
    found = imported(CONFIGS / name)
    wanted = sum(in_file(CONFIGS / name / each) for each in FILES[name])
    count = found.inventory.counts()["assertion"]
    assert count.met == wanted == len(_assertions(found))
    assert all(each.adds_up for each in found.inventory.counts().values())


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_is_right(name: str) -> None:
    found = imported(CONFIGS / name)
    assert found.problems == ()
    assert check(made(found)) == ()
    assert found.cases == sum(len(suite.cases) for suite in read_project(made(found)).suites.values())


@pytest.mark.parametrize("name", FILES)
def test_every_construct_has_a_place_and_a_reason(name: str) -> None:
    for each in imported(CONFIGS / name).inventory.constructs:
        assert each.place.line > 0
        assert (CONFIGS / each.place.file).is_file()
        assert each.reason
        assert each.reason != "nothing was made of it"


def test_the_listed_ones_are_those_that_nothing_corresponds_to() -> None:
    listed = Counter(each.name for each in _assertions(imported(CONFIGS / "judged")) if each.fate == "listed")
    others = (
        "agent-rubric",
        "guardrails",
        "human",
        "max-score",
        "moderation",
        "pi",
        "search-rubric",
        "select-best",
    )
    assert listed == Counter(others)


def test_a_matrix_becomes_a_case_for_every_combination() -> None:
    (suite,) = _project("scenarios").suites.values()
    asked = [(case.inputs["language"], case.inputs["input"]) for case in suite.cases]
    assert len(asked) == 2 * 3 + 2 * 1 + 2 * 2
    assert len(set(asked)) == len(asked)


def test_what_all_cases_share_stands_in_the_defaults() -> None:
    found = imported(CONFIGS / "judged")
    assert "defaults" not in found.files["evals/judged.yaml"]  # one case shares with nobody
    assert found.files["evals/judged.yaml"].count("is friendly") == 1


def test_defaults_lie_under_every_test_unless_it_says_no() -> None:
    (suite,) = _project("defaults").suites.values()
    counts = {str(case.inputs["name"]): len(case.expect) for case in suite.cases}
    assert counts == {"Ada": 3, "Bob": 1, "Eve": 2}
    ada = next(case for case in suite.cases if case.inputs["name"] == "Ada")
    assert ada.threshold == 0.5
    assert [each.weight for each in ada.expect] == [1.0, 1.0, 3.0]


def test_prompts_become_versions_and_repeats_repeats() -> None:
    project = _project("files")
    assert sorted(version for _name, version in project.prompts) == ["v1", "v2", "v3", "v4"]
    assert project.suites["files"].repeats == 3
    assert project.prompts["files", "v3"].system == "You summarise for {{ audience }}."


def test_a_version_that_needs_more_gets_a_suite_of_its_own() -> None:
    project = _project("files")
    assert {
        name: (each.baseline.version, each.candidate.version) for name, each in project.suites.items()
    } == {
        "files": ("v1", "v2"),
        "files-v3": ("v3", "v3"),
    }


def test_the_same_pin_stands_for_the_same_model_and_a_new_one_is_proposed() -> None:
    assert {each.candidate.model for each in _project("texts").suites.values()} == {"haiku-5-5"}
    found = imported(CONFIGS / "files")
    assert list(found.proposals) == ["3-5-sonnet-20241022"]
    assert "3-5-sonnet-20241022" in read_project(made(found)).models


def test_secrets_and_files_outside_never_get_in() -> None:
    text = "".join(imported(CONFIGS / "unusual").files.values())
    assert "not-a-real-key" not in text
    assert "root:" not in text


def test_a_case_without_an_assertion_says_that_it_expects_little() -> None:
    project = _project("files")
    little = [case for case in project.suites["files"].cases if "expects-little" in case.tags]
    assert [case.inputs["text"] for case in little] == ["Snow fell."]
