"""Cases chosen on the command line: by text, by what changed, by what failed, and by chance."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Type


def asked(typed: Type, *argv: str) -> int:
    said = typed("plan", "tiny", "--json", *argv)
    assert said.status == 0, said.err
    found: int = json.loads(said.out)["candidate"]["cases"]
    return found


@pytest.fixture
def committed(tiny: Path) -> Path:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for argv in (
        ["init", "-q", "-b", "main"],
        ["add", "evals", "prompts"],
        ["commit", "-q", "-m", "as it was"],
    ):
        subprocess.run(["git", *who, *argv], cwd=tiny, check=True, capture_output=True)  # noqa: S607
    return tiny


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_text_is_looked_for_in_ids_and_inputs(tiny: Path, typed: Type) -> None:
    assert asked(typed, "--text", "number is 2") == 11
    assert asked(typed, "--text", "C29") == 1


def test_a_sample_is_as_large_as_asked_and_another_one_with_another_seed(tiny: Path, typed: Type) -> None:
    assert asked(typed, "--sample", "7") == 7
    cases = [
        json.loads(typed("run", "tiny", "--sample", "5", *seed, "--json").out)["run_id"]
        for seed in ([], ["--seed", "0"], ["--seed", "1"])
    ]
    query = "SELECT DISTINCT run_id, case_id FROM v_trials ORDER BY 1, 2"
    rows = json.loads(typed("sql", query, "--json").out)["rows"]
    by_run = {run: [case for of, case in rows if of == run] for run in cases}
    cases = [by_run[run] for run in cases]
    assert cases[0] == cases[1] != cases[2]


@pytest.mark.parametrize(
    ("argv", "because"),
    [
        (["--sample", "0"], "draw at least one"),
        (["--seed", "3"], "draws nothing without --sample"),
        (["--text", "nowhere"], "0 cases selected of 'tiny': no id and no input holds 'nowhere'"),
        (["--last-failed"], "no run of 'tiny' is stored"),
    ],
)
def test_a_selection_of_nothing_is_refused(tiny: Path, typed: Type, argv: list[str], because: str) -> None:
    said = typed("run", "tiny", *argv)
    assert said.status == 2
    assert because in said.err


def test_only_what_changed_since_a_commit_is_asked(committed: Path, typed: Type) -> None:
    said = typed("plan", "tiny", "--changed-since", "main")
    assert (said.status, "nothing changed since main" in said.err) == (2, True)
    edit(committed / "evals/tiny.yaml", "Which number is 3?", "Which number is three?")
    assert asked(typed, "--changed-since", "main") == 1


def test_a_change_of_the_prompt_changes_every_case(committed: Path, typed: Type) -> None:
    edit(committed / "prompts/tiny/v2.yaml", "You are v2.", "You are v2, and polite.")
    assert asked(typed, "--changed-since", "main") == 30


def test_a_suite_that_is_new_has_changed_as_a_whole(committed: Path, typed: Type) -> None:
    text = (committed / "evals/tiny.yaml").read_text("utf-8")
    (committed / "evals/other.yaml").write_text(text.replace("suite: tiny", "suite: other"), "utf-8")
    said = typed("plan", "other", "--json", "--changed-since", "main")
    assert json.loads(said.out)["candidate"]["cases"] == 30


def test_what_failed_the_last_time_is_asked_again(tiny: Path, typed: Type) -> None:
    assert typed("run", "tiny", "--version", "v3").status == 0
    again = json.loads(typed("run", "tiny", "--version", "v3", "--last-failed", "--json").out)
    assert again["accounting"]["planned"] == 10
    assert typed("run", "tiny", "--version", "v1").status == 0
    said = typed("run", "tiny", "--version", "v1", "--last-failed")
    assert (said.status, "nothing failed in the newest run" in said.err) == (2, True)
    gate = typed("gate", "tiny", "--candidate", "v3", "--last-failed")
    assert "10 cases, 20 trials" in gate.out
