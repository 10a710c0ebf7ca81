from __future__ import annotations

import pytest

from harness.suite.lock import LOCK, lock_text
from harness.suite.read import read_project
from tests.suite.files import GOOD, Files, said, with_files

TEXT = lock_text(read_project(Files(GOOD)).prompts)


def test_a_lock_names_the_digest_of_every_version() -> None:
    digest = read_project(Files(GOOD)).prompts["triage", "v1"].digest
    assert TEXT.splitlines()[1:4] == ["prompts:", "  triage:", f'    v1: "{digest}"']


def test_a_locked_project_is_right_and_locks_the_same_again() -> None:
    tree = with_files({LOCK: TEXT})
    assert said(tree) == []
    assert lock_text(read_project(tree).prompts) == TEXT


def test_no_prompts_make_an_empty_lock() -> None:
    assert said(with_files({LOCK: lock_text({})})) == []


def test_a_released_version_that_changed_is_refused() -> None:
    changed = GOOD["prompts/triage/v1.yaml"].replace("sort", "order")
    (found,) = said(with_files({LOCK: TEXT, "prompts/triage/v1.yaml": changed}))
    place, what, remedy = (
        "prompts/triage/v1.yaml:1:1",
        "v1 is released and has changed since",
        "release it as v3.yaml",
    )
    assert found.startswith(f"{place}: {what} (line 4 of prompts/prompts.lock); ")
    assert found.endswith(f"{remedy} instead")


def test_a_released_version_may_change_its_description() -> None:
    changed = GOOD["prompts/triage/v1.yaml"].replace("Sort a ticket", "Sort one ticket")
    assert said(with_files({LOCK: TEXT, "prompts/triage/v1.yaml": changed})) == []


def test_a_released_version_that_is_gone_is_missed() -> None:
    extra = TEXT + f'    v9: "{"0" * 64}"\n'
    what = "v9 of prompt 'triage' is released, but its file is gone; restore prompts/triage/v9.yaml"
    assert said(with_files({LOCK: extra})) == [f"prompts/prompts.lock:6:5: {what}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prompts: {triage: {v1: abc}}", ":1:24: not a digest: 64 hexadecimal digits; run `harness prompts lock`"),
        ("prompts: {triage: {v1: 5}}", ':1:24: a digest must be text, not the number 5; quote it: "5"'),
        ("prompts: {triage: 5}", ":1:19: the versions of 'triage' must be a mapping, not the number 5; write `key: value` lines"),
        ("prompts: 5", ":1:10: 'prompts' must be a mapping, not the number 5; write `key: value` lines"),
        ("[]", ":1:1: prompts.lock must be a mapping, not a list; write `key: value` lines"),
        ("{}", ":1:1: prompts.lock has no 'prompts'; add `prompts:`"),
        ("[\n", ":2:1: a bracket is still open here; close it, or add the comma that is missing"),
    ],
)  # fmt: skip
def test_a_broken_lock_is_refused(text: str, expected: str) -> None:
    (found,) = said(with_files({LOCK: text}))
    assert found == LOCK + expected
