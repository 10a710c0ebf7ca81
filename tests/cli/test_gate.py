"""The command for CI: what it decides, what it refuses, and what it writes. Sockets are closed throughout."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from harness.cli.ending import worst_of
from harness.gate.verdict import Status
from tests.cli.conftest import Type
from tests.projects import suite_text, tiny_model, write
from tests.standin import StandIn


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("candidate", "status", "verdict"),
    [("v2", 0, "PASS"), ("v3", 1, "REGRESSED"), ("v4", 3, "INCONCLUSIVE"), ("v5", 4, "NOT_MEASURED")],
)
def test_the_exit_status_says_the_verdict(
    tiny: Path, typed: Type, candidate: str, status: int, verdict: str
) -> None:
    said = typed("gate", "tiny", "--candidate", candidate, "--json")
    assert said.status == status
    assert ("harness run tiny --version v5" in said.err) if status == 4 else (said.err == "")
    assert json.loads(said.out)["status"] == verdict


def test_what_was_not_measured_is_said_once_with_a_reason_and_a_remedy(tiny: Path, typed: Type) -> None:
    said = typed("gate", "tiny", "--candidate", "v5")
    assert said.err.startswith("harness: 30 of 30 trials were not measured; for instance: ")
    assert "--mode record" in said.err
    assert "--resume" not in said.err


def test_a_pass_is_one_quiet_line_and_its_two_sentences(tiny: Path, typed: Type) -> None:
    first, *told = typed("gate").out.splitlines()
    assert first.startswith("PASS  tiny  v1 -> v2")
    assert " ".join(" ".join(told).split()).startswith(
        "No regression on 30 cases: quality stayed at 100.0 %. A drop"
    )


def test_what_was_decided_is_stored(tiny: Path, typed: Type) -> None:
    shown = json.loads(typed("gate", "--candidate", "v3", "--json").out)
    kept = json.loads(typed("sql", "SELECT * FROM v_verdicts", "--json").out)
    assert shown["status"] in json.dumps(kept)


def test_accepting_an_inconclusive_verdict_is_said_aloud(tiny: Path, typed: Type) -> None:
    said = typed("gate", "--candidate", "v4", "--allow-inconclusive")
    assert said.status == 0
    assert "INCONCLUSIVE is accepted here" in said.err


def test_a_suite_may_be_warned_of_what_proves_nothing(tiny: Path, typed: Type) -> None:
    spoil(tiny / "evals/tiny.yaml", "gate: {", "gate: {on_inconclusive: warn, ")
    said = typed("gate", "--candidate", "v4", "--json")
    assert (said.status, json.loads(said.out)["status"]) == (0, "INCONCLUSIVE")
    assert "warning: tiny is INCONCLUSIVE; its gate says `on_inconclusive: warn`" in said.err
    assert typed("compare", *runs(tiny)).status == 0
    assert typed("gate", "--candidate", "v3").status == 1


def runs(folder: Path) -> list[str]:
    """What was run, that of the baseline first."""
    return sorted(path.stem for path in (folder / "reports/runs").glob("*.jsonl"))


def test_nothing_turns_not_measured_into_success(tiny: Path, typed: Type) -> None:
    spoil(tiny / "evals/tiny.yaml", "gate: {", "gate: {on_inconclusive: warn, ")
    assert typed("gate", "--candidate", "v5", "--allow-inconclusive").status == 4


def test_the_same_variant_twice_is_refused_with_the_remedy(tiny: Path, typed: Type) -> None:
    said = typed("gate", "--candidate", "v1")
    assert said.status == 2
    assert "both v1 on claude-opus-5-5; name another with --candidate" in said.err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--case", "c99"], "no case 'c99'"),
        (["--tag", "urdu"], "0 cases selected"),
        (["nosuch"], "there is no suite 'nosuch'"),
        (["--candidate", "v9"], "no version 'v9'"),
        (["--candidate", "@gpt"], "no model is pinned as 'gpt'"),
        (["--repeats", "0"], "at least once"),
        (["--budget", "much"], "not an amount of dollars"),
        (["--budget", "-1"], "not an amount of dollars"),
        (["--budget", "nan"], "not an amount of dollars"),
        (["--budget", "1e400"], "not an amount of dollars"),
        (["--deadline", "soon"], "not a length of time above 0"),
        (["--deadline", "0s"], "not a length of time above 0"),
        (["--deadline", "1d"], "write for instance --deadline 90s or --deadline 15m"),
        (["--mode", "batch"], "no mode is called 'batch'"),
        (["--mode", "live"], "needs ANTHROPIC_API_KEY"),
        (["--base", "HEAD"], "git"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_asked(
    tiny: Path, typed: Type, argv: list[str], words: str
) -> None:
    said = typed("gate", *argv)
    assert (said.status, said.out) == (2, "")
    assert words in said.err
    assert not list((tiny / "reports").glob("runs/*"))


def test_a_part_of_the_cases_is_gated_as_asked(tiny: Path, typed: Type) -> None:
    said = typed("gate", "--tag", "even", "--case", "c02", "--case", "c04", "--budget", "$1", "--json")
    assert json.loads(said.out)["accounting"]["candidate"]["planned"] == 2


def test_several_suites_give_a_list_and_the_worst_status(tiny: Path, typed: Type) -> None:
    write(tiny / "evals/unrecorded.yaml", suite_text("unrecorded", 21))
    said = typed("gate", "--json")
    assert said.status == 4
    assert [(each["suite"], each["status"]) for each in json.loads(said.out)] == [
        ("tiny", "PASS"),
        ("unrecorded", "NOT_MEASURED"),
    ]


def test_several_suites_have_a_page_each(tiny: Path, typed: Type) -> None:
    write(tiny / "evals/other.yaml", suite_text("other", 21))
    said = typed("gate", "--html", "out/page.html")
    assert said.status == 4
    assert sorted(path.name for path in (tiny / "out").iterdir()) == ["page-other.html", "page-tiny.html"]
    assert "out/page-tiny.html" in said.out


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        ([Status.PASS, Status.INCONCLUSIVE], Status.INCONCLUSIVE),
        ([Status.NOT_MEASURED, Status.INCONCLUSIVE], Status.NOT_MEASURED),
        ([Status.NOT_MEASURED, Status.REGRESSED, Status.PASS], Status.REGRESSED),
    ],
)
def test_a_regression_that_was_found_counts_most(statuses: list[Status], worst: Status) -> None:
    assert worst_of(statuses) is worst


class Repository:
    """The tiny project under git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *argv: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *argv], cwd=self.folder, check=True, capture_output=True)  # noqa: S607

    def commit(self) -> None:
        self.git("add", "evals", "prompts")
        self.git("commit", "-q", "-m", "as it was")


@pytest.fixture
def repository(tiny: Path) -> Repository:
    return Repository(tiny)


def test_an_edit_in_place_is_compared_with_what_the_branch_started_from(
    repository: Repository, typed: Type
) -> None:
    repository.git("checkout", "-q", "-b", "edit")
    spoil(repository.folder / "prompts/tiny/v2.yaml", "You are v2.", "You are v3.")
    said = typed("gate", "--base", "main", "--json")
    found = json.loads(said.out)
    # The base was recorded as v2; nobody recorded the edited text.
    assert found["accounting"]["baseline"]["answered"] == 30
    assert found["accounting"]["candidate"]["failed"] == 30
    assert said.status == 4


@pytest.mark.parametrize("subfolder", [False, True])
def test_the_suite_s_candidate_of_the_base_is_the_baseline(
    tiny: Path, typed: Type, *, subfolder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if subfolder:
        inner = tiny.parent / "repository" / "inner"
        inner.parent.mkdir()
        tiny.rename(inner)
        monkeypatch.chdir(inner)
        tiny = inner
    repository = Repository(tiny)
    if subfolder:
        repository.git("-C", "..", "init", "-q", "-b", "main")
    spoil(tiny / "evals/tiny.yaml", "candidate: {version: v2", "candidate: {version: v3")
    said = typed("gate", "--base", "main")
    assert said.status == 1
    assert "prompt v2 -> v3" in said.out


def test_a_branch_cannot_loosen_the_gate_it_has_to_pass(repository: Repository, typed: Type) -> None:
    suite = repository.folder / "evals/tiny.yaml"
    spoil(suite, "candidate: {version: v2", "candidate: {version: v3")
    spoil(suite, "margin: 10pt", "margin: 60pt")
    assert typed("gate", "--base", "main").status == 1


def test_without_a_change_the_base_is_as_good_as_the_branch(repository: Repository, typed: Type) -> None:
    assert typed("gate", "--base", "HEAD").status == 0


def test_a_new_suite_says_what_to_do(repository: Repository, typed: Type) -> None:
    write(repository.folder / "evals/new.yaml", suite_text("new", 21))
    said = typed("gate", "new", "--base", "main")
    assert said.status == 2
    assert "it is new" in said.err
    assert "harness gate new" in said.err


@pytest.mark.parametrize("ref", ["nosuch", "--output=x", ""])
def test_a_base_that_is_no_commit_is_refused(repository: Repository, typed: Type, ref: str) -> None:
    said = typed("gate", f"--base={ref}")
    assert said.status == 2
    assert "commit" in said.err


def test_ci_does_not_record_because_a_file_says_so(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    write(tiny / "pyproject.toml", '[tool.harness]\nmode = "record"\n')
    said = typed("gate")
    assert said.status == 2
    assert "say --mode record to mean it" in said.err


def test_a_damaged_recording_is_named_before_anything_is_asked(tiny: Path, typed: Type) -> None:
    [path] = (tiny / "fixtures/tiny").glob("tiny-v2@*.jsonl")
    path.write_bytes(path.read_bytes()[:-40] + b"\n")
    said = typed("gate")
    assert said.status == 2
    assert said.err.startswith("fixtures/tiny/tiny-v2@claude-opus-5-5.jsonl:")


@pytest.mark.loopback
def test_a_refused_key_is_explained_on_stderr(
    tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(tiny_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-invalid-" + "0" * 20)
        said = typed("gate", "--mode", "live")
        assert server.attempts <= 8
    assert said.status == 4
    assert said.err.count("check ANTHROPIC_API_KEY; then go on with: harness gate tiny --mode live\n") == 1
    assert "--resume" not in said.err
    assert "harness gate tiny --mode live" in said.out
