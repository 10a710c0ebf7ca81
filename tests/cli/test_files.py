"""Rows that leave as files, and rows that come in."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type

ROWS = [
    {"case_id": "a", "score": 1.0, "model": "before"},
    {"case_id": "b", "score": 0.0, "model": "before"},
    {"case_id": "a", "score": 1.0, "model": "after"},
    {"case_id": "b", "score": None, "model": "after"},
]


@pytest.fixture
def rows(project: Path) -> Path:
    file = project / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return file


IMPORT = (
    "import",
    "results",
    "rows.jsonl",
    "--suite",
    "bfcl",
    "--run",
    "before",
    "--where",
    "model = 'before'",
)


def test_a_run_is_exported_whole(history: Path, typed: Type) -> None:
    said = typed("export", "sentiment-v2", "--to", "v2.csv")
    with (history / "v2.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert (said.status, said.out) == (0, "")
    assert said.err == "30 rows of sentiment-v2 in v2.csv\n"
    assert len(found) == 30
    assert json.loads(found[0]["answer"])["sentiment"] in ("positive", "negative", "neutral")


@pytest.mark.parametrize("name", ["runs.parquet", "runs.jsonl", "RUNS.CSV"])
def test_the_name_of_the_file_says_how_it_is_written(history: Path, typed: Type, name: str) -> None:
    assert typed("export", "v_runs", "--to", name).status == 0
    assert (history / name).stat().st_size > 100


@pytest.mark.parametrize("name", ["runs.xlsx", "missing/runs.csv", "folder.csv"])
def test_a_file_that_cannot_be_is_a_usage_error(history: Path, typed: Type, name: str) -> None:
    (history / "folder.csv").mkdir()
    assert typed("export", "v_runs", "--to", name).status == 2


def test_an_unknown_view_names_those_there_are(history: Path, typed: Type) -> None:
    said = typed("export", "v_nothing", "--to", "x.csv")
    assert said.status == 2
    assert "v_cost_daily" in said.err


def test_rows_of_somebody_else_become_a_run(rows: Path, typed: Type) -> None:
    said = typed(*IMPORT)
    assert (said.status, said.out) == (0, "before\n")
    assert said.err == "2 trials of bfcl, 2 measured, mean score 50.0 %\n"


def test_an_import_as_json_counts_what_is_missing(rows: Path, typed: Type) -> None:
    said = typed(
        "import",
        "results",
        "rows.jsonl",
        "--suite",
        "bfcl",
        "--run",
        "x",
        "--where",
        "model = 'after'",
        "--json",
    )
    assert json.loads(said.out) == {
        "schema": 1,
        "run_id": "x",
        "suite": "bfcl",
        "planned": 2,
        "measured": 1,
        "mean_score": 1.0,
    }


def test_importing_twice_is_importing_once(rows: Path, typed: Type) -> None:
    assert typed(*IMPORT).out == typed(*IMPORT).out
    assert len(json.loads(typed("history", "bfcl", "--json").out)["runs"]) == 1


def test_other_results_take_a_name_only_when_asked_to(rows: Path, typed: Type) -> None:
    typed(*IMPORT)
    other = (
        "import",
        "results",
        "rows.jsonl",
        "--suite",
        "bfcl",
        "--run",
        "before",
        "--where",
        "model = 'after'",
    )
    assert typed(*other).status == 2
    assert typed(*other, "--replace").status == 0


@pytest.mark.parametrize("where", ["model = 'nobody'", "nonsense ==", "1=1; DROP TABLE given"])
def test_a_condition_that_finds_nothing_or_is_wrong_is_a_usage_error(
    rows: Path, typed: Type, where: str
) -> None:
    said = typed("import", "results", "rows.jsonl", "--suite", "bfcl", "--run", "x", "--where", where)
    assert (said.status, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there_is_a_usage_error(project: Path, typed: Type) -> None:
    assert typed("import", "results", "no.csv", "--suite", "bfcl", "--run", "x").status == 2


def test_labels_of_people_stand_beside_the_answers_of_a_run(rows: Path, typed: Type) -> None:
    typed(*IMPORT)
    rows.with_name("people.csv").write_text("case_id,score\na,0.5\nb,1\n")
    said = typed("import", "labels", "people.csv", "--run", "before")
    assert (said.status, said.out) == (0, "before\n")
    assert said.err == "2 labels; 2 of 2 answers of before have one now\n"
    again = typed("import", "labels", "people.csv", "--run", "before", "--where", "case_id = 'a'", "--json")
    assert json.loads(again.out) == {
        "schema": 1,
        "run_id": "before",
        "labels": 1,
        "replaced": 1,
        "labelled": 2,
        "measured": 2,
    }
    more = typed("import", "labels", "people.csv", "--run", "before").err
    assert more.startswith("2 labels, 2 in place of earlier ones;")
