"""`harness gate --base REF` without names: every suite of both sides is accounted for."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.projects import RECORDED, suite_text, write


@pytest.fixture
def branch(tiny: Path) -> Path:
    """The tiny project, committed."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q", "-b", "main"], ["add", "evals", "prompts"], ["commit", "-q", "-m", "all"]):
        subprocess.run(["git", *who, *command], cwd=tiny, check=True, capture_output=True)  # noqa: S607
    return tiny


def test_a_new_suite_is_gated_against_its_own_baseline(branch: Path, typed: Type) -> None:
    write(branch / "evals/new.yaml", suite_text("new", 30))
    (branch / "fixtures/new").mkdir()
    for version in RECORDED:
        name = f"tiny-{version}@claude-opus-5-5.jsonl"
        (branch / "fixtures/new" / name).write_bytes((branch / "fixtures/tiny" / name).read_bytes())
    said = typed("gate", "--base", "HEAD")
    assert said.status == 0
    assert "'new' is new" in said.err
    assert "v1 -> v2" in said.out
    assert said.out.startswith("all 2 suites passed\n\nPASS          new ")
    assert said.out.rstrip().splitlines()[-1].startswith("again    harness gate")
    assert "harness: new: PASS" in said.err


def test_a_suite_that_is_gone_is_no_way_to_pass(branch: Path, typed: Type) -> None:
    (branch / "evals/tiny.yaml").rename(branch / "evals/other.yaml")
    write(branch / "evals/other.yaml", suite_text("other", 30))
    said = typed("gate", "--base", "HEAD")
    assert said.status == 2
    assert "not here any more: tiny" in said.err
