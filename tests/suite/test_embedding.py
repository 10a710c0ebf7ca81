"""The embedding model of a project: named in its settings, known by its files, and missed before a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.experts.missing import missing
from harness.suite.embedding import digest_of, embedding_model, slips
from harness.suite.expectation import all_parts
from harness.suite.expectations.semantic import Semantic
from harness.suite.read import WorkingTree, examine, read_project
from tests.embedding import name_model
from tests.suite.files import GOOD, SUITE, said, with_files


def files_of_a_model(folder: Path, text: str = "{}") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (folder / name).write_text(text, "utf-8")
    return folder


def with_expectation(expectation: str) -> str:
    old = '- id: second\n    inputs: {ticket: "x"}'
    return SUITE.replace(old, f"{old}\n    expect:\n      - {expectation}")


def project(root: Path, expectation: str) -> WorkingTree:
    for path, text in {**GOOD, "evals/triage.yaml": with_expectation(expectation)}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(str(text), "utf-8")
    return WorkingTree(root)


def semantic_of(tree: WorkingTree) -> Semantic:
    cases = read_project(tree).suites["triage"].cases
    [found] = [each for case in cases for each in all_parts(case.expect) if isinstance(each, Semantic)]
    return found


def test_a_suite_knows_the_model_its_settings_name(tmp_path: Path) -> None:
    tree = project(tmp_path, "semantic: {to: [late, delayed], at_least: 70%, path: $.reply}")
    name_model(tmp_path, "models/tiny")
    folder = files_of_a_model(tmp_path / "models/tiny")
    found = semantic_of(tree)
    assert (found.to, found.at_least, found.path) == (("late", "delayed"), 0.7, "$.reply")
    assert found.model is not None
    assert (Path(found.model.folder), found.model.digest) == (folder, digest_of(folder))
    assert list(missing([found])) == []


def test_other_files_are_another_model_and_its_readme_is_none_of_it(tmp_path: Path) -> None:
    before = digest_of(files_of_a_model(tmp_path))
    (tmp_path / "README.md").write_text("new")
    assert digest_of(tmp_path) == before
    assert digest_of(files_of_a_model(tmp_path, "{ }")) != before
    (tmp_path / "tokenizer.json").unlink()
    assert digest_of(tmp_path) == digest_of(tmp_path / "nowhere") == digest_of(Path("\0")) == ""


def test_a_check_warns_where_a_suite_has_no_model_to_be_graded_by(tmp_path: Path) -> None:
    tree = project(tmp_path, "semantic: {to: late}")
    [warning] = missing(examine(tree).asked)
    assert str(warning).endswith(
        "'semantic' cannot be graded here: no embedding model is named; "
        'write [tool.harness.semantic] model = "FOLDER" in pyproject.toml'
    )
    assert str(warning).startswith("evals/triage.yaml:")
    name_model(tmp_path, "models/tiny")
    [warning] = missing(examine(tree).asked)
    assert "there is no embedding model in" in str(warning)


def test_a_check_warns_of_javascript_where_there_is_no_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    [warning] = missing(examine(project(tmp_path, "javascript: 'true'")).asked)
    assert str(warning).endswith(
        "'javascript' cannot be graded here: Node.js is not installed; put `node` on the PATH"
    )


@pytest.mark.parametrize("text", ["[tool.harness", "", "tool = 1", "[tool.harness.semantic]\nmodel = 1\n"])
def test_settings_that_cannot_be_read_name_no_model(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert embedding_model(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("given", "key", "what"),
    [
        ("potion", "semantic", "'semantic' in [tool.harness] is not a table"),
        ({"model": "x", "size": 1}, "size", "unknown key 'size' in [tool.harness.semantic]"),
        ({}, "model", "model is not the path of a folder"),
        ({"model": " "}, "model", "model is not the path of a folder"),
        ({"model": "../x"}, "model", "model leads out of its folder by `..`"),
    ],
)
def test_what_is_wrong_with_the_table_is_said(given: object, key: str, what: str) -> None:
    [slip] = slips(given)
    assert (slip.key, slip.what) == (key, what)


def test_a_text_without_a_word_is_no_text_to_compare_with() -> None:
    [problem] = said(with_files({"evals/triage.yaml": with_expectation("semantic: {to: '!'}")}))
    assert "'to' has no word to compare with; write what is wanted" in problem
