"""Suites of other tools become ours, and the exit status says whether a person has to look at something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Type
from tests.intake.others.made import header, sample, write_eval, write_lines

CSV = "id,question,answer\na,2+2?,4\nb,Capital?,Paris\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no project yet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases.csv").write_text(CSV, "utf-8")
    return tmp_path


def counted(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    for one in found["counts"].values():
        assert one["in"] == one["mapped"] + one["bridged"] + one["listed"]
    return found


def test_a_table_becomes_a_new_project_that_checks_out(folder: Path, typed: Type) -> None:
    said = typed("import", "csv", "cases.csv", "--as", "equals")
    assert (said.status, said.out.splitlines()) == (
        0,
        ["evals/cases.yaml", "prompts/cases/v1.yaml", "prompts/models.yaml"],
    )
    assert "column 'question' is taken for an input" in said.err
    assert "2 cases in 1 suite; next: harness check" in said.err
    assert typed("check").out.startswith("1 suite, 2 cases")


def test_a_table_becomes_a_suite_beside_the_others(project: Path, typed: Type) -> None:
    (project / "cases.csv").write_text(CSV, "utf-8")
    said = typed("import", "csv", "cases.csv", "--name", "sums", "--model", "haiku-5-5", "--json")
    found = counted(said.out)
    assert (said.status, found["suites"], found["cases"], found["written"]) == (0, ["sums"], 2, True)
    assert found["files"] == ["evals/sums.yaml", "prompts/sums/v1.yaml"]
    assert typed("check").out.startswith("2 suites, 32 cases")
    assert '"suite_imported"' in Path("reports/audit.jsonl").read_text("utf-8")


def test_nothing_is_overwritten_unless_somebody_says_so(folder: Path, typed: Type) -> None:
    assert typed("import", "csv", "cases.csv").status == 0
    again = typed("import", "csv", "cases.csv")
    assert (again.status, "would be overwritten; choose a --name, or say --force" in again.err) == (2, True)
    assert typed("import", "csv", "cases.csv", "--force").status == 0


def test_a_dry_run_writes_nothing(folder: Path, typed: Type) -> None:
    said = typed("import", "csv", "cases.csv", "--dry-run")
    assert (said.status, "nothing was written" in said.err) == (0, True)
    assert not (folder / "evals").exists()


def test_a_log_of_inspect_asks_the_pin_of_its_model(folder: Path, typed: Type) -> None:
    head = header("match", "mine/own", epochs=3)
    head["eval"]["model"] = "anthropic/claude-haiku-5-5"
    head["results"] = {"scores": [{"name": "match"}]}
    write_eval(folder / "log.eval", head, *(sample("a", "What?", "x", epoch) for epoch in (1, 2, 3)))
    said = typed("import", "inspect", "log.eval")
    assert said.status == 3
    assert "log.eval/header.json:1:1: scorer own: listed" in said.err
    assert "its scores are results, and no part of a case" in said.err
    suite = (folder / "evals/log.yaml").read_text("utf-8")
    assert "repeats: 3\n" in suite
    assert "model: haiku-5-5\n" in suite


def test_a_folder_is_read_file_by_file_and_links_are_not_followed(folder: Path, typed: Type) -> None:
    (folder / "data").mkdir()
    for name in ("b.csv", "a.csv"):
        (folder / "data" / name).write_text("id,input,target\n" + f"{name[0]},What?,x\n", "utf-8")
    (folder / "data" / "link.csv").symlink_to(folder / "cases.csv")
    (folder / "data" / ".hidden.csv").write_text("id,input,target\nh,What?,x\n", "utf-8")
    said = typed("import", "inspect", "data", "--scorer", "match", "--field", "target=target", "--json")
    assert [each["name"] for each in counted(said.out)["constructs"] if each["kind"] == "sample"] == [
        "a",
        "b",
    ]


def test_samples_of_openai_evals_and_goldens_of_deepeval(folder: Path, typed: Type) -> None:
    chat = [{"role": "system", "content": "s"}, {"role": "user", "content": "2+2?"}]
    write_lines(folder / "samples.jsonl", {"input": chat, "ideal": "4"})
    write_lines(folder / "goldens.jsonl", {"input": "2+2?", "expected_output": "4"})
    evals = typed("import", "openai-evals", "samples.jsonl", "--class", "Includes")
    assert (evals.status, evals.out.splitlines()[0]) == (0, "evals/samples.yaml")
    goldens = typed("import", "deepeval", "goldens.jsonl", "--as", "contains")
    assert goldens.status == 0
    assert typed("check").out.startswith("2 suites, 2 cases")


def test_where_no_case_can_be_asked_nothing_is_written(folder: Path, typed: Type) -> None:
    (folder / "task.py").write_text("@task\ndef mine():\n    return Task()\n", "utf-8")
    said = typed("import", "inspect", "task.py")
    assert (said.status, said.out) == (3, "")
    assert "task.py:2:1: task mine: listed" in said.err
    assert "0 cases in 0 suites, nothing was written" in said.err


def test_long_accounts_are_cut_short_and_json_has_all(folder: Path, typed: Type) -> None:
    rows = "".join(f"r{number},,x\n" for number in range(60))
    (folder / "cases.csv").write_text(CSV + rows, "utf-8")
    said = typed("import", "csv", "cases.csv", "--dry-run")
    assert (said.status, "and 20 more listed; --json tells all of them" in said.err) == (3, True)
    assert (
        counted(typed("import", "csv", "cases.csv", "--dry-run", "--json").out)["counts"]["row"]["listed"]
        == 60
    )


def test_secrets_in_somebody_else_s_cases_are_not_written(folder: Path, typed: Type) -> None:
    key = "sk-ant-api03-" + "x1" * 20
    (folder / "cases.csv").write_text(f"id,question,answer\na,my key is {key},ok\n", "utf-8")
    assert typed("import", "csv", "cases.csv").status == 0
    assert "[REDACTED:anthropic]" in (folder / "evals/cases.yaml").read_text("utf-8")


def test_hostile_names_cannot_leave_their_place(folder: Path, typed: Type) -> None:
    (folder / "cases.csv").write_text(
        'id,question,answer\n"../../evil\x1b[31m","::error::{{ x }}{% raw %}",4\n', "utf-8"
    )
    said = typed("import", "csv", "cases.csv")
    assert said.status == 0
    assert "\x1b" not in said.err + said.out
    assert typed("check").status == 0
    assert sorted(each.name for each in folder.rglob("*.yaml")) == ["cases.yaml", "models.yaml", "v1.yaml"]


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (("csv", "missing.csv"), "there is no such file"),
        (("csv", "cases.csv", "--name", "No Name"), "choose another --name"),
        (("csv", "cases.csv", "--model", "nosuch"), "there is no pin 'nosuch'; there are haiku-5-5"),
        (("csv", "empty"), "nothing of csv is in it"),
        (("csv", "cases.csv", "--input", "nosuch"), "there is no column"),
        (("inspect", "cases.csv", "--scorer", "nosuch"), "there are answer, choice"),
        (("inspect", "cases.csv", "--field", "nosuch=x"), "write input, target"),
        (("inspect", "cases.csv", "--field", "input"), "write input, target"),
        (("openai-evals", "cases.csv", "--class", "nosuch"), "there are FuzzyMatch"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, typed: Type, argv: tuple[str, ...], why: str) -> None:
    (folder / "empty").mkdir()
    said = typed("import", *argv)
    assert said.status == 2
    assert why in said.err
    assert not (folder / "evals").exists()


def test_a_file_where_a_folder_has_to_be_is_named(folder: Path, typed: Type) -> None:
    (folder / "evals").write_text("", "utf-8")
    said = typed("import", "csv", "cases.csv")
    assert (said.status, "cannot write" in said.err) == (2, True)
