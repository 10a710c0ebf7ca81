"""Drafts become files that the project's own check finds nothing wrong with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.drafts import CaseDraft, Draft, Names, PromptDraft, SuiteDraft, draft_files, redacted
from harness.intake.overlay import Overlay
from harness.suite.names import CASE_ID, refusal
from harness.suite.read import WorkingTree, check, read_project
from harness.suite.tree import Unreadable
from tests.suite.files import MODELS

CASE = CaseDraft(id="one", inputs={"q": "NO"}, expect=({"equals": "1e3"},), tags=("a",), threshold=0.5)


def _draft(*cases: CaseDraft) -> Draft:
    prompt = PromptDraft(version="v1", messages=(("user", "Say: {{ q }}\nNow."),), system="Be brief.")
    suite = SuiteDraft(
        name="mine",
        prompt="mine",
        baseline=("v1", "opus"),
        candidate=("v1", "opus"),
        cases=cases,
        repeats=2,
        comments=("imported from\nsomewhere",),
    )
    return Draft(suites=(suite,), prompts={"mine": (prompt,)}, files={"prompts/models.yaml": MODELS})


def _tree(draft: Draft, under: WorkingTree | None = None) -> Overlay:
    return Overlay("/nowhere", under, draft_files(draft))


def test_a_draft_becomes_a_project_without_mistakes() -> None:
    tree = _tree(_draft(CASE))
    assert check(tree) == ()
    (case,) = read_project(tree).suites["mine"].cases
    assert case.inputs == {"q": "NO"}
    assert case.threshold == 0.5


def test_many_cases_get_a_file_of_their_own() -> None:
    cases = [
        CaseDraft(id=f"case-{number}", inputs={"q": "x"}, expect=({"equals": "x"},)) for number in range(200)
    ]
    tree = _tree(_draft(*cases))
    assert tree.files("evals") == ("evals/mine.yaml", "evals/mine_cases.jsonl")
    assert check(tree) == ()
    assert len(read_project(tree).suites["mine"].cases) == 200


def test_a_draft_lies_over_the_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "models.yaml").write_text(MODELS)
    draft = _draft(CASE)
    tree = _tree(Draft(suites=draft.suites, prompts=draft.prompts), WorkingTree(tmp_path))
    assert check(tree) == ()


def test_what_is_nowhere_is_unreadable() -> None:
    tree = Overlay("/nowhere", None, {"evals/a.yaml": "x" * 9})
    for path, most in (("evals/b.yaml", 99), ("evals/a.yaml", 5)):
        with pytest.raises(Unreadable):
            tree.read(path, most)


def test_secrets_are_taken_out_of_everything_in_a_draft() -> None:
    case = CaseDraft(id="one", inputs={"q": ["k3y"]}, expect=({"equals": {"value": "k3y"}},))
    files = draft_files(redacted(_draft(case), lambda text: text.replace("k3y", "[gone]")))
    assert "k3y" not in json.dumps(files)
    assert files["evals/mine.yaml"].count("[gone]") == 2


@given(st.lists(st.text(max_size=90)))
def test_every_name_is_plain_and_given_out_once(wanted: list[str]) -> None:
    names = Names()
    given_out = [names.new(each, "case") for each in wanted]
    assert len(set(given_out)) == len(wanted)
    assert [refusal("case id", each, CASE_ID) for each in given_out] == [None] * len(wanted)
