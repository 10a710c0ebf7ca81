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


def rows(cases: int, repeats: int) -> str:
    """Every third case fails now and then; every answer claims to be sure."""
    lines = [
        f"c{case:02},{repeat},{float(case % 3 > 0 or repeat > 1)},0.9\n"
        for case in range(cases)
        for repeat in range(1, repeats + 1)
    ]
    return "case_id,repeat,score,answer_confidence\n" + "".join(lines)


def test_flaky_cases_are_listed_with_the_interval_of_their_pass_rate(history: Path, typed: Type) -> None:
    (history / "old.csv").write_text(rows(9, 4))
    assert typed("import", "results", "old.csv", "--suite", "old", "--run", "before").status == 0
    said = typed("history", "old", "--flaky", "--limit", "2")
    head, first, _ = said.out.splitlines()
    assert head.split()[:2] == ["suite", "case"]
    assert "old c00" in " ".join(first.split())
    assert "3 of 4 75.0 % 28.4 % to 97.2 % 0.21" in " ".join(first.split())
    assert "1 more; see --limit" in said.err
    assert typed("history", "old", "--flaky").err == ""
    found = json.loads(typed("history", "old", "--flaky", "--json").out)
    assert found["cases"] == 3
    assert found["flaky"][0]["pass_rate"]["n"] == 4


def test_where_nothing_is_flaky_that_is_said(history: Path, typed: Type) -> None:
    said = typed("history", "--flaky")
    assert (said.status, said.out) == (0, "")
    assert "replays are left out" in said.err


def test_a_report_says_what_repeats_and_claims_come_to(history: Path, typed: Type) -> None:
    (history / "old.csv").write_text(rows(30, 4))
    typed("import", "results", "old.csv", "--suite", "old", "--run", "before")
    shown = typed("report", "before").out
    assert "flaky: 10 of 30 cases both passed and failed" in shown
    assert "pass^4 66.7 % (" in shown
    found = json.loads(typed("report", "before", "--json").out)
    assert found["confidence"]["claimed"]["value"] == 0.9
    assert found["repeats"]["flaky_cases"] == 10


def test_the_page_of_a_suite_is_written_before_anything_is_said(history: Path, typed: Type) -> None:
    said = typed("history", "sentiment", "--html", "pages/history.html")
    page = (history / "pages" / "history.html").read_text("utf-8")
    assert (said.status, said.err) == (0, "report   pages/history.html\n")
    assert len(said.out.splitlines()) == 3
    assert "in the newest run, v2 on claude-haiku-5-5, of 2 runs" in page
    assert "synthetic recordings" in page
    assert "passed as candidate" in page
    assert json.loads(typed("history", "--json", "--html", "all.html").out)["runs"]
    assert (history / "all.html").is_file()


def test_a_page_that_cannot_be_written_is_an_error_and_nothing_is_told(history: Path, typed: Type) -> None:
    said = typed("history", "sentiment", "--html", "evals")
    assert (said.status, said.out) == (2, "")
    assert "cannot write evals" in said.err


def test_a_page_of_nothing_is_an_error(history: Path, typed: Type) -> None:
    (history / "evals" / "other.yaml").touch()
    said = typed("history", "other", "--html", "page.html")
    assert (said.status, said.out) == (2, "")
    assert "nothing to write to page.html: there is no run yet" in said.err
    assert not (history / "page.html").exists()


def test_a_page_of_flaky_cases_has_them_as_the_table_has(history: Path, typed: Type) -> None:
    (history / "old.csv").write_text(rows(9, 4))
    typed("import", "results", "old.csv", "--suite", "old", "--run", "before")
    assert typed("history", "old", "--flaky", "--limit", "2", "--html", "page.html").status == 0
    page = (history / "page.html").read_text("utf-8")
    assert all(case in page for case in ("c00", "c03", "c06"))
