"""Stored runs, shown and compared again, in every form, without asking anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type


@pytest.fixture
def runs(tiny: Path, typed: Type) -> tuple[str, str]:
    """The runs of v1 and v3."""
    names = (
        json.loads(typed("run", "tiny", "--version", each, "--json").out)["run_id"] for each in ("v1", "v3")
    )
    one, other = names
    return one, other


def test_one_run_is_shown_as_it_is(runs: tuple[str, str], typed: Type) -> None:
    said = typed("report", runs[1], "--html", "run.html")
    assert said.status == 0
    assert "30 planned = 30 answered" in said.out
    assert (
        Path("run.html").read_text("utf-8").startswith("<!DOCTYPE html>") or Path("run.html").stat().st_size
    )


def test_one_run_as_json_is_what_run_printed(runs: tuple[str, str], typed: Type) -> None:
    found = json.loads(typed("report", runs[1], "--json").out)
    assert (found["run_id"], found["accounting"]["answered"]) == (runs[1], 30)


def test_two_runs_are_compared_and_the_report_is_a_success_whatever_it_says(
    runs: tuple[str, str], typed: Type
) -> None:
    said = typed("report", *runs, "--markdown", "c.md", "--junit", "j.xml", "--html", "p.html")
    assert said.status == 0
    assert "REGRESSED" in said.out
    assert "regressed" in Path("c.md").read_text("utf-8")
    assert "<testsuite" in Path("j.xml").read_text("utf-8")
    assert "REGRESSED" in Path("p.html").read_text("utf-8")


def test_the_beginning_of_a_name_is_enough_where_it_is_unique(runs: tuple[str, str], typed: Type) -> None:
    assert typed("report", "tiny-v1").status == 0
    said = typed("report", "tiny-v")
    assert said.status == 2
    assert "2 runs begin like this" in said.err


def test_one_run_is_a_test_suite_of_its_cases(runs: tuple[str, str], typed: Type) -> None:
    outputs = ["--junit", "run.xml", "--junit-family", "xunit1", "--sarif", "run.sarif", "--badge", "run.svg"]
    assert typed("report", runs[1], *outputs).status == 0
    assert "passed</text>" in Path("run.svg").read_text("utf-8")
    assert '"case-failed"' in Path("run.sarif").read_text("utf-8")
    written = Path("run.xml").read_text("utf-8")
    assert written.count("<testcase") == 30
    assert 'file="evals/tiny.yaml" line="' in written


@pytest.mark.parametrize("flag", [["--markdown", "x"], ["--explain"]])
def test_a_comment_needs_two_runs(runs: tuple[str, str], typed: Type, flag: list[str]) -> None:
    said = typed("report", runs[0], *flag)
    assert said.status == 2
    assert "name a baseline and a candidate" in said.err


def test_three_runs_are_too_many(runs: tuple[str, str], typed: Type) -> None:
    assert typed("report", *runs, "third").status == 2


def test_comparing_says_the_verdict_with_the_exit_status(runs: tuple[str, str], typed: Type) -> None:
    assert typed("compare", *runs).status == 1
    assert typed("compare", *reversed(runs)).status == 0


def test_comparing_twice_gives_the_same_bytes(runs: tuple[str, str], typed: Type) -> None:
    assert typed("compare", *runs, "--json").out == typed("compare", *runs, "--json").out


def test_a_run_nobody_made_is_refused_with_the_newest(runs: tuple[str, str], typed: Type) -> None:
    said = typed("compare", runs[0], "nosuch")
    assert said.status == 2
    assert runs[1] in said.err


def test_without_any_run_the_remedy_is_no_traceback(tiny: Path, typed: Type) -> None:
    said = typed("report", "nosuch")
    assert said.status in {2, 4}
    assert "Traceback" not in said.err


def test_two_runs_are_exported_case_by_case(runs: tuple[str, str], typed: Type) -> None:
    said = typed("export", *runs, "--to", "cases.jsonl")
    assert said.status == 0
    assert said.err == f"30 rows of {runs[0]} and {runs[1]} in cases.jsonl\n"
    rows = [json.loads(line) for line in Path("cases.jsonl").read_text("utf-8").splitlines()]
    assert rows[0]["change"] == "regressed"
    assert {row["baseline_run"] for row in rows} == {runs[0]}
