"""The steps of `prompt gate`, run by bash as GitHub would, against a pull request that somebody made up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.github.comment import Occasion, render
from harness.github.verdicts import read_verdicts
from tests.github.runner import commands_in, parsed
from tests.github.workflows import ROOT, runs

STEPS = runs("prompt-gate")
_WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *argv: str) -> str:
    command = ["git", *_WHO, *argv]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True)
class Runner:
    """A checkout of the base, with the change beside it."""

    work: Path

    @property
    def change(self) -> Path:
        return self.work / "change"

    def commit(self) -> None:
        git(self.change, "add", "--all")
        git(self.change, "commit", "-q", "-m", "a change")

    def step(self, name: str) -> subprocess.CompletedProcess[str]:
        """One step. What earlier ones put into GITHUB_OUTPUT is in its environment."""
        output = self.work.parent / "output"
        lines = output.read_text("utf-8").splitlines() if output.exists() else []
        said = {key.upper(): value for key, _, value in (line.partition("=") for line in lines)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        github = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.work.parent / "summary.md")}
        return subprocess.run(
            ["/bin/bash", "-e", "-c", STEPS[name]],
            cwd=self.work,
            env={**os.environ, **github, **said, "PATH": path, "GITHUB_ACTIONS": "true", "CI": "true"},
            capture_output=True,
            text=True,
            check=False,
        )

    def take(self) -> subprocess.CompletedProcess[str]:
        self.commit()
        return self.step("Take the data of the change")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    origin = tmp_path / "origin"
    assert main(["init", str(origin)]) == 0
    shutil.copy2(ROOT / ".github" / "take-data", origin / ".github" / "take-data")
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", "--all")
    git(origin, "commit", "-q", "-m", "as it was")
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(origin), str(work))
    git(tmp_path, "clone", "-q", str(origin), str(work / "change"))
    return Runner(work)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


CHECK = "Check the files, and that no secret is in them"


def test_a_worse_prompt_is_found_with_the_policy_of_the_base(runner: Runner) -> None:
    suite = runner.change / "evals" / "sentiment.yaml"
    edit(suite, "candidate: {version: v2", "candidate: {version: v1")
    edit(suite, "baseline:  {version: v1", "baseline:  {version: v2")
    edit(suite, "margin: 10pt", "margin: 99pt")
    assert runner.take().returncode == 0
    assert runner.step(CHECK).returncode == 0
    gated = runner.step("Gate")
    assert gated.returncode in (1, 3), gated.stderr
    assert '"margin": 0.1,' in (runner.work / "reports" / "verdict.json").read_text("utf-8")
    assert "sentiment" in (runner.work.parent / "summary.md").read_text("utf-8")
    assert (runner.work / "reports" / "gate.xml").exists()
    assert (runner.work / "reports" / "pages" / "prompt-gate-report.html").exists()
    made = [parsed(line) for line in commands_in(gated.stdout + gated.stderr)]
    assert {each.properties["file"] for each in made} == {"evals/sentiment.yaml"}
    commented = comment_of(runner.work / "reports" / "verdict.json")
    assert "1 of 1 suite regressed" in commented or "cannot be decided yet" in commented
    assert 1 <= commented.count("```diff") <= 3


def comment_of(verdict: Path) -> str:
    occasion = Occasion(repository="o/n", sha="0" * 40, run_url="https://github.com/o/n/actions/runs/1")
    return render(read_verdicts(verdict), occasion)


def test_only_data_files_of_the_change_arrive(runner: Runner) -> None:
    (runner.change / "evals" / "conftest.py").write_text("raise SystemExit('run!')\n", encoding="utf-8")
    (runner.change / "evals" / ".gitattributes").write_text("* filter=lfs\n", encoding="utf-8")
    (runner.change / "evals" / "stolen.yaml").symlink_to("/etc/hostname")
    (runner.change / "pyproject.toml").write_text("[tool.harness]\nmode = 'live'\n", encoding="utf-8")
    (runner.change / ".github" / "take-data").write_text("echo run!\n", encoding="utf-8")
    taken = runner.take()
    assert taken.returncode == 0
    assert "run!" not in taken.stdout + taken.stderr
    there = {path.relative_to(runner.work).as_posix() for path in (runner.work / "evals").rglob("*")}
    assert there == {"evals/sentiment.yaml", "evals/stolen.yaml"}
    assert (runner.work / "evals" / "stolen.yaml").read_text("utf-8") == "/etc/hostname"
    assert not (runner.work / "pyproject.toml").exists()
    assert runner.step(CHECK).returncode == 2


def test_a_change_that_deletes_everything_does_not_pass(runner: Runner) -> None:
    shutil.rmtree(runner.change / "evals")
    assert runner.take().returncode == 0
    assert runner.step(CHECK).returncode == 2


def test_a_mistake_is_an_annotation_at_its_line(runner: Runner) -> None:
    edit(runner.change / "evals" / "sentiment.yaml", "    expect:", "    expct:")
    runner.take()
    said = runner.step(CHECK)
    assert said.returncode == 2
    assert "::error file=evals/sentiment.yaml,line=" in said.stdout + said.stderr


def test_a_key_in_a_case_is_found_and_not_shown(runner: Runner) -> None:
    key = "sk-ant-" + "api03-" + "Zq3x9" * 10
    edit(runner.change / "evals" / "sentiment.yaml", '{message: "The', f'{{message: "{key} The')
    runner.take()
    said = runner.step(CHECK)
    assert said.returncode == 1, said.stdout + said.stderr
    assert "evals/sentiment.yaml:" in said.stdout
    assert key not in said.stdout + said.stderr
