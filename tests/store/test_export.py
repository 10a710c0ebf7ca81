"""Runs and views as files."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import StoreError, UsageError
from harness.store.export import VIEWS, Form, export
from harness.store.frames import read_frame
from harness.store.journal import tools
from harness.trial import Answered
from tests.doubles import REPLY, FakeClock
from tests.store.samples import info, record, stored


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all: an export only reads."""
    evil = record("b", outcome=Answered(reply=replace(REPLY, text="=HYPERLINK(1)")))
    folder = tmp_path_factory.mktemp("export")
    return stored(folder / "harness.duckdb", info(), [record("a"), evil], tools(str, clock=FakeClock()))


def test_a_run_is_exported_as_json_lines(full: Path, tmp_path: Path) -> None:
    out = tmp_path / "r1.jsonl"
    assert export(full, "r1", out, form="jsonl") == 2
    first = json.loads(out.read_text().splitlines()[0])
    assert (first["case_id"], first["cost_usd"], first["answer"]) == ("a", "0.010000001", REPLY.text)


def test_no_cell_of_a_csv_is_a_formula(full: Path, tmp_path: Path) -> None:
    out = tmp_path / "r1.csv"
    export(full, "r1", out, form="csv")
    with out.open(newline="") as file:
        answers = [row["answer"] for row in csv.DictReader(file)]
    assert answers[1] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_every_view_can_be_exported(full: Path, tmp_path: Path, view: str, form: Form) -> None:
    out = tmp_path / f"x.{form}"
    count = export(full, view, out, form=form)
    assert count == len(read_frame(full, view))
    assert out.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*draft"))


def test_parquet_can_be_read_by_others(full: Path, tmp_path: Path) -> None:
    import pandas as pd

    export(full, "r1", tmp_path / "r1.parquet", form="parquet")
    frame = pd.read_parquet(tmp_path / "r1.parquet")
    assert list(frame["case_id"]) == ["a", "b"]


def test_a_view_that_is_not_there_is_refused(full: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no view 'v_nothing'; there are v_runs"):
        export(full, "v_nothing", tmp_path / "x", form="csv")


def test_a_folder_that_is_not_there_is_named(full: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        export(full, "r1", tmp_path / "no" / "x.csv", form="csv")
