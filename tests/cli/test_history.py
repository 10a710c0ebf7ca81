from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Type


def test_runs_come_with_score_interval_cost_and_verdict(history: Path, typed: Type) -> None:
    lines = typed("history", "sentiment").out.splitlines()
    assert len(lines) == 3
    assert "replay, synthetic 92.0 % 78.1 % to 97.4 % 30/30 $0.00049" in " ".join(lines[1].split())
    assert not lines[1].endswith("PASS")
    assert lines[2].endswith("PASS")


def test_json_has_the_numbers_exactly(history: Path, typed: Type) -> None:
    found = json.loads(typed("history", "--json").out)
    older, newer = found["runs"]
    assert found["schema"] == 1
    assert older["score"]["lower"] < older["score"]["mean"] < older["score"]["upper"]
    assert newer["verdicts"][0]["status"] == "PASS"
    assert newer["verdicts"][0]["baseline_run"] == older["run_id"]
    assert newer["accounting"] == {"planned": 30, "answered": 30, "degraded": 0, "failed": 0, "skipped": 0}


def test_only_the_newest_are_shown_where_asked(history: Path, typed: Type) -> None:
    [only] = json.loads(typed("history", "--limit", "1", "--json").out)["runs"]
    assert only["prompt_version"] == "v2"


def test_a_limit_below_one_is_a_usage_error(history: Path, typed: Type) -> None:
    assert typed("history", "--limit", "0").status == 2


def test_a_suite_without_runs_says_how_to_make_one(history: Path, typed: Type) -> None:
    (history / "evals" / "other.yaml").touch()
    said = typed("history", "other")
    assert (said.status, said.out) == (0, "")
    assert "`harness run other` makes one" in said.err
    assert json.loads(typed("history", "other", "--json").out) == {"schema": 1, "runs": []}


def test_a_suite_that_is_none_is_an_error(history: Path, typed: Type) -> None:
    said = typed("history", "sentimnt", "--json")
    assert (said.status, said.out) == (2, "")
    assert "there is no suite 'sentimnt', and no run of one; runs are of: sentiment" in said.err


def test_a_run_without_any_score_has_none(history: Path, typed: Type) -> None:
    (history / "rows.jsonl").write_text('{"case_id": "a", "score": null}\n{"case_id": "b", "score": null}\n')
    typed("import", "results", "rows.jsonl", "--suite", "other", "--run", "silent")
    [run] = json.loads(typed("history", "other", "--json").out)["runs"]
    assert (run["score"], run["measured"], run["cost_usd"]) == (None, 0, None)
    line = typed("history", "other").out.splitlines()[1]
    assert line.split()[2:5] == ["other", "silent", "imported"]
    assert line.endswith("0/2  unpriced")
