from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from harness.errors import FilesRejected, UsageError
from harness.suite.read import GitTree, WorkingTree, check, find_root, read_project
from harness.suite.tree import Unreadable
from tests.suite.files import GOOD


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The good project on disk."""
    for path, text in GOOD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    config = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *config, *arguments], cwd=root, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def committed(root: Path) -> Path:
    """The good project, committed."""
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    return root


def test_a_project_on_disk_is_read(root: Path) -> None:
    project = read_project(WorkingTree(root))
    assert project.root == str(root)
    assert list(project.suites) == ["triage"]


def test_the_root_is_found_from_below(root: Path) -> None:
    assert find_root(root / "evals" / "schemas") == root


def test_no_root_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="harness init"):
        find_root(tmp_path)


def test_a_link_out_of_the_project_is_refused(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "cases.jsonl"
    outside.write_text('{"id": "a", "inputs": {"ticket": "secret"}}\n')
    (root / "evals/more.jsonl").unlink()
    (root / "evals/more.jsonl").symlink_to(outside)
    assert [str(problem) for problem in check(WorkingTree(root))] == [
        "evals/triage.yaml:30:11: evals/more.jsonl: lies outside the project; copy it into the project"
    ]


def test_a_linked_folder_is_not_walked_into(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (root / "prompts/other").symlink_to(tmp_path_factory.mktemp("outside"))
    assert [str(problem) for problem in check(WorkingTree(root))] == [
        "prompts/other: is not a prompt version; name it prompts/<name>/v1.yaml, or move it out of prompts/"
    ]


def test_a_loop_of_links_is_refused(root: Path) -> None:
    (root / "evals/loop.yaml").symlink_to("loop.yaml")
    assert "evals/loop.yaml: " in str(check(WorkingTree(root))[0])


def test_a_pipe_does_not_hang_the_check(root: Path) -> None:
    os.mkfifo(root / "evals/pipe.yaml")
    assert str(check(WorkingTree(root))[0]) == "evals/pipe.yaml: is not a file; put a file there"


def test_a_folder_is_not_a_file(root: Path) -> None:
    with pytest.raises(Unreadable, match="is not a file"):
        WorkingTree(root).read("evals", 10)


def test_a_file_that_is_too_large_is_refused_with_both_sizes(root: Path) -> None:
    with (root / "evals/triage.yaml").open("a") as file:
        file.write("#" * 2**20)
    (problem,) = check(WorkingTree(root))
    assert str(problem).startswith("evals/triage.yaml: has 1,049,")
    assert str(problem).endswith("the most is 1,048,576; split it, or move cases to a .jsonl file")


def test_an_impossible_path_is_unreadable(root: Path) -> None:
    with pytest.raises(Unreadable, match="not a path"):
        WorkingTree(root).read("a\0b", 10)


def test_hidden_files_are_left_alone(root: Path) -> None:
    (root / "evals/.swap.yaml").write_text("x")
    (root / "evals/.cache").mkdir()
    (root / "evals/.cache/x.yaml").write_text("x")
    assert check(WorkingTree(root)) == ()


def test_a_commit_is_read_as_it_was(committed: Path) -> None:
    before = read_project(GitTree(committed, "HEAD"))
    assert before == read_project(WorkingTree(committed))
    (committed / "prompts/triage/v1.yaml").write_text("broken", encoding="utf-8")
    (committed / "evals/new.yaml").write_text("broken", encoding="utf-8")
    assert read_project(GitTree(committed, "HEAD")) == before
    assert len(GitTree(committed, "HEAD").commit) == 40


def test_a_commit_without_a_file_says_so(committed: Path) -> None:
    git(committed, "rm", "-q", "prompts/models.yaml")
    git(committed, "commit", "-q", "-m", "second")
    with pytest.raises(FilesRejected, match="there is no such file in the commit"):
        read_project(GitTree(committed, "HEAD"))


def test_a_link_in_a_commit_is_refused(committed: Path) -> None:
    (committed / "evals/link.yaml").symlink_to("triage.yaml")
    git(committed, "add", ".")
    git(committed, "commit", "-q", "-m", "second")
    with pytest.raises(FilesRejected, match=r"evals/link\.yaml: is a symbolic link"):
        read_project(GitTree(committed, "HEAD"))


@pytest.mark.parametrize("ref", ["nothing", "--output=x", ""])
def test_what_is_no_commit_is_refused(committed: Path, ref: str) -> None:
    with pytest.raises(UsageError, match="commit"):
        GitTree(committed, ref)


def test_a_folder_without_git_is_told_so(root: Path) -> None:
    with pytest.raises(UsageError, match=r"git rev-parse failed|no commit"):
        GitTree(root, "HEAD")


def test_git_that_is_not_there_is_told_so(committed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not installed"):
        GitTree(committed, "HEAD")
