"""`harness.load`: what is stored, as frames that are read when they are looked at."""

import re
import shutil
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

import harness
from harness.errors import HarnessError, StoreError, UsageError
from harness.store.duck import reading, writing
from tests.notebook.conftest import Explored
from tests.projects import write_project
from tests.stored import store_run

FRAMES = (
    "runs",
    "models",
    "trials",
    "answers",
    "grades",
    "calls",
    "steps",
    "case_history",
    "flaky",
    "cost_daily",
    "verdicts",
)


def test_the_project_around_the_working_directory_is_what_is_loaded(
    kept: Explored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept.folder / "evals")
    assert set(harness.load().runs["run_id"]) == {kept.baseline, kept.candidate}


def test_a_store_can_be_loaded_without_its_project(kept: Explored, tmp_path: Path) -> None:
    alone = shutil.copy(kept.folder / "reports/harness.duckdb", tmp_path / "results.duckdb")
    lab = harness.load(alone)
    assert len(lab.trials) == 120
    assert lab.compare(kept.baseline, kept.candidate).verdict.policy == harness.Policy()


def test_the_store_of_a_project_is_compared_by_the_rules_of_the_project(kept: Explored) -> None:
    lab = harness.load(str(kept.folder / "reports/harness.duckdb"))
    assert lab.compare(kept.baseline, kept.candidate).verdict.policy.quality_margin == 0.1


def test_every_frame_is_its_view(kept: Explored) -> None:
    lab = kept.lab()
    with reading(lab.store) as connection:
        columns = {name: connection.sql(f"FROM v_{name}").columns for name in FRAMES}
    assert {name: list(getattr(lab, name).columns) for name in FRAMES} == columns


def test_changing_a_frame_changes_nothing_but_that_frame(kept: Explored) -> None:
    lab = kept.lab()
    mine = lab.trials
    mine["score"] = 0.5
    mine["more"] = 1
    assert "more" not in lab.trials
    assert set(lab.trials["score"]) == {0.0, 1.0}


def test_what_was_stored_since_is_seen_after_a_refresh(explored: Explored) -> None:
    lab = explored.lab()
    assert len(lab.runs) == 2
    store_run(harness.read_settings(explored.folder), "v2", 1, lambda _case, _repeat: 1.0)
    assert len(lab.runs) == 2
    lab.refresh()
    assert len(lab.runs) == 3


def test_a_frame_has_the_columns_and_runs_that_are_asked_for(kept: Explored) -> None:
    found = kept.lab().frame("trials", columns=["case_id", "score"], run=kept.candidate)
    assert list(found.columns) == ["case_id", "score"]
    assert len(found) == 60
    assert found["score"].mean() == pytest.approx(2 / 3)


def test_only_the_suites_that_are_named_are_there(kept: Explored) -> None:
    assert len(harness.load(kept.folder, suite="tiny").trials) == 120
    with pytest.raises(UsageError, match=r"no run of 'tyni'; there are runs of tiny"):
        harness.load(kept.folder, suite=["tiny", "tyni"])


def test_a_stored_verdict_is_a_row_of_numbers(kept: Explored) -> None:
    lab = kept.lab()
    row = lab.comparisons.iloc[0]
    compared = lab.compare(kept.baseline, kept.candidate)
    quality = compared.compared.comparison.quality
    assert quality is not None
    assert (row["difference"], row["lower"], row["cases"]) == (quality.difference, quality.lower, quality.n)
    assert row["status"] == "REGRESSED"
    assert row["candidate_answered"] == 60
    assert row["summary"].startswith("Quality fell by 33.3 points")
    assert lab.comparisons["status"].max() == "REGRESSED"  # worst first, as the gate has them


def test_what_a_document_does_not_say_is_missing(explored: Explored) -> None:
    with writing(explored.folder / "reports/harness.duckdb") as connection:
        connection.execute(
            """UPDATE verdicts SET document = '{"quality": [1], "cost": {"ratio": "x", "baseline_usd": 3}}'"""
        )
    found = explored.lab().comparisons
    assert found[["difference", "cost_ratio", "baseline_usd", "cases", "synthetic"]].isna().all(axis=None)
    assert found.dtypes.to_dict() == harness.load(explored.folder).comparisons.dtypes.to_dict()


@pytest.mark.parametrize("document", ["", "[]", "{", "[" * 100_000])
def test_a_document_that_cannot_be_read_says_nothing(explored: Explored, document: str) -> None:
    with writing(explored.folder / "reports/harness.duckdb") as connection:
        connection.execute("UPDATE verdicts SET document = ?", [document])
    assert explored.lab().comparisons["difference"].isna().tolist() == [True]


def test_comparing_keeps_nothing(explored: Explored) -> None:
    before = {path: path.read_bytes() for path in (explored.folder / "reports").rglob("*") if path.is_file()}
    explored.lab().compare(explored.baseline, explored.candidate)
    assert before == {
        path: path.read_bytes() for path in (explored.folder / "reports").rglob("*") if path.is_file()
    }


def test_frames_are_read_while_a_run_is_stored(explored: Explored) -> None:
    lab, settings = explored.lab(), harness.read_settings(explored.folder)
    writer = threading.Thread(target=store_run, args=(settings, "v2", 1, lambda _case, _repeat: 1.0))
    seen: set[int] = set()
    writer.start()
    while writer.is_alive():
        seen.add(len(lab.frame("trials", columns=["case_id"])))
    writer.join()
    assert len(lab.trials) == 150
    assert seen <= {120, 150}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere.duckdb", r"nowhere\.duckdb: there is no such file or folder; name a project, or a store"),
        ("empty", r"no folder with evals/ and prompts/"),
        ("project", r"harness\.duckdb: there are no results yet; run a suite first"),
    ],
)
def test_where_there_is_nothing_the_remedy_is_named(tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    write_project(tmp_path / "project", 1)
    with pytest.raises(UsageError, match=said):
        harness.load(tmp_path / place)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(StoreError, match=r"notes\.txt: cannot be opened as a store"):
        harness.load(tmp_path / "notes.txt")


def test_a_name_of_no_run_is_refused_with_those_there_are(kept: Explored) -> None:
    with pytest.raises(HarnessError, match=f"no such run; the newest are: .*{re.escape(kept.candidate)}"):
        kept.lab().compare("nobody", kept.candidate)


def test_without_pandas_the_extra_is_named(kept: Explored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pandas is not installed; .*prompt-harness\[notebook\]"):
        kept.lab()


def test_a_lab_says_what_is_in_it(kept: Explored) -> None:
    lab = kept.lab()
    assert repr(lab).endswith("harness.duckdb: tiny (2 runs)")
    assert f"<td>{kept.candidate}</td>" in lab._repr_html_()


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    with writing(tmp_path / "results.duckdb"):
        pass
    lab = harness.load(tmp_path / "results.duckdb")
    assert repr(lab).endswith("results.duckdb: no runs yet")
    assert "There are no runs yet." in lab._repr_html_()
    assert isinstance(lab.comparisons, pd.DataFrame)
    with pytest.raises(UsageError, match="there is no run at all"):
        harness.load(tmp_path / "results.duckdb", suite="tiny")
